"""Where our science worlds score otherwise than ScienceWorld, on its own gold action sequences, and why.

Steps count from 0 in the recorded sequence. tests/differential/test_science.py holds both lists to be exactly this.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A milestone that is reached at another step than the moment that it stands for."""

    task: str
    variation: int
    milestone: str
    theirs: int
    ours: int | None
    """None: not at all."""
    why: str


STEEP = "our furnace gives a metal 60 degrees a turn, theirs more and more: 13, 27, 46, 60, 70, 75"
ICE = "our pan is at -5 degrees by then and takes the heat of three turns; theirs gives some from the first on"
AIR = "the stove is broken; theirs melts in the warm air on the way to the furnace, ours keeps its cold"
CURRENT = "our part runs as soon as the circuit is closed; theirs in that turn or the next (24 and 24 of 48 times)"

DIFFERENCES = (
    Difference("boil", 25, "goal", 73, 74, STEEP),
    Difference("melt", 0, "goal", 31, 32, ICE),
    Difference("melt", 6, "goal", 30, 31, ICE),
    Difference("melt", 15, "goal", 18, None, AIR),
    Difference("power-component", 0, "goal", 8, 7, CURRENT),
    Difference("power-component", 1, "goal", 10, 9, CURRENT),
    Difference("power-component", 5, "goal", 6, 5, CURRENT),
    Difference("power-component", 12, "goal", 10, 9, CURRENT),
    Difference("power-component", 14, "goal", 10, 9, CURRENT),
    Difference("power-component", 15, "goal", 6, 5, CURRENT),
    Difference("power-component", 19, "goal", 10, 9, CURRENT),
)

LEFT_OUT = {
    r"have substance alone in a single container": "every sample has a vessel of its own here",
    r"be in same location as thermometer": "the milestone is to hold it",
    r"move to a new location": "scored where it says something of the task: finding, growing, circuits, paints",
    r"move to the location asked by the task \(answer box location\)": "the boxes stand where the stove does",
    r"move to a location with a heating device .+": "the milestone is to put the sample on a heater that is hot enough",
    r"use thermometer on substance \(after it has been heated\)": "the milestone is to see it melt",
    r"move to the location of the paint": "the milestone is to find a paint",
    r"have (object|substance) on heater \(stove\)": "the milestone asks for a heater that is hot enough for metals",
    r"have soil in flower pot .+": "soil is there from the start in these; one milestone says so",
    r"be in same location as \(tertiary\) .+": "the same paints as before, found already",
}
"""Scored moments that no milestone of ours stands for, by patterns."""
