"""The belief against brute force, and the factored belief against the exact one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from worldwright.compile.system import Command, CompiledTask, System
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.play.words import joined
from worldwright.players.belief import Belief, Exact
from worldwright.players.blocks import blocks_of
from worldwright.players.factored import Factored
from worldwright.players.predict import Predictor, Telling

SMALL = ["pantry", "vending", "cave", "store"]


class Choices:
    """Draws by a fixed choice for each site, in the order in which sites are first asked."""

    def __init__(self, fixed: list[int]) -> None:
        self.fixed = fixed
        self.sizes: list[int] = []
        self.known: dict[int, int] = {}

    def __call__(self, site: int, n: int) -> int:
        if site not in self.known:
            place = len(self.sizes)
            self.sizes.append(n)
            self.known[site] = self.fixed[place] if place < len(self.fixed) else 0
        return self.known[site]


def every_way(run: Callable[[Choices], None]) -> Iterator[Choices]:
    """Call `run` with every possible sequence of choices."""
    fixed: list[int] = []
    while True:
        choices = Choices(fixed)
        run(choices)
        yield choices
        fixed = (fixed + [0] * len(choices.sizes))[: len(choices.sizes)]
        while fixed and fixed[-1] + 1 >= choices.sizes[len(fixed) - 1]:
            fixed.pop()
        if not fixed:
            return
        fixed[-1] += 1


def brute_force(system: System, states: set[bytes], command: Command, told: int, kind: str, text: str) -> set[bytes]:
    """The states that can follow, by trying all draws one by one."""
    found: set[bytes] = set()
    for state in states:
        need = system.refusal(state, command)
        if need >= 0:
            if kind == "precondition" and system.refusal_text(state, command, need, told) == text:
                found.add(state)
            continue
        if kind != "ok":
            continue
        results: list[tuple[bytes, str]] = []

        def run(choices: Choices, state: bytes = state, results: list[tuple[bytes, str]] = results) -> None:
            after, fragments, _ = system.narrate(state, command, choices, told)
            results.append((after, joined(fragments)))

        for _ in every_way(run):
            pass
        found.update(after for after, said in results if said == text)
    return found


def starts(system: System, task: CompiledTask, opening: str) -> set[bytes]:
    """The start states that could open with a text, by trying all draws."""
    states, complete = system.start_states(100_000)
    assert complete
    about, told = system.about(system.always_told)
    wanted, told = task.text(told)
    found: set[bytes] = set()
    for state in states:
        texts: list[str] = []

        def run(choices: Choices, state: bytes = state, texts: list[str] = texts) -> None:
            texts.append(joined(system.opening(state, choices, told)[0]))

        for _ in every_way(run):
            pass
        if any("\n".join(t for t in (about, wanted, text) if t) == opening for text in texts):
            found.add(state)
    return found


def wander(episode: Episode, rng: Random, turns: int) -> Iterator[tuple[Command, str, str, int]]:
    """Random commands, accepted and refused, with what was heard and the names told before."""
    system = episode.system
    for _ in range(turns):
        if episode.ended:
            return
        commands = episode.commands()
        told = episode.told
        command = rng.choice(commands)
        if rng.random() < 0.3:
            values = list(command)
            for place, parameter in enumerate(system.world.actions[command[0]].parameters, start=1):
                domain = system.world.domains[parameter.domain]
                known = [v for v in domain.values if domain.sort != "atom" or told >> v & 1]
                values[place] = rng.choice(known)
            command = tuple(values)
        feedback = episode.act(command)
        if feedback.ended:
            return
        yield command, feedback.kind, feedback.text, told


@pytest.mark.parametrize("name", SMALL)
def test_the_exact_belief_is_what_brute_force_finds(name: str, world: Callable[[str], System]) -> None:
    """After every feedback the believed states are exactly those that could have said it."""
    system = world(name)
    for seed in range(4):
        episode = Episode(system, None, None, seed)
        believed = starts(system, episode.task, episode.observation)
        belief = Exact(Predictor(system), episode.task, episode.observation)
        assert set(belief.states) == believed
        for command, kind, text, told in wander(episode, Random(seed), 10):
            believed = brute_force(system, believed, command, told, kind, text)
            belief.hear(command, kind, text)
            assert set(belief.states) == believed
            assert len(belief.states) == len(believed)
            assert belief.told == episode.told


@pytest.mark.parametrize("name", [*SMALL, "household", "laboratory", "helpdesk", "keys_and_doors"])
def test_the_true_state_is_always_believed(name: str, world: Callable[[str], System]) -> None:
    """Whatever is done, the episode's own state is among the believed ones, in the exact belief."""
    system = world(name)
    _, complete = system.start_states(10_000)
    if not complete:
        pytest.skip("too many start states for the exact belief")
    for seed in range(3):
        episode = Episode(system, None, None, seed)
        belief = Exact(Predictor(system), episode.task, episode.observation)
        for command, kind, text, _ in wander(episode, Random(seed), 12):
            belief.hear(command, kind, text)
            assert episode.state.state in belief.states


