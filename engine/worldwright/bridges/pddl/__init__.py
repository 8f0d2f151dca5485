"""PDDL domains and problems to worlds."""

from .importing import Imported, import_pddl

__all__ = ["Imported", "import_pddl"]
