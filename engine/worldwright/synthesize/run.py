"""A run: a folder of trajectories, made by playing and keeping what can be proved."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..compile.system import System
from ..diagnostics import WorldFault
from ..play.episode import Episode
from ..players.mind import Bewildered
from ..players.registry import maker
from . import ledger
from .bundle import save_bundle, system_of
from .compare import differences
from .drive import play_out, reference_to
from .files import write_whole
from .ledger import Done
from .order import Chosen, Order, Prove
from .plan import Job, mixed, plan

RUN_FORMAT = "worldwright.run/1"
RECORDS = "trajectories.jsonl"
REJECTED = "rejected.jsonl"
RUN = "run.json"
CHUNK = 2
"""Jobs handed to a worker at a time: few, so that little is done twice after an interruption."""
RENAMINGS = 1000
"""The `renamed` skin without a number stands for this many, one drawn for each job."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    kept: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to. `reasons` counts rejected attempts by their first fault."""

    asked: int
    kept: int
    reasons: Counter[str]
    interrupted: bool


class RunDiffers(Exception):
    """The folder holds a run with other arguments. The message lists the differences, one a line."""


def synthesize(
    order: Order,
    folder: Path,
    prove: Prove,
    workers: int = 2,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Result:
    """Make a run's trajectories in a folder, or go on with what was interrupted there.

    The folder gets `trajectories.jsonl`, the `worlds/` texts, `run.json`, and `rejected.jsonl` if anything was. An
    interruption (Ctrl-C) leaves everything done so far in place, ready to go on. Raises RunDiffers if the folder holds
    another run.
    """
    if _open_folder(order, folder):
        return _result(order, folder, interrupted=False)
    for world in order.worlds:
        save_bundle(world.bundle, folder)
    done = ledger.recover(folder)
    jobs = plan(order.count, [len(world.tasks) for world in order.worlds], order.skins)
    interrupted = False
    kept = rejected = 0
    for entry in ledger.entries(folder):
        kept, rejected = kept + (entry.kept is not None), rejected + len(entry.rejected)
    try:
        with (folder / ledger.NAME).open("ab") as file, _results(order, jobs[done:], prove, workers) as results:
            for count, entry in enumerate(results, start=done + 1):
                ledger.append(file, entry)
                kept, rejected = kept + (entry.kept is not None), rejected + len(entry.rejected)
                tell(Progress(count, order.count, kept, rejected))
    except KeyboardInterrupt:
        interrupted = True
    _write_records(order, folder, complete=not interrupted)
    return _result(order, folder, interrupted)


def make(order: Order, job: Job, prove: Prove) -> Done:
    """Do one job: play until an attempt is proved, at most `order.attempts` times, each with seeds of its own."""
    chosen = order.worlds[job.world]
    system = _system(chosen)
    task = system.world.tasks[chosen.tasks[job.task]]
    skin = f"renamed:{mixed(order.seed, job.index, 'skin') % RENAMINGS}" if job.skin == "renamed" else job.skin
    player = maker(order.player, order.min_refines)
    rejected: list[dict[str, Any]] = []
    for attempt in range(order.attempts):
        seed, own = (mixed(order.seed, job.index, attempt, what) for what in ("episode", "player"))
        instance = task.instances[mixed(order.seed, job.index, attempt, "task") % len(task.instances)]
        reference = reference_to(order.player, order.min_refines, own)
        try:
            line = play_out(
                player, reference, chosen.name, Episode(system, task.name, instance, seed, skin), own
            ).line()
            faults = prove(line, chosen.bundle)
        except WorldFault as fault:
            line, faults = "", (f"world fault: {fault}",)
        except Bewildered as fault:
            line, faults = "", (f"player: {fault}",)
        if line and (not faults or not order.only_proved):
            return Done(job.index, line, tuple(rejected))
        rejected.append(
            {
                "job": job.index,
                "attempt": attempt,
                "world": chosen.name,
                "task": task.name,
                "seed": seed,
                "skin": skin,
                "faults": list(faults),
            }
        )
    return Done(job.index, None, tuple(rejected))


# ---------------------------------------------------------------- worker processes


@lru_cache(maxsize=64)
def _system(chosen: Chosen) -> System:
    """The compiled world, once a process. Compiled from the bundled texts, as `verify` will do it."""
    return system_of(chosen.bundle, chosen.name, dict(chosen.params))


@dataclass(frozen=True, slots=True)
class _Work:
    """A job with all it needs, as sent to a worker."""

    order: Order
    prove: Prove

    def __call__(self, job: Job) -> Done:
        return make(self.order, job, self.prove)


@contextmanager
def _results(order: Order, jobs: tuple[Job, ...], prove: Prove, workers: int) -> Iterator[Iterator[Done]]:
    """The results of jobs in the jobs' order, whoever does them."""
    work = _Work(order, prove)
    if workers <= 1 or len(jobs) <= 1:
        yield map(work, jobs)
        return
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _follow_the_parent)
    try:
        yield pool.map(work, jobs, chunksize=CHUNK)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _follow_the_parent() -> None:
    """Leave Ctrl-C, which reaches the whole process group, to the parent, and end when the parent ends in any way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# ---------------------------------------------------------------- the folder


def _open_folder(order: Order, folder: Path) -> bool:
    """Make the folder this order's, and say whether its run is complete."""
    path = folder / RUN
    arguments = order.arguments()
    if not path.exists():
        if (folder / RECORDS).exists():
            raise RunDiffers(f"{folder} holds {RECORDS} but no {RUN}, so it is not a run to go on with")
        write_whole(path, [_run_text(arguments, complete=False, records=None)])
        return False
    try:
        old = json.loads(path.read_text("utf-8"))
        old_arguments, complete = dict(old["arguments"]), bool(old["complete"])
    except (ValueError, KeyError, TypeError) as error:
        raise RunDiffers(f"{path} is not the description of a run") from error
    found = [
        f"{place}: {there} there, {asked} asked for" for place, asked, there in differences(arguments, old_arguments)
    ]
    if found:
        raise RunDiffers("\n".join([f"{folder} holds a run with other arguments:", *found]))
    return complete and (folder / RECORDS).exists()


