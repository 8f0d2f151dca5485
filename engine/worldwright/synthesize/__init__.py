"""Players on episodes, recorded: one trajectory, or a folder of them."""

from __future__ import annotations

from .bundle import Bundle, bundle_of
from .drive import record
from .order import Chosen, ModelOrder, Order, choose
from .run import Progress, Result, RunDiffers, synthesize
from .trajectory import Trajectory, Turn

__all__ = [
    "Bundle",
    "Chosen",
    "ModelOrder",
    "Order",
    "Progress",
    "Result",
    "RunDiffers",
    "Trajectory",
    "Turn",
    "bundle_of",
    "choose",
    "record",
    "synthesize",
]
