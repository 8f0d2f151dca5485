"""The shell commands that make a run and an export again, for manifests and cards."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..synthesize.folder import NoRun, description
from .select import Wish

_MODEL = ("model", "api", "mode", "temperature", "top_p", "max_tokens", "shape", "best_of", "rounds", "stuck_after")
_BUDGETS = ("turn_budget", "token_budget", "cost_budget")


def made_by(folder: Path) -> list[str]:
    """The command that made a run, from its description; nothing if the folder has none that can be understood.

    Where a model's endpoint was is not said: it is nobody else's business, and decides nothing.
    """
    try:
        arguments = description(folder)["arguments"]
        return [shlex.join(["worldwright", "synthesize", *_synthesize(arguments), "--out", folder.resolve().name])]
    except (NoRun, KeyError, TypeError, AttributeError):
        return []


def _synthesize(arguments: Mapping[str, Any]) -> list[str]:
    """The arguments of `synthesize`, only those that are not left at their defaults."""
    worlds = arguments["worlds"]
    words = [str(world["name"]) for world in worlds]
    if len(worlds) == 1:
        for name, value in worlds[0]["params"].items():
            words += ["-p", f"{name}={str(value).lower() if isinstance(value, bool) else value}"]
    words += ["-n", str(arguments["count"]), "--seed", str(arguments["seed"]), "--player", str(arguments["player"])]
    words += ["--min-refines", str(arguments["min_refines"]), "--skins", ",".join(arguments["skins"])]
    words += ["--attempts", str(arguments["attempts"])]
    words += [] if arguments["only_proved"] else ["--keep-unproved"]
    for band in arguments.get("bands") or ():
        words += ["--band", str(band)]
    for name, value in (arguments.get("model") or {}).items():
        if name in _MODEL + _BUDGETS and value is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    return words


def exported_by(path: Path, to: str, out: Path, wish: Wish, skip_faulty: bool) -> str:
    """The command that makes an export, with the names of folders and files, not their paths."""
    words = ["worldwright", "export", path.resolve().name, "--to", to, "--out", out.resolve().name]
    words += [] if wish.dedup == "none" else ["--dedup", wish.dedup]
    words += ["--test-worlds", ",".join(wish.test_worlds)] if wish.test_worlds else []
    words += ["--test-tasks", ",".join(wish.test_tasks)] if wish.test_tasks else []
    words += ["--test-share", f"{wish.test_share:g}", "--split-by", wish.split_by] if wish.test_share else []
    if wish.max_share_per_world is not None:
        words += ["--max-share-per-world", f"{wish.max_share_per_world:g}"]
    return shlex.join([*words, *(["--skip-faulty"] if skip_faulty else [])])