@pytest.mark.parametrize("name", ["pantry", "cave", "store", "file_system"])
def test_the_factored_belief_agrees_with_the_exact_one(name: str, world: Callable[[str], System]) -> None:
    """Where choices, or blocks of them, are independent, both leave the same values open for every variable."""
    system = world(name)
    for seed in range(6):
        episode = Episode(system, None, None, seed)
        exact = Exact(Predictor(system), episode.task, episode.observation)
        factored = Factored(Predictor(system), episode.task, episode.observation)
        assert values(factored) == values(exact)
        for command, kind, text, _ in wander(episode, Random(seed), 12):
            exact.hear(command, kind, text)
            factored.hear(command, kind, text)
            assert set(factored.states) <= set(exact.states)
            assert values(factored) == values(exact)
            assert factored.told == exact.told


def test_the_factored_belief_finds_the_household(world: Callable[[str], System]) -> None:
    """With millions of start states the reference keeps agreeing with everything that is heard."""
    system = world("household")
    for seed in range(4):
        episode = Episode(system, None, None, seed)
        belief = Factored(Predictor(system), episode.task, episode.observation)
        for command, kind, text, _ in wander(episode, Random(seed), 25):
            belief.hear(command, kind, text)
            assert belief.states
            assert belief.told == episode.told
        true = episode.state.state
        open_values = values(belief)
        assert all(true[place] in known for place, known in enumerate(open_values))


def test_dependent_choices_are_sought_anew() -> None:
    """Where one choice shifts what another means, the reference still comes to explain everything that was heard."""
    system = load("keys_and_doors", {"rooms": 3})
    for seed in range(4):
        episode = Episode(system, "enter", None, seed)
        exact = Exact(Predictor(system), episode.task, episode.observation)
        factored = Factored(Predictor(system), episode.task, episode.observation)
        for command, kind, text, _ in wander(episode, Random(seed), 15):
            exact.hear(command, kind, text)
            factored.hear(command, kind, text)
            assert factored.states
            assert factored.states[0] in exact.states


def test_what_is_dealt_out_hangs_together() -> None:
    """Which of six files holds what is one block of choices; where each lies, and whether one is protected, is not."""
    system = load("file_system", {"files": 6})
    predict = Predictor(system)
    blocks = blocks_of(predict, [0, 1] * 6 + [0])
    assert sorted(len(block.values) for block in blocks if len(block.values) > 1) == [2, 3, 3, 3, 3, 3, 3, 720]
    assert all(len(set(block.states)) == len(block.values) for block in blocks)
    episode = Episode(system, "find", None, 3)
    belief = Factored(predict, episode.task, episode.observation)
    held = [slot for slot in system.slots if slot.name == "holds"]
    known: set[int] = set()
    for command in [command for command in episode.commands() if system.world.actions[command[0]].name == "cat"]:
        feedback = episode.act(command)
        belief.hear(command, feedback.kind, feedback.text)
        known.add(next(slot.read(feedback.before) for slot in held if slot.args[0] == command[1]))
        open_values = [{slot.read(state) for state in belief.states} for slot in held]
        assert sorted(map(len, open_values)) == [1] * len(known) + [6 - len(known)] * (6 - len(known))
    assert 0 < len(known) < 6


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 3))])
def test_an_opening_in_which_all_hangs_together_is_explained(seed: int) -> None:
    """What is seen of a crowded room depends on where one stands, on where one looks, and on where everything is."""
    system = load("babyai", {"columns": 1, "size": 4, "things": 6})
    episode = Episode(system, None, None, seed)
    predictor = Predictor(system)
    found = Factored(predictor, episode.task, episode.observation).states
    assert found
    assert {predictor.opening(episode.task, state) for state in found} == {episode.observation}


@pytest.mark.slow
def test_a_sentence_made_of_many_choices_is_explained() -> None:
    """What a mission of several deeds says depends on where everything is and on thirty choices more."""
    system = load("babyai", {"sentences": True})
    episode = Episode(system, None, None, 3)
    predictor = Predictor(system)
    found = Factored(predictor, episode.task, episode.observation).states
    assert {predictor.opening(episode.task, state) for state in found} == {episode.observation}


def values(belief: Belief) -> list[set[int]]:
    """For every byte of the state the values that some believed state has."""
    return [set(column) for column in zip(*belief.states, strict=True)]


def test_a_text_is_matched_against_all_choices_of_wording() -> None:
    """Every piece may have its own wording; line breaks join without a space."""
    telling = Telling(b"", 0, (("Taken.", "You take it."), ("\nA door.", "\nThe door."), ("", ""), ("End.",)))
    assert telling.could_read("Taken.\nA door. End.")
    assert telling.could_read("You take it.\nThe door. End.")
    assert not telling.could_read("You take it. The door. End.")
    assert not telling.could_read("Taken.\nA door.")
