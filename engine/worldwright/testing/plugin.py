"""The pytest plugin: `*.world` files as tests. Its options are in `pytest_worldwright`, which loads it when asked.

A world's file gives a test that it checks, one for each law that every world obeys, one for its promises and tasks, one
for each golden playthrough beside it. A file whose comments expect diagnostics gives one for each of its texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pytest

from ..compile.system import System
from ..diagnostics import WorldError
from ..explore.prove import Proof, prove
from ..pipeline import load
from ..play.golden import GoldenFault, mismatch, play, plays_beside, read
from ..syntax.modules import SUFFIX
from .collected import Collected
from .counterexample import CounterExample
from .coverage_report import show, write_data, write_html
from .expected import Unexpected, chunks, compare, expects
from .given import Subject
from .law import Law, LawBroken
from .laws import NAMES, conformance
from .machine import WorldBroken
from .mutation import MutantsSurvived, mutation_score

SHORT = (Unexpected, LawBroken, WorldBroken, MutantsSurvived, WorldError, GoldenFault)
"""Failures whose message says all: no traceback is shown."""

MAX_STATES = 300_000
"""States that promises are proved in."""

KEY = "worldwright_played"


class Differs(AssertionError):
    """A golden playthrough is not what is played now."""


class Refuted(AssertionError):
    """Promises or tasks of a world do not hold."""


# ---------------------------------------------------------------- collecting


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A world's file, if it is named on the command line, or if all are asked for."""
    if file_path.suffix != SUFFIX:
        return None
    config = parent.config
    if not (config.getoption("worlds") or config.getini("worlds") or parent.session.isinitpath(file_path)):
        return None
    made: pytest.Collector = WorldFile.from_parent(parent, path=file_path)
    return made


class WorldFile(pytest.File):
    """One world's file."""

    @cached_property
    def system(self) -> System:
        """The compiled world."""
        return load(self.path)

    def collect(self) -> Iterator[pytest.Item]:
        """The tests of the file. Only golden playthroughs count as plays: a proof goes everywhere."""
        text = self.path.read_text(encoding="utf-8", errors="replace")
        if expects(text):
            for chunk in chunks(text):
                yield self._item(f"diagnostics:{chunk.line}", partial(compare, chunk))
            return
        yield self._item("check", self._check)
        try:
            title = self.system.world.title
        except WorldError:
            return  # the first test says why
        collected = self.config.stash.get(COLLECTED, None)
        if collected is not None:
            collected.name(self.system, str(self.path))
        for name in NAMES:
            yield self._item(f"law[{name}]", partial(self._unheard, partial(self._law, name)))
        if self.system.world.promises or self.system.world.tasks:
            yield self._item("promises", partial(self._unheard, partial(self._promises, title)))
        for path in plays_beside(self.path):
            yield self._item(f"play[{path.stem}]", partial(self._play, path))
        score = self.config.getoption("world_mutants")
        if score is not None:
            yield self._item("mutants", partial(self._unheard, partial(mutation_score, self.path, score)))

    def _item(self, name: str, run: Callable[[], object]) -> pytest.Item:
        made: pytest.Item = WorldItem.from_parent(self, name=name, run=run)
        return made

    def _unheard(self, run: Callable[[], object]) -> None:
        """Runs a test whose plays do not count."""
        collected = self.config.stash.get(COLLECTED, None)
        if collected is None:
            run()
            return
        collected.deaf = True
        try:
            run()
        finally:
            collected.deaf = False

    def _check(self) -> None:
        """Raises WorldError for a faulty world."""
        assert self.system

    def _law(self, name: str) -> None:
        self._laws[name]()

    @cached_property
    def _laws(self) -> Mapping[str, Law]:
        """The laws; what they explore is explored once for all."""
        return {law.name: law for law in conformance(Subject(self.system, str(self.path)))}

    def _promises(self, title: str) -> None:
        """Raises Refuted for what does not hold; is skipped where a limit leaves something open."""
        proofs = prove(self.system, max_states=MAX_STATES)
        subject = Subject(self.system, self.path.name)
        refuted = [_told(subject, proof) for proof in proofs if proof.answer == "refuted"]
        if refuted:
            raise Refuted("\n".join(refuted))
        unknown = [proof.claim for proof in proofs if proof.answer == "unknown"]
        if unknown:
            pytest.skip(f"not known of {title}: {', '.join(unknown)}")

    def _play(self, path: Path) -> None:
        """Raises Differs; or writes the file, where that is asked for."""
        golden = read(path)
        system = load(self.path, dict(golden.params)) if golden.params else self.system
        collected = self.config.stash.get(COLLECTED, None)
        if collected is not None:
            collected.name(system, str(self.path))
        played = play(golden, system)
        found = mismatch(golden, played)
        if found is None:
            return
        if self.config.getoption("update_golden"):
            path.write_text(played.text, encoding="utf-8", newline="\n")
            return
        lines = [f"{path.name}:{found.line}: this is not what is played now (--update-golden writes it)"]
        lines += [f"  written: {_end(found.written)}", f"  played:  {_end(found.played)}"]
        raise Differs("\n".join(lines))


def _end(line: str | None) -> str:
    return "(nothing more)" if line is None else line


def _told(subject: Subject, proof: Proof) -> str:
    """A refuted claim with the play that shows it."""
    what, script = f"line {proof.line}: {proof.claim}: {proof.because}", proof.script
    if script is None:
        return what
    params = tuple(subject.system.world.params.items())
    return str(CounterExample(what, subject.name, params, script.task, script.seed, script.commands, script.note))


class WorldItem(pytest.Item):
    """One test of a world's file."""

    def __init__(self, *, run: Callable[[], object], **rest: Any) -> None:
        super().__init__(**rest)
        self._run = run

    def runtest(self) -> None:
        """Runs it."""
        self._run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, without a traceback where the message says all."""
        if isinstance(excinfo.value, (*SHORT, Differs, Refuted)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, None, f"{self.path.name}: {self.name}"


# ---------------------------------------------------------------- coverage

COLLECTED = pytest.StashKey[Collected]()


@dataclass(frozen=True, slots=True)
class _Reports:
    """Which reports were asked for."""

    text: bool
    html: str | None
    data: str | None

    @staticmethod
    def of(config: pytest.Config) -> _Reports:
        return _Reports(
            config.getoption("world_coverage"),
            config.getoption("world_coverage_html"),
            config.getoption("world_coverage_data"),
        )

    @property
    def any(self) -> bool:
        return bool(self.text or self.html or self.data)


def pytest_configure(config: pytest.Config) -> None:
    """Listens to all plays from here to the end of the run, if coverage is asked for."""
    if _Reports.of(config).any:
        collected = Collected()
        config.stash[COLLECTED] = collected
        config.add_cleanup(collected.listen())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Takes over what a worker of pytest-xdist has collected."""
    collected = node.config.stash.get(COLLECTED, None)
    played = getattr(node, "workeroutput", {}).get(KEY)
    if collected is not None and played is not None:
        collected.take(played)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a worker hands over what was played; else writes the files that were asked for."""
    config = session.config
    collected = config.stash.get(COLLECTED, None)
    if collected is None:
        return
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output[KEY] = collected.to_json()
        return
    reports = _Reports.of(config)
    if reports.html:
        write_html(collected.worlds(config.rootpath), Path(reports.html))
    if reports.data:
        write_data(collected.worlds(config.rootpath), Path(reports.data))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table."""
    collected = config.stash.get(COLLECTED, None)
    if collected is not None:
        terminalreporter.section("coverage of worlds")
        terminalreporter.write_line(show(collected.worlds(config.rootpath), _Reports.of(config).text))
