"""How well players play: episodes by a balanced plan, all of which count, and measures with intervals."""

from __future__ import annotations

from .measure import Measures, Play, measures, play_of
from .run import Column, Evaluation, evaluate, order_for

__all__ = ["Column", "Evaluation", "Measures", "Play", "evaluate", "measures", "order_for", "play_of"]
