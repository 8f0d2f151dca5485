"""Finds the grammars and worlds that ship with the package. Nothing else builds such a path."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def shipped(kind: Literal["grammars", "worlds"]) -> Path:
    """The folder of shipped grammars or worlds: inside the installed package, else in the checkout.

    Raises FileNotFoundError when neither is there (a broken installation).
    """
    package = Path(__file__).resolve().parent
    for folder in (package / kind, package.parent.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation lacks its {kind} folder")
