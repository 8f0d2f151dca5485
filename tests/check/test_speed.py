"""The check of a real world is quick."""

from __future__ import annotations

import time

from tests.timing import seconds

from worldwright.check import check_report
from worldwright.shipped import shipped
from worldwright.syntax.modules import read_modules


def test_household() -> None:
    """At most 0.15 s, the best of eight."""
    parts = read_modules(shipped("worlds") / "household" / "household.world")
    times = []
    for _ in range(8):
        start = time.process_time()
        check_report(parts)
        times.append(time.process_time() - start)
    assert min(times) < seconds(0.15)
