"""Makes worlds/listing.json anew, after a world or the judging has changed: `python -m tests.worlds.listing`."""

from __future__ import annotations

import json

from worldwright.cli.listing import FILE, listed
from worldwright.cli.shared import shipped_worlds
from worldwright.shipped import shipped


def text() -> str:
    """The file as it should be: a line for each world, so that changes can be read."""
    lines = [json.dumps(listed(name, path), ensure_ascii=False) for name, path in shipped_worlds().items()]
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    (shipped("worlds") / FILE).write_text(text(), encoding="utf-8")
