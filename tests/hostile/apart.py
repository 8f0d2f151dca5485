"""Runs a piece of Python in a process of its own, and tells what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import worldwright

MEASURED = """
import json, sys, time
from pathlib import Path
given = json.loads(sys.stdin.read())
def peak():
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:")).split()[1]) // 1024
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
def measured(name, work):
    began = time.process_time()
    found = work()
    print(json.dumps([name, found, time.process_time() - began, peak()]), flush=True)
"""


class Cost(NamedTuple):
    """What came of one piece of work: its result, processor seconds, and the process' largest memory so far in MB."""

    found: Any
    seconds: float
    megabytes: int


def apart(program: str, given: object, patience: float = 120) -> dict[str, Cost]:
    """Runs a program that calls `measured(name, function)`; `given` is what it finds under that name, as JSON."""
    folder = str(Path(worldwright.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED + program],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=patience,
        env={**os.environ, "PYTHONPATH": folder},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: Cost(*cost) for name, *cost in map(json.loads, done.stdout.splitlines())}
