"""The plan of an evaluation: balanced, paired, and a beginning of every longer plan."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from tests.synthesize.orders import order

from worldwright.evaluate.plan import plan
from worldwright.evaluate.run import jobs_of, order_for
from worldwright.synthesize.attempts import attempt_at

SIZES = st.tuples(st.integers(1, 30), st.integers(1, 3), st.lists(st.integers(1, 4), min_size=1, max_size=4))


@given(SIZES)
def test_it_is_balanced(sizes: tuple[int, int, list[int]]) -> None:
    """Every start under every skin as often; worlds, and the tasks of a world, differ by one start at most."""
    starts, samples, tasks = sizes
    jobs = plan(starts, samples, tasks, ("natural", "json"))
    assert [job.index for job in jobs] == list(range(starts * samples * 2))
    assert set(Counter((job.start, job.skin) for job in jobs).values()) == {samples}
    first = [job for job in jobs if job.skin == "natural" and job.sample == 0]
    worlds = Counter(job.world for job in first)
    assert max(worlds.values()) - min(worlds[world] for world in range(len(tasks))) <= 1
    for world, many in enumerate(tasks):
        counted = Counter(job.task for job in first if job.world == world)
        assert max((counted[task] for task in range(many)), default=0) - min(counted[t] for t in range(many)) <= 1


@given(SIZES)
def test_more_starts_begin_with_the_same(sizes: tuple[int, int, list[int]]) -> None:
    """So figures from a short evaluation are of episodes that a longer one has, too."""
    starts, samples, tasks = sizes
    longer = plan(starts + 3, samples, tasks, ("natural", "json"))
    assert longer[: starts * samples * 2] == plan(starts, samples, tasks, ("natural", "json"))


def test_skins_and_players_meet_the_same_starts() -> None:
    """Instance, seed and the player's own seed are the same under every skin; samples differ in the last alone."""
    worlds = order(names=("pantry", "vending")).worlds
    one = order_for(worlds, 4, 7, "random", ("natural", "json", "renamed"), samples=2)
    attempts = [(job, attempt_at(one, job, 0)) for job in jobs_of(one)]
    assert one.count == len(attempts) == 24
    for start in range(4):
        mine = [(job, each) for job, each in attempts if job.start == start]
        assert len({(each.task, each.instance, each.seed) for _, each in mine}) == 1
        assert len({(job.sample, each.own) for job, each in mine}) == 2
    assert len({(each.task, each.seed) for _, each in attempts}) == 4
    other = order_for(worlds, 4, 7, "expert", ("natural", "json", "renamed"), samples=2)
    assert [attempt_at(other, job, 0).seed for job in jobs_of(other)] == [each.seed for _, each in attempts]
