"""Trees to checked worlds: names resolved, types shown, limits kept, every fault reported in one pass."""

from .checker import check, check_report

__all__ = ["check", "check_report"]
