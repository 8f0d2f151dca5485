"""Episodes of a model, many at once: what fails, who is asked again, what stops the run, and what is kept."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.synthesize.orders import asked_order, contents, rejected

from worldwright.models.ask import Answer, Asker, AskFailed, Fault, Message, Question, Usage
from worldwright.synthesize import asking as module
from worldwright.synthesize import store as stores
from worldwright.synthesize.asking import Asking, Connection, MakeWithModel
from worldwright.synthesize.database import StoreFailed
from worldwright.synthesize.done import Done
from worldwright.synthesize.order import Order, Prove
from worldwright.synthesize.plan import Job
from worldwright.synthesize.run import Progress, Result, synthesize
from worldwright.synthesize.store import Store, looked_at

TURNS = 4
ORDER = asked_order(12)
RECORD = '{{"world":{{"hash":"aa"}},"task":{{"name":"lunch","args":{{}}}},"seed":{},"skin":"natural"}}'


class Endpoint:
    """A connection that answers, fails or does something else; counts how often each question was paid for."""

    def __init__(self, trouble: Callable[[int, str], None] = lambda number, name: None) -> None:
        """`trouble` is called before each answer with the number of the request (from 1) and the question's text."""
        self.trouble = trouble
        self.requests = 0
        self.paid: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.closed = 0
        self.store: Store | None = None

    async def connect(self, store: Store) -> tuple[Connection, MakeWithModel]:
        self.store = store
        return self, talk

    async def ask(self, question: Question) -> Answer:
        assert self.store is not None
        known = self.store.get(question.key())
        if known is not None:
            return known
        self.requests += 1
        number, name = self.requests, question.messages[-1].content
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0.001)
            self.trouble(number, name)
        finally:
            self.at_once -= 1
        self.paid[name] += 1
        answer = Answer(f"reply to {name}", None, "stop", Usage(50, 20, 5, 1), "m")
        self.store.put(question.key(), question, answer)
        return answer

    async def close(self) -> None:
        self.closed += 1


async def talk(order: Order, job: Job, prove: Prove, ask: Asker) -> Done:
    """A way to do a job: a few questions, one after the other; every third job ends with a rejected attempt first."""
    usage, heard = Usage(), []
    for turn in range(TURNS):
        answer = await ask(Question("m", (Message("user", f"{job.index}.{turn}"),), 5, 0.0))
        usage += answer.usage
        heard.append(answer.text)
    faults = (rejected(job.index, 0, "stuck"),) if job.index % 3 == 0 else ()
    return Done(job.index, RECORD.format(job.index), faults, ("{}",), usage, {"turns": len(heard)})


def work(
    folder: Path, endpoint: Endpoint, tell: Callable[[Progress], None] = lambda _: None, concurrency: int = 4
) -> Result:
    """A run of the order."""
    return synthesize(ORDER, folder, lambda *_: (), 1, tell, Asking(endpoint.connect, concurrency))


def fails(fault: Fault, numbers: Callable[[int, str], bool]) -> Callable[[int, str], None]:
    """Trouble: this fault where `numbers` says so."""

    def trouble(number: int, name: str) -> None:
        if numbers(number, name):
            raise AskFailed(fault, f"scripted {fault}")

    return trouble


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run in which nothing went wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    endpoint = Endpoint()
    result = work(folder, endpoint)
    assert (result.kept, result.complete, result.reasons) == (12, True, {"stuck": 4})
    assert result.paid == Usage(50 * 48, 20 * 48, 5 * 48, 48)
    assert (endpoint.most_at_once, endpoint.closed) == (4, 1)
    return contents(folder)


