"""Fuzzing: `python -m tests.fuzz.run SECONDS [TARGET …] [--findings DIR]`, all targets by default.

Every target gets its share of the time in a process of its own, guided by coverage where atheris is installed and
blindly where it is not. What seemed slow or large under the tracer is tried again without it. Prints what was tried,
with the processor time, and every finding; exits with 1 if there is one. Inputs that did harm stay in DIR.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parent.parent.parent
WEIGHTS = {"world": 8, "explore": 6, "format": 4, "reply": 4, "command": 4, "record": 3, "bundle": 3, "play": 2}
"""Shares of the time; 1 for the others."""
GUIDED = importlib.util.find_spec("atheris") is not None
PATIENCE = 300
"""Seconds that a process may take beyond its time, to begin and to end on a busy machine."""
SLICE = 300
"""Seconds of one process: a fresh one begins with a fresh corpus and empty memories."""
MEASURED = ("slow", "large")


@dataclass(slots=True)
class Report:
    """What one target's search came to."""

    tried: int = 0
    seconds: float = 0.0
    findings: set[str] = field(default_factory=set)


def shares(names: list[str], seconds: float) -> dict[str, float]:
    """Seconds for each target."""
    total = sum(WEIGHTS.get(name, 1) for name in names)
    return {name: seconds * WEIGHTS.get(name, 1) / total for name in names}


def search(name: str, seconds: float, seed: int, folder: Path, guided: bool = GUIDED) -> Report:
    """One process at work on one target. A process that dies or hangs is a finding."""
    lines, trouble = _worker(name, "guided" if guided else "blind", seconds, seed, folder)
    report = Report()
    told = [line for line in lines if "tried" in line]
    if told:
        report.tried, report.seconds = told[-1]["tried"], told[-1]["seconds"]
    suspected = {line["finding"] for line in lines if "finding" in line}
    measured = {finding for finding in suspected if finding.startswith(MEASURED)}
    report.findings |= suspected - measured
    files = [path for path in sorted(folder.glob(f"{name}-*")) if path.is_file()]
    if measured and files:  # the tracer may be what made it slow
        again, _ = _worker(name, "replay", 0, seed, folder / "confirmed", files)
        report.findings |= {line["finding"] for line in again if "finding" in line}
    if trouble or not told:
        report.findings.add(f"the process ended badly: {trouble[-600:]}")
    return report


def _worker(
    name: str, how: str, seconds: float, seed: int, folder: Path, files: list[Path] | None = None
) -> tuple[list[dict[str, Any]], str]:
    """What a worker printed, and what went wrong with it as a whole."""
    command = [sys.executable, "-m", "tests.fuzz.worker", name, how, str(seconds), str(seed), str(folder)]
    trouble = ""
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(
            [*command, *map(str, files or ())], stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT
        ) as process:
            try:
                output, _ = process.communicate(timeout=seconds + PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                output, _ = process.communicate()
                trouble = "it hung"
        if process.returncode and not trouble:
            errors.seek(0)
            trouble = f"exit code {process.returncode}: {errors.read()}"
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")], trouble


def main(arguments: list[str] | None = None) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description="Fuzz every reader of what may come from elsewhere.")
    parser.add_argument("seconds", type=float, help="for all targets together")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--findings", type=Path, help="a folder that keeps what did harm; else one that is told")
    parser.add_argument("--seed", type=int, default=1)
    wish = parser.parse_args(arguments)
    names = wish.targets or list(TARGETS)
    folder = wish.findings or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{'guided by coverage (atheris)' if GUIDED else 'blindly: atheris is not installed'}; findings in {folder}")
    reports = {name: Report() for name in names}
    left = shares(names, wish.seconds)
    seed = wish.seed
    while any(seconds > 0 for seconds in left.values()):
        for name in [name for name in names if left[name] > 0]:
            seconds = min(left[name], SLICE)
            left[name] -= SLICE
            found = search(name, seconds, seed, folder)
            report = reports[name]
            report.tried += found.tried
            report.seconds += found.seconds
            report.findings |= found.findings
            print(
                f"{name:10} {found.tried:9,} inputs {found.seconds:8.1f} s  {len(report.findings)} findings", flush=True
            )
            for finding in sorted(found.findings):
                print(f"  {finding}", flush=True)
        seed += 1
    tried, spent = sum(r.tried for r in reports.values()), sum(r.seconds for r in reports.values())
    count = sum(len(r.findings) for r in reports.values())
    print(f"{tried:,} inputs, {spent:,.0f} s of processor time, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
