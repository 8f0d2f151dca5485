"""Laws about one situation: what is refused, offered, understood, undone, kept and named in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..check.world import Literally, Need
from ..compile.rng import draw_for
from ..compile.system import Command, System
from ..play.episode import Episode, EpisodeState
from ..play.table import table_of
from ..play.understand import Fault
from .agreement import opened
from .law import Broken, expect
from .spots import Ground, Spot

SKINS = ("natural", "call", "bracket", "json", "tools", "renamed:7")


def named(system: System, command: Command) -> int:
    """The mask of the objects that a command names."""
    world = system.world
    mask = 0
    for parameter, value in zip(world.actions[command[0]].parameters, command[1:], strict=True):
        if world.domains[parameter.domain].sort == "atom" and world.atoms[value].is_object:
            mask |= 1 << value
    return mask


def sayable(spot: Spot) -> Iterator[Command]:
    """The commands of a situation whose objects have all been told."""
    told = spot.episode.told
    for command in spot.commands:
        if not named(spot.episode.system, command) & ~told and 0 not in _atoms(spot.episode.system, command):
            yield command


def _atoms(system: System, command: Command) -> list[int]:
    world = system.world
    parameters = world.actions[command[0]].parameters
    return [v for p, v in zip(parameters, command[1:], strict=True) if world.domains[p.domain].sort == "atom"]


# ---------------------------------------------------------------- refusals


def refusals_change_nothing(ground: Ground, spot: Spot) -> None:
    """A refused command leaves the state, what is known, the turn and the milestones as they were."""
    episode = spot.episode
    if episode.ended:
        return
    before, system = episode.state, ground.system
    for command in spot.commands:
        if system.refusal(before.state, command) < 0:
            continue
        play = episode.fork()
        answer = play.act(command)
        after = play.state
        facts = (after.state, after.told, after.turn, after.milestones, play.progress)
        wanted = (before.state, before.told, before.turn, before.milestones, episode.progress)
        said = episode.print(command)
        expect(facts == wanted, f'"{said}" is refused and yet changes something')
        expect(answer.kind == "precondition" and answer.need is not None, f'"{said}" is refused as {answer.kind}')
        expect(not answer.changes and not answer.milestones and answer.reward == 0, f'"{said}" is refused and rewarded')
        expect(answer.text != "", f'"{said}" is refused without a sentence')
        expect(episode.state == before, f'"{said}", said in a fork, changes what it was forked from')


def refusals_leak_nothing(ground: Ground, spot: Spot) -> None:
    """No refusal names what has not been told, and naming it is answered as if it did not exist."""
    episode, system = spot.episode, ground.system
    if episode.ended:
        return
    state, told = episode.state.state, episode.told
    for command in spot.commands:
        index = system.refusal(state, command)
        if index >= 0:
            text = system.refusal_text(state, command, index, told)
            _no_leak(system, told, text, _literals(system.need(command[0], index)))
        hidden = named(system, command) & ~told
        if hidden:
            said = episode.print(command)
            read = episode.skin.read(said, told)
            if isinstance(read, Fault):
                _no_leak(system, told, read.text, said + episode.instructions)
            else:
                expect(not named(system, read) & ~told, f'"{said}" is understood, though not all of it was told')


def _literals(need: Need) -> str:
    """The fixed words of a refusal."""
    return " ".join(part.text for part in need.text or () if isinstance(part, Literally))


def _no_leak(system: System, told: int, text: str, given: str) -> None:
    """Raises Broken if a text names an object that was not told, other than by words that were given."""
    atoms = system.world.atoms
    known = [n for i, a in enumerate(atoms) if told >> i & 1 or not a.is_object for n in (a.display, *a.aliases)]
    allowed = "\n".join([given, *known]).casefold()
    for number, atom in enumerate(atoms):
        if told >> number & 1 or not atom.is_object:
            continue
        name = atom.display.casefold()
        if name not in allowed and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.casefold()):
            raise Broken(f'"{text}" gives away "{atom.display}", which has not been told')


# ---------------------------------------------------------------- what is offered


def admissible_is_accepted(ground: Ground, spot: Spot) -> None:
    """What is offered is accepted, what is accepted and can be named is offered, and nothing twice."""
    episode, system = spot.episode, ground.system
    state, told = episode.state.state, episode.told
    legal, offered = system.admissible(state), system.admissible(state, told)
    expect(len(set(legal)) == len(legal), "a command is offered twice")
    listed, open_ = set(legal), set(offered)
    for command in spot.commands:
        accepted = system.refusal(state, command) < 0
        expect(accepted == (command in listed), f"{command} is accepted: {accepted}, and offered: {not accepted}")
        can = accepted and not named(system, command) & ~told
        expect(can == (command in open_), f"{command} can be named and is accepted: {can}, offered: {not can}")
    expect(all(system.refusal(state, c) < 0 for c in legal), "what is offered is refused")
    expect(episode.commands() == ([] if episode.ended else offered), "an episode offers something else than its world")
    if episode.ended:
        return
    for command in spot.commands:
        answer = episode.fork().act(command)
        expect(answer.accepted == (command in listed), f"{command} is answered {answer.kind}")


def engine_is_reference(ground: Ground, spot: Spot) -> None:
    """Refusals, sentences, effects, chances, texts, goals and promises are those of the slow reference."""
    episode, pair = spot.episode, ground.pair
    state, told = episode.state.state, episode.told
    truth = opened(ground.system, state)
    pair.refusals(state, truth, spot.commands, told)
    pair.admissible(state, truth, spot.commands, told, ground.every)
    pair.judged(state, truth, 2)
    draw = draw_for(episode.seed, episode.turn)
    accepted = [command for command in spot.commands if ground.system.refusal(state, command) < 0]
    if not ground.every:  # one of each action will do where nothing can be proved
        accepted = list({command[0]: command for command in accepted}.values())
    for command in accepted:
        pair.step(state, truth, command, draw, told)


# ---------------------------------------------------------------- going back, going on


def undo_and_fork(ground: Ground, spot: Spot) -> None:
    """Undo gives back everything, saying it again gives the same answer, and forks share nothing that changes."""
    if spot.episode.ended:
        return
    for command in spot.commands:
        play, other = spot.episode.fork(), spot.episode.fork()
        before, progress, script = play.state, play.progress, play.transcript()
        answer = play.act(command)
        after = play.state
        said = play.print(command)
        expect(other.state == before and other.transcript() == script, f'"{said}" in one fork changes another')
        expect(play.undo(), f'"{said}" cannot be undone')
        expect(play.state == before and play.progress == progress, f'undoing "{said}" does not give back the situation')
        expect(play.transcript() == script, f'undoing "{said}" does not give back the transcript')
        expect(play.act(command) == answer and play.state == after, f'"{said}" again, after undo, goes another way')
        expect(other.act(command) == answer and other.state == after, f'"{said}" goes another way in a fork')


def save_and_restore(ground: Ground, spot: Spot) -> None:
    """A situation that was saved as JSON and restored goes on as the one that was not."""
    episode = spot.episode
    saved = EpisodeState.from_json(json.loads(json.dumps(episode.state.to_json())))
    expect(saved == episode.state, "a saved situation reads back as another")
    expect(Episode.restore(ground.system, saved).state == saved, "a restored situation is another")
    for command in spot.commands:
        one, other = episode.fork(), Episode.restore(ground.system, saved)
        said = episode.print(command)
        expect(one.act(command) == other.act(command), f'"{said}" is answered otherwise after restoring')
        expect(one.state == other.state, f'"{said}" leads elsewhere after restoring')


# ---------------------------------------------------------------- words


def skins_accept_the_same(ground: Ground, spot: Spot) -> None:
    """Whatever one skin lets an agent say, every other one does, and it means the same."""
    table, told = table_of(ground.system), spot.episode.told
    skins = [table.skin(name) for name in SKINS]
    for command in sayable(spot):
        for skin in skins:
            said = skin.print(command)
            read = skin.read(said, told)
            expect(read == command, f"{skin.name}: {said!r} is meant as {command} and read as {read}")
    for command in spot.commands:
        if named(ground.system, command) & ~told:
            kinds = {s.name: r.kind if isinstance(r := s.read(s.print(command), told), Fault) else r for s in skins}
            expect(len(set(kinds.values())) == 1, f"{command} is answered differently by skin: {kinds}")
    offered = spot.episode.commands()[:4]
    for command in offered:
        for skin in skins[1:4]:
            saved = EpisodeState.from_json({**spot.episode.state.to_json(), "skin": skin.name})
            play = Episode.restore(ground.system, saved)
            heard = play.step(skin.print(command))
            facts = (heard.kind, heard.text, play.state.state, play.told)
            own = spot.episode.fork()
            answer = own.act(command)
            same = facts == (answer.kind, answer.text, own.state.state, own.told)
            expect(same, f"{skin.name}: {skin.print(command)!r} does not do what it says")


def names_parse_back(ground: Ground, spot: Spot) -> None:
    """Everything that was told can be named as it was told: bare, with its articles, by its aliases."""
    system, told = ground.system, spot.episode.told
    skin, world = table_of(system).skin("natural"), system.world
    shown = [system.names.table(article) for article in ("", "a", "the")]
    for number, action in enumerate(world.actions):
        domains = [world.domains[p.domain] for p in action.parameters]
        known = [
            [v for v in d.values if d.sort != "atom" or (v != 0 and (told >> v & 1 or not world.atoms[v].is_object))]
            for d in domains
        ]
        if not all(known):
            continue
        for slot, domain in enumerate(domains):
            for value in known[slot] if domain.sort == "atom" else ():
                command = (number, *(value if i == slot else values[0] for i, values in enumerate(known)))
                for name in dict.fromkeys((*(names[value] for names in shown), *world.atoms[value].aliases)):
                    said = _said(system, command, slot, name)
                    read = skin.read(said, told)
                    unclear = isinstance(read, Fault) and read.kind == "ambiguous"
                    expect(read == command or unclear, f'"{said}" was told, and is read as {read}')


def _said(system: System, command: Command, slot: int, name: str) -> str:
    """A command in its first pattern, with a name of one argument and sure names of the others."""
    lexicon = table_of(system).lexicon
    action = system.world.actions[command[0]]
    words = []
    for part in action.patterns[0].parts:
        if isinstance(part, str):
            words.append(part)
        elif part == slot:
            words.append(name)
        else:
            atom = system.world.domains[action.parameters[part].domain].sort == "atom"
            words.append(lexicon.spelling[command[1 + part]] if atom else str(command[1 + part]))
    return " ".join(words)
