"""Records proved again from the texts of their worlds, or the places where they are wrong."""

from __future__ import annotations

from .prove import prove, verify
from .verdict import Fault, Verdict

__all__ = ["Fault", "Verdict", "prove", "verify"]
