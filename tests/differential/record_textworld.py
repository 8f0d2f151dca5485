"""Makes TextWorld games and records walks through them: `python -m tests.differential.record_textworld`.

It needs `textworld` (MIT licence); the tests that replay the records do not. A record holds the game's file, as far as
the importer reads it, and for each walk the commands and what TextWorld showed after each of them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.differential.textworld_peers import GAMES, made, started

TRACES = Path(__file__).parent / "traces"


def needed(text: str) -> str:
    """A game's file without what neither the importer nor a replay reads."""
    game = json.loads(text)
    game.pop("grammar")
    game["metadata"] = {"uuid": game["metadata"].get("uuid"), "desc": game["metadata"].get("desc")}
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


def _brief(walk: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A walk with differences in place of whole lists, so that the records stay small."""
    found: list[Mapping[str, Any]] = []
    before: Mapping[str, Any] = {"admissible": [], "facts": []}
    for shown in walk:
        new: dict[str, Any] = {key: shown[key] for key in ("command", "score", "ended")}
        for key in ("admissible", "facts"):
            new[f"+{key}"] = [item for item in shown[key] if item not in before[key]]
            new[f"-{key}"] = [item for item in before[key] if item not in shown[key]]
        found.append({key: value for key, value in new.items() if value not in ([], "", None)})
        before = shown
    return found


def recorded(name: str, count: int, steps: int) -> str:
    """The record of a game."""
    text = made(*GAMES[name])
    found = [_brief(walk) for walk in walks(started(text), count, steps)]
    lines = ",\n".join(json.dumps(walk, separators=(",", ":")) for walk in found)
    return f'{{"game":{needed(text)},\n"walks":[\n{lines}\n]}}\n'


def main() -> int:
    """Records all games anew, or checks that the records are what TextWorld does today."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=3)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--check", action="store_true", help="Write nothing; fail where a record would change.")
    asked = parser.parse_args()
    changed = 0
    for name in GAMES:
        path = TRACES / f"textworld_{name}.json"
        text = recorded(name, asked.walks, asked.steps)
        if asked.check and path.read_text("utf-8") != text:
            print(f"{path.name}: TextWorld does something else today")
            changed += 1
        elif not asked.check:
            path.write_text(text, encoding="utf-8")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
