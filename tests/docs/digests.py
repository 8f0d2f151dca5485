"""What tables of docs/worlds.md were counted from: a digest that changes when a world or one of its plays does."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(path: Path) -> str:
    """Of a world's file and the golden plays beside it."""
    files = (path, *sorted(path.parent.glob("*.play")))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
