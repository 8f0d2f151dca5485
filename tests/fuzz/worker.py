"""One target under fuzz in a process of its own:
`python -m tests.fuzz.worker TARGET HOW SECONDS SEED FINDINGS [FILE …]`.

HOW is `guided` (by coverage, with atheris), `blind`, or `replay`: only these files. Every finding is kept once (by
exception and place) in the folder FINDINGS, and the search goes on. Prints a line of JSON now and then: inputs tried,
processor seconds spent, findings.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

HANGS = 20.0
"""Processor seconds after which an input is given up."""
LONGEST = 40_000
"""Bytes of one input."""
CORPUS = Path(__file__).parent / "corpus"
TOLD = 5.0
"""Seconds between two reports."""


class Hangs(BaseException):
    """An input takes too long; no `except` of the engine may hold it back."""


def _give_up(_: int, __: object) -> None:
    raise Hangs("it does not end")


def seeds(name: str) -> list[bytes]:
    """The inputs that a target starts from."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())] if (CORPUS / name).is_dir() else [b""]


class Judge:
    """Tries inputs, and keeps what no input may do."""

    def __init__(self, name: str, target: Target, findings: Path, seconds: float, megabytes: int, slack: float) -> None:
        self.name = name
        self.target = target
        self.findings = findings
        self.limits = seconds * slack, megabytes
        self.tried = 0
        self.accepted = 0
        self.found: dict[str, str] = {}
        self._slowest = 0.0
        signal.signal(signal.SIGPROF, _give_up)
        self._now = findings / f"now-{name}"
        findings.mkdir(parents=True, exist_ok=True)
        self._last = time.monotonic()

    def try_(self, data: bytes) -> None:
        """One input."""
        self.tried += 1
        self._now.write_bytes(data)  # what a process dies of, or hangs in, can be looked at
        largest = _megabytes()
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, HANGS)
        try:
            self.target.run(data)
            self.accepted += 1
        except self.target.raises:
            pass
        except (Exception, Hangs) as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._keep(f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {error}"[:300], data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        spent = time.process_time() - began
        self._slowest = max(self._slowest, spent)
        if spent > self.limits[0]:
            self._keep("slow", data, f"{spent:.1f} s")
        if _megabytes() > max(largest, self.limits[1]):
            self._keep("large", data, f"{_megabytes()} MB")
        if time.monotonic() - self._last > TOLD:
            self.tell()

    def tell(self) -> None:
        """Say how far the search is."""
        self._last = time.monotonic()
        facts = {
            "target": self.name,
            "tried": self.tried,
            "accepted": self.accepted,
            "seconds": round(time.process_time(), 1),
            "slowest": round(self._slowest, 2),
            "megabytes": _megabytes(),
            "findings": sorted(self.found.values()),
        }
        print(json.dumps(facts), flush=True)

    def _keep(self, what: str, data: bytes, how: str = "") -> None:
        place = what.split(": ", 1)[0]
        if place in self.found:
            return
        self.found[place] = f"{what} {how}".strip()
        (self.findings / f"{self.name}-{hashlib.sha256(place.encode()).hexdigest()[:10]}").write_bytes(data)
        print(json.dumps({"target": self.name, "finding": self.found[place]}), flush=True)


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def guided(name: str, seconds: float, seed: int, findings: Path) -> None:
    """The search with atheris. Does not return."""
    import atheris  # noqa: PLC0415 - optional, and must come before what it watches

    with atheris.instrument_imports(include=["worldwright", "tests.fuzz.targets"]):
        from tests.fuzz import targets  # noqa: PLC0415
    from tests.fuzz.mutate import mutated  # noqa: PLC0415

    judge = Judge(name, targets.TARGETS[name], findings, targets.SECONDS, targets.MEGABYTES, 2.0)
    others = seeds(name)
    until = time.monotonic() + seconds

    def one(data: bytes) -> None:
        judge.try_(data)
        if time.monotonic() > until:
            judge.tell()
            os._exit(0)

    def mutator(data: bytes, longest: int, number: int) -> Any:
        choose = random.Random(number)
        if choose.random() < 0.3:
            return atheris.Mutate(data, longest)
        return mutated(data, others, judge.target.words, choose, longest)

    for data in others:
        one(data)
    folder = findings / f"grown-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    options = [
        f"-seed={seed}",
        f"-max_len={LONGEST}",
        "-timeout=600",
        "-rss_limit_mb=0",
        "-verbosity=0",
        "-len_control=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder), str(CORPUS / name)], one, custom_mutator=mutator)
    atheris.Fuzz()


def blind(name: str, seconds: float, seed: int, findings: Path) -> None:
    """The search without a tracer."""
    from tests.fuzz import targets  # noqa: PLC0415
    from tests.fuzz.mutate import mutated  # noqa: PLC0415

    judge = Judge(name, targets.TARGETS[name], findings, targets.SECONDS, targets.MEGABYTES, 1.0)
    choose = random.Random(seed)
    pool = seeds(name)
    for data in pool:
        judge.try_(data)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        accepted = judge.accepted
        data = mutated(choose.choice(pool), pool, judge.target.words, choose, LONGEST)
        judge.try_(data)
        if judge.accepted > accepted and len(pool) < 500:
            pool.append(data)
    judge.tell()


def replay(name: str, findings: Path, files: list[Path]) -> None:
    """Only these inputs, each once."""
    from tests.fuzz import targets  # noqa: PLC0415

    judge = Judge(name, targets.TARGETS[name], findings, targets.SECONDS, targets.MEGABYTES, 1.0)
    for path in files:
        judge.try_(path.read_bytes())
    judge.tell()


def main(arguments: list[str]) -> None:
    """See above."""
    name, how, seconds, seed, findings, *files = arguments
    if how == "replay":
        replay(name, Path(findings), [Path(file) for file in files])
    elif how == "blind":
        blind(name, float(seconds), int(seed), Path(findings))
    else:
        guided(name, float(seconds), int(seed), Path(findings))


if __name__ == "__main__":
    main(sys.argv[1:])
