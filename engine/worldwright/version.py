"""The versions that every record carries."""

from __future__ import annotations

from typing import Final

ENGINE: Final = "0.1.0"
LANGUAGE: Final = "1"
