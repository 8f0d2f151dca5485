"""TextWorld's game files to worlds."""

from __future__ import annotations

from .importing import Imported, import_textworld

__all__ = ["Imported", "import_textworld"]
