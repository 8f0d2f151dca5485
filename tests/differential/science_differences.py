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
    ours: int
    why: str


WARMER = (
    "our stove gives five degrees a turn from the first turn on; theirs warms the pot first, and the pot the sample"
)
CURRENT = "our part runs as soon as the circuit is closed; theirs in that turn or the next, as it falls"

DIFFERENCES = (
    Difference("boil", 0, "warm it by 20 degrees", 21, 18, WARMER),
    Difference("boil", 0, "goal", 35, 33, WARMER),
    Difference("boil", 6, "warm it by 20 degrees", 22, 19, WARMER),
    Difference("boil", 6, "goal", 36, 34, WARMER),
    Difference("melt", 10, "warm it by 20 degrees", 24, 21, WARMER),
    Difference("melt", 10, "goal", 25, 22, WARMER),
    Difference("measure-melting-point-known-substance", 0, "warm it by 20 degrees", 19, 16, WARMER),
    Difference("power-component", 0, "goal", 8, 7, CURRENT),
    Difference("power-component", 12, "goal", 10, 9, CURRENT),
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
    r"have soil in flower pot .+": "soil is there from the start in these; one milestone says so",
    r"be in same location as \(tertiary\) .+": "the same paints as before, found already",
}
"""Scored moments that no milestone of ours stands for, by patterns."""
