from __future__ import annotations

from tests.compile.texts import fixed, no_draw, world

from worldwright.compile.system import System

ROOM = """
type Thing
type Colour = red | dark_blue "dark blue"
object apple, pear, oil "some oil", ann "Ann", sun "the sun", box "oak box" also "box": Thing
state seen(Thing): bool = true
state tint: Colour = red
state left: 0..9 | none = none
define hid(y: Thing) = not seen(y)
define n = count y: Thing (seen(y))
action look free
  say "look around"
  tell "You see {list x: Thing where seen(x)}."
action name_it(x: Thing)
  say "name {x}"
  need tint = red or seen(x) else "{The x}, {a x}, {the x}, {x}, {A x} is {tint}; {list y: Thing where hid(y)} {n}."
  tell "{The x}, {a x}, {the x}, {x}, {A x} is {tint}." | "It is beside the box."
  set seen(x) = not seen(x)
  tell "{list k: 1..3 where k != 2}: {count y: Thing (seen(y))}."
action paint
  say "paint it"
  need tint = red else "No."
  set tint = dark_blue
  set left = 3
  for x: Thing do set seen(x) = false end
"""


def made() -> tuple[System, dict[str, int]]:
    """The room and its atoms by name."""
    system = world(ROOM)
    return system, {a.name: i for i, a in enumerate(system.world.atoms)}


def test_forms_and_told() -> None:
    """Articles, values and numbers; every atom rendered, and every object in literal words, is told of."""
    system, atom = made()
    state = system.start(0)
    _, words, told = system.narrate(state, (0,), no_draw, 0)
    assert words == ("You see an apple, a pear, some oil, Ann, the sun and an oak box.",)
    things = [atom[n] for n in ("apple", "pear", "oil", "ann", "sun", "box")]
    assert told == sum(1 << t for t in things)
    after, words, told = system.narrate(state, (1, atom["oil"]), fixed(0), 0)
    assert words == ("The oil, some oil, the oil, oil, Some oil is red.", "1 and 3: 5.")
    assert told == 1 << atom["oil"]
    _, words, told = system.narrate(state, (1, atom["oil"]), fixed(1), 0)
    assert words == ("It is beside the box.", "1 and 3: 5.")
    assert told == 1 << atom["box"]
    assert system.narrate(after, (0,), no_draw, 0)[2] == sum(1 << t for t in things if t != atom["oil"])


def test_refusals_name_only_what_is_told() -> None:
    """Untold objects are "something" under every article and once in a list; enumeration values are always known."""
    system, atom = made()
    state = system.apply(system.start(0), (2,), no_draw)
    ask = (1, atom["sun"])
    assert system.refusal(state, ask) == 0
    sun, ann = 1 << atom["sun"], 1 << atom["ann"]
    assert system.refusal_text(state, ask, 0, 0) == (
        "Something, something, something, something, Something is dark blue; something 0."
    )
    assert system.refusal_text(state, ask, 0, sun | ann) == (
        "The sun, the sun, the sun, sun, The sun is dark blue; something, Ann and the sun 0."
    )
    assert system.refusal_text(state, ask, 0, -1).endswith(
        "; an apple, a pear, some oil, Ann, the sun and an oak box 0."
    )


def test_empty_list() -> None:
    """Nothing."""
    system, _ = made()
    state = system.apply(system.start(0), (2,), no_draw)
    assert system.narrate(state, (0,), no_draw, 5)[1:] == (("You see nothing.",), 5)
