"""All results of a computation that draws: exact enumeration by backtracking over the sequence of draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .rng import Draw


@dataclass(slots=True)
class Script:
    """Draws that follow a script, then take the first choice; `sizes` are the numbers of choices met on the way."""

    choices: list[int]
    sizes: list[int] = field(default_factory=list)

    def draw(self, site: int, n: int) -> int:
        """The scripted choice of this draw, or the first."""
        at = len(self.sizes)
        self.sizes.append(n)
        if at == len(self.choices):
            self.choices.append(0)
        return self.choices[at]


def never() -> bool:
    """There is always time."""
    return False


def enumerate_results(
    run: Callable[[Draw], bytes | None],
    limit: int,
    attempts: int,
    ends_only: bool = False,
    draws: int | None = None,
    late: Callable[[], bool] = never,
) -> tuple[tuple[bytes, ...], bool]:
    """Distinct results of `run` in the order of their choices, and whether these are all.

    `ends_only` takes only the first and the last choice of each draw: enough where a draw is compared with a number
    strictly between. A result of None (a rejected start) counts only as an attempt. After so many single `draws` it
    stops, too, and when it is `late`, though not before the first result.
    """
    made = 0
    found: dict[bytes, None] = {}
    choices: list[int] = []
    for _ in range(attempts):
        script = Script(choices)
        result = run(script.draw)
        made += len(script.sizes)
        if draws is not None and made > draws:
            return tuple(found), False
        if result is not None and result not in found:
            if len(found) == limit:
                return tuple(found), False
            found[result] = None
        choices, sizes = script.choices[: len(script.sizes)], script.sizes
        if found and late():
            return tuple(found), not any(size > 1 for size in sizes)
        while choices and choices[-1] >= sizes[len(choices) - 1] - 1:
            choices.pop()
        if not choices:
            return tuple(found), True
        choices[-1] = sizes[len(choices) - 1] - 1 if ends_only else choices[-1] + 1
    return tuple(found), False