def _run_text(arguments: dict[str, Any], complete: bool, records: int | None) -> str:
    facts = {"format": RUN_FORMAT, "arguments": arguments, "complete": complete, "records": records}
    return json.dumps(facts, indent=2, ensure_ascii=False)


def promised_records(folder: Path) -> int | None:
    """How many records a complete run says that it wrote; None if the folder does not say."""
    try:
        found = json.loads((folder / RUN).read_text("utf-8"))["records"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, int) else None


def _write_records(order: Order, folder: Path, complete: bool) -> None:
    """Write the record files from the ledger; when all is done, the ledger goes."""
    write_whole(folder / RECORDS, (done.kept for done in ledger.entries(folder) if done.kept is not None))
    rejected = [json.dumps(each, ensure_ascii=False) for done in ledger.entries(folder) for each in done.rejected]
    if rejected:
        write_whole(folder / REJECTED, rejected)
    if complete:
        kept = sum(1 for done in ledger.entries(folder) if done.kept is not None)
        write_whole(folder / RUN, [_run_text(order.arguments(), complete=True, records=kept)])
        (folder / ledger.NAME).unlink()


def _result(order: Order, folder: Path, interrupted: bool) -> Result:
    """Count what the folder holds."""
    with (folder / RECORDS).open("rb") as file:
        kept = sum(1 for _ in file)
    reasons: Counter[str] = Counter()
    if (folder / REJECTED).exists():
        with (folder / REJECTED).open(encoding="utf-8") as lines:
            reasons.update(json.loads(line)["faults"][0].partition(":")[0] for line in lines)
    return Result(order.count, kept, reasons, interrupted)
