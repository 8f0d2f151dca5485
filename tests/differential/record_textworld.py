"""Makes TextWorld games and records walks through them: `python -m tests.differential.record_textworld`.

It needs `textworld` (MIT licence); the tests that replay the records do not. A record holds the game's file, as far as
it is read, and for each walk the commands and what TextWorld showed after each of them. Cooking games are recorded
twice over: as TextWorld plays their files, and compiled.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.differential.recording import record
from tests.differential.textworld_compiled import COOKING, Compiled, Turn
from tests.differential.textworld_peers import GAMES, made, missing, started
from tests.differential.textworld_ports import port_of

TRACES = Path(__file__).parent / "traces"
WALKS, STEPS = 3, 40
GUIDED = (99, 12, 0)
"""How many commands of the walkthrough a compiled game's walks begin with."""


def needed(text: str) -> str:
    """A game's file without what neither the importer nor a replay reads."""
    game = json.loads(text)
    game.pop("grammar")
    game["metadata"] = {"uuid": game["metadata"].get("uuid"), "desc": game["metadata"].get("desc")}
    game["KB"].pop("text_grammars_path")  # Where TextWorld is installed.
    game["KB"]["logic"] = re.sub(r'code :: """.*?""";', "", game["KB"]["logic"], flags=re.DOTALL)
    for quest in game["quests"]:
        for event in (*quest["win_events"], *quest["fail_events"]):
            event.pop("actions", None)
            event["condition"].pop("postconditions", None)
        quest["fail_events"].sort(key=json.dumps)  # TextWorld takes them from a set.
    for _, info in game["infos"]:
        info["desc"] = info["desc"] if "[" not in (info["desc"] or "") else ""
    return json.dumps(game)


def walks(env: Any, count: int, steps: int) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Random walks, each a list of what was shown; the first has no command."""
    for seed in range(count):
        choose = random.Random(seed)
        state = env.reset()
        shown = [_shown(state, None, 0)]
        for _ in range(steps):
            command = choose.choice(state["admissible_commands"])
            state, score, done = env.step(command)
            shown.append(_shown(state, command, score))
            if done:
                break
        yield shown


def _shown(state: Any, command: str | None, score: int) -> Mapping[str, Any]:
    quests = state["_game_progression"].quest_progressions
    lost = state["lost"] and any(quest.failed for quest in quests if not quest.quest.optional)
    return {
        "command": command,
        "admissible": list(state["admissible_commands"]),
        "facts": sorted(map(str, state["facts"])),
        "score": score,
        "ended": "goal" if state["won"] else "fail" if lost else "given up" if state["lost"] else "",
    }


def _brief(
    walk: Iterable[Mapping[str, Any]], *, single: Sequence[str], lists: Sequence[str]
) -> list[Mapping[str, Any]]:
    """A walk with differences in place of whole lists, so that the records stay small."""
    found: list[Mapping[str, Any]] = []
    before: Mapping[str, Any] = dict.fromkeys(lists, ())
    for shown in walk:
        new: dict[str, Any] = {key: shown[key] for key in single}
        for key in lists:
            new[f"+{key}"] = [item for item in shown[key] if item not in before[key]]
            new[f"-{key}"] = [item for item in before[key] if item not in shown[key]]
        found.append({key: value for key, value in new.items() if value not in ([], "", None)})
        before = shown
    return found


def whole(walk: Iterable[Mapping[str, Any]], lists: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A recorded walk with its lists in full, as sets."""
    now: dict[str, frozenset[str]] = dict.fromkeys(lists, frozenset())
    for shown in walk:
        now = {key: (now[key] | {*shown.get(f"+{key}", ())}) - {*shown.get(f"-{key}", ())} for key in lists}
        yield {**shown, **now}


def recorded(name: str) -> str:
    """The record of a game, by the name of its record."""
    if name in COOKING:
        return _compiled(name)
    text = made(*GAMES[name])
    single, lists = ("command", "score", "ended"), ("admissible", "facts")
    return _written(needed(text), [_brief(w, single=single, lists=lists) for w in walks(started(text), WALKS, STEPS)])


def _compiled(name: str) -> str:
    game = Compiled(*COOKING[name])
    kept = json.loads(game.text)
    metadata = {key: kept["metadata"][key] for key in ("ingredients", "settings")}
    infos = [[identifier, {"name": info["name"]}] for identifier, info in kept["infos"]]
    text = json.dumps({"world": kept["world"], "infos": infos, "metadata": metadata})
    port = port_of("cooking", text)
    turns = [game.walk(port, guided, max(STEPS, guided), seed) for seed, guided in enumerate(GUIDED)]
    single, lists = ("command", "ended"), ("taken", "disputed", "facts")
    return _written(text, [_brief(map(_told, walk), single=single, lists=lists) for walk in turns])


def _told(turn: Turn) -> Mapping[str, Any]:
    lists = {"taken": turn.taken, "disputed": turn.disputed, "facts": turn.facts or ()}
    return {"command": turn.command, "ended": turn.ended, **{key: sorted(value) for key, value in lists.items()}}


def _written(game: str, found: Sequence[Any]) -> str:
    lines = ",\n".join(json.dumps(walk, separators=(",", ":")) for walk in found)
    return f'{{"game":{game},\n"walks":[\n{lines}\n]}}\n'


def main() -> int:
    """Records all games anew, or checks that the records are what TextWorld does today."""
    paths = {name: TRACES / f"textworld_{name}.json" for name in (*GAMES, *COOKING)}
    return record(__doc__, missing(), paths, recorded)


if __name__ == "__main__":
    sys.exit(main())