def test_records_are_in_the_jobs_order(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """However many episodes are played at once, the bytes are the same."""
    assert undisturbed["trajectories.jsonl"].decode().splitlines() == [RECORD.format(job) for job in range(12)]
    assert undisturbed["siblings.jsonl"] == b"{}\n" * 12
    assert set(undisturbed) >= {"trajectories.jsonl", "rejected.jsonl", "siblings.jsonl", "run.json"}
    for concurrency in (1, 12):
        work(tmp_path / str(concurrency), Endpoint(), concurrency=concurrency)
        assert contents(tmp_path / str(concurrency)) == undisturbed


@pytest.mark.parametrize("fault", sorted(module.WEATHER))
def test_bad_weather_changes_nothing(undisturbed: dict[str, bytes], tmp_path: Path, fault: Fault) -> None:
    """An endpoint that fails puts jobs off, by exact class; a later run ends with the same bytes, and pays no more."""
    dead = Endpoint(fails(fault, lambda number, name: name in ("3.2", "7.0")))
    result = work(tmp_path, dead)
    assert (result.done, result.kept, result.complete) == (10, 10, False)
    assert result.put_off == {f"model: {fault}": 2}
    assert dead.requests == 12 * TURNS - 4 + 2  # four questions were never reached, two were asked twice
    alive = Endpoint()
    alive.paid = dead.paid
    result = work(tmp_path, alive)
    assert result.complete
    assert not result.put_off
    assert contents(tmp_path) == undisturbed
    assert set(alive.paid.values()) == {1}


def test_weather_that_clears_up(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """A job that was put off is taken up again in the same run."""
    endpoint = Endpoint(fails("server", lambda number, name: 5 <= number < 9))
    assert work(tmp_path, endpoint).complete
    assert contents(tmp_path) == undisturbed
    assert set(endpoint.paid.values()) == {1}


@pytest.mark.parametrize("fault", ["auth", "not_found", "budget"])
def test_hopeless_failures_stop_the_run(undisturbed: dict[str, bytes], tmp_path: Path, fault: Fault) -> None:
    """No key, no model, no money: nothing more is asked, everything is kept, the reason is said."""
    endpoint = Endpoint(fails(fault, lambda number, name: number >= 10))
    result = work(tmp_path, endpoint)
    assert (result.hopeless, result.stopped, result.complete) == (fault, f"scripted {fault}", False)
    assert endpoint.requests <= 13
    again = Endpoint()
    again.paid = endpoint.paid
    assert work(tmp_path, again).complete
    assert contents(tmp_path) == undisturbed
    assert set(again.paid.values()) == {1}


def test_no_way_to_the_endpoint(tmp_path: Path) -> None:
    """A connection that cannot even be made stops the run in the same way."""

    async def connect(_: Store) -> tuple[Connection, MakeWithModel]:
        raise AskFailed("auth", "there is no key")

    result = synthesize(ORDER, tmp_path, lambda *_: (), asking=Asking(connect))
    assert (result.stopped, result.hopeless, result.done) == ("there is no key", "auth", 0)


def test_an_endpoint_that_is_gone_is_left_alone(tmp_path: Path) -> None:
    """After so many failures in a row the run stops asking."""
    endpoint = Endpoint(fails("connection", lambda number, name: True))
    result = work(tmp_path, endpoint)
    assert "20 questions in a row" in result.stopped
    assert endpoint.requests <= module.IN_A_ROW + 4
    assert result.put_off.total() == 12
    assert result.done == 0


def test_other_failures_are_the_jobs_own(tmp_path: Path) -> None:
    """What another day would not mend reaches the player, which counts it; what nobody declared is counted by class."""

    def trouble(number: int, name: str) -> None:
        if name == "2.1":
            raise AskFailed("context", "too long")
        if name == "5.0":
            raise KeyError("a bug")

    result = work(tmp_path, Endpoint(trouble))
    assert result.complete
    assert result.kept == 10
    assert result.reasons == {"stuck": 4, "crash: KeyError": 1, "crash: worldwright.models.ask.AskFailed": 1}
    with looked_at(tmp_path) as store:
        (first, second) = store.traces()
        assert (first[0], second[0]) == (2, 5)
        assert "KeyError: 'a bug'" in second[2]
        assert "in talk" in second[2]


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_begins_nothing_new(
    undisturbed: dict[str, bytes], tmp_path: Path, which: signal.Signals
) -> None:
    """Questions that are under way are answered and kept, nothing more is asked; going on pays for none again."""
    counted: list[int] = []

    def trouble(number: int, name: str) -> None:
        counted.append(number)
        if number == 14:
            signal.raise_signal(which)

    before = signal.getsignal(which)
    endpoint = Endpoint(trouble)
    result = work(tmp_path, endpoint)
    assert signal.getsignal(which) is before
    assert result.interrupted
    assert not result.complete
    assert 14 <= endpoint.requests <= 14 + 4
    assert endpoint.paid.total() == endpoint.requests  # none was broken off
    again = Endpoint()
    again.paid = endpoint.paid
    assert not work(tmp_path, again).interrupted
    assert contents(tmp_path) == undisturbed
    assert set(again.paid.values()) == {1}


def test_a_second_interruption_waits_for_nothing(tmp_path: Path) -> None:
    """Two signals: what is under way is broken off; what was done is kept."""

    class Slow(Endpoint):
        async def ask(self, question: Question) -> Answer:
            if question.messages[0].content == "4.0":
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(0.01)
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(3600)
            return await super().ask(question)

    endpoint = Slow()
    result = work(tmp_path, endpoint)
    assert result.interrupted
    assert 1 <= result.done < 12
    assert endpoint.closed == 1
    assert work(tmp_path, Endpoint()).complete


def test_a_full_disk_ends_asking(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """Once the reserve had to be given up nothing more is asked; later nothing is paid for again."""

    def trouble(number: int, name: str) -> None:
        if number == 9:
            assert endpoint.store is not None
            endpoint.store.full = True

    endpoint = Endpoint(trouble)
    result = work(tmp_path, endpoint)
    assert "the disk is full" in result.stopped
    assert endpoint.requests <= 9 + 4
    again = Endpoint()
    again.paid = endpoint.paid
    assert work(tmp_path, again).complete
    assert contents(tmp_path) == undisturbed
    assert set(again.paid.values()) == {1}


def test_a_store_that_fails_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results that cannot be kept are trouble for the run, not a fault of the job."""

    def broken(*_: object) -> None:
        raise StoreFailed("the disk is full")

    monkeypatch.setattr(stores.Store, "finish", broken)
    endpoint = Endpoint()
    with pytest.raises(StoreFailed, match="the disk is full"):
        work(tmp_path, endpoint)
    assert endpoint.closed == 1


def test_progress_is_told_after_every_answer(tmp_path: Path) -> None:
    """Calls and tokens grow with each answer, jobs with each result, also over a run in two parts."""
    heard: list[Progress] = []
    synthesize(ORDER, tmp_path, lambda *_: (), 1, heard.append, Asking(Endpoint().connect, 2), first=5)
    assert heard[0].done == 0
    assert [made.paid.calls for made in heard] == sorted(made.paid.calls for made in heard)
    assert (heard[-1].done, heard[-1].paid.calls, heard[-1].reasons) == (5, 20, {"stuck": 2})
    heard.clear()
    result = work(tmp_path, Endpoint(), heard.append)
    assert (heard[0].done, heard[0].paid.calls) == (5, 20)
    assert (heard[-1].done, heard[-1].total) == (12, 12)
    assert result.complete


@pytest.fixture(autouse=True)
def small_reserve(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Less to write for every run."""
    monkeypatch.setattr(stores, "RESERVED", 1000)
    yield
