"""The card of a data set: a README that says what is in it, where it comes from and how to prove it."""

from __future__ import annotations

from collections.abc import Sequence

from ..report import visible
from .report import Report

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(report: Report, commands: Sequence[str]) -> str:
    """The card in Markdown, with the header that the Hugging Face Hub reads."""
    parts = [
        _header(report),
        _about(report),
        _worlds(report),
        _masks(),
        _proof(report),
        _made(commands),
        _rights(),
    ]
    return "\n".join(parts)


def _header(report: Report) -> str:
    count = sum(report.examples.values())
    size = next((name for limit, name in _SIZES if count < limit), "n>1M")
    files = "".join(f"      - split: {split}\n        path: data/{split}.parquet\n" for split in report.records)
    return (
        "---\n"
        "pretty_name: Worldwright trajectories\n"
        "language: [en]\n"
        "task_categories: [text-generation]\n"
        f"size_categories: [{size}]\n"
        "tags: [agent, trajectories, text-game, synthetic]\n"
        "configs:\n"
        "  - config_name: default\n"
        "    data_files:\n"
        f"{files}"
        "---\n"
    )


def _about(report: Report) -> str:
    counts = ", ".join(f"{count} {split}" for split, count in report.records.items())
    left_out = "".join(f"- left out: {count}, {reason}\n" for reason, count in sorted(report.left_out.items()))
    return (
        "# Worldwright trajectories\n\n"
        "Plays of text worlds by an agent that errs, reads exact feedback and refines. Every play was proved:\n"
        "replayed bit for bit by the engine from the world's text, with every error label derived again.\n\n"
        f"- examples: {counts}\n"
        f"- the longest has {report.longest:,} characters; a trainer's length limit must hold it\n"
        f"{left_out}"
    )


def _worlds(report: Report) -> str:
    splits = list(report.records)
    head = f"| world | {' | '.join(splits)} | SHA-256 of its text |\n|---|{'---|' * len(splits)}---|\n"
    rows = "".join(
        f"| {_cell(name)} | {' | '.join(str(found[split]) for split in splits)} | `{text_hash}` |\n"
        for (name, text_hash), found in sorted(report.worlds.items())
    )
    return f"## Worlds\n\n{head}{rows}"


def _cell(text: str) -> str:
    """Text of a record, which anybody may have written, in a cell of a table."""
    return visible(text).replace("|", "\\|")


def _masks() -> str:
    return (
        "## What is learnt\n\n"
        "`messages` holds the conversation. `weight` is 1 on assistant messages that are learnt and 0 on those that\n"
        "are errors: they stay in the context, and no loss must fall on them. Trainers that do not read `weight`\n"
        "learn the errors.\n"
    )


def _proof(report: Report) -> str:
    lines = "".join(f"worldwright verify records/{split}.jsonl\n" for split in report.records)
    return f"## Proof\n\nThe records and the texts of their worlds are in `records/`:\n\n```\n{lines}```\n"


def _made(commands: Sequence[str]) -> str:
    return "## Made by\n\n```\n" + "".join(f"{command}\n" for command in commands) + "```\n"


def _rights() -> str:
    return (
        "## Licence\n\n"
        "To be chosen by who publishes this. The worlds that ship with Worldwright, and texts that its engine and its\n"
        "own players wrote, are under Apache-2.0. Other worlds have the licence of their authors, and what a language\n"
        "model wrote comes under that model's terms.\n"
    )
