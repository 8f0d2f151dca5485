"""What the checker makes of worlds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.shipped import paced

from worldwright.check import check
from worldwright.check.constants import constant_values
from worldwright.check.world import (
    NONE_INT,
    Assign,
    Const,
    Draw,
    DrawAny,
    If,
    Indexed,
    Literally,
    Need,
    Show,
    Tell,
    World,
)
from worldwright.diagnostics import WorldError
from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.modules import read_modules

from .worlds import codes_of, world_of

WORLDS = sorted(path for path in shipped("worlds").glob("*/*.world") if path.parent.name != "std")


@pytest.fixture(scope="module")
def pantry() -> World:
    """The sample of the language's design."""
    return check(read_modules(shipped("worlds") / "pantry" / "pantry.world"))


def names(world: World, domain: str) -> list[str]:
    """The values of a domain by name."""
    return [world.atoms[value].name for value in world.domains[domain].values]


def test_atoms_and_domains(pantry: World) -> None:
    """Objects come first in the order written, then values; types gather the objects below them."""
    assert pantry.atoms[0].name == "none"
    assert names(pantry, "Thing") == ["chest", "brass_key", "apple"]
    assert names(pantry, "Holder") == ["player", "kitchen", "hall", "chest"]
    assert names(pantry, "Place | none") == ["kitchen", "hall", "none"]
    assert names(pantry, "locked | shut | open") == ["locked", "shut", "open"]


def test_constants(pantry: World) -> None:
    """What nothing changes and no chance touches is constant, with its values."""
    assert {name: state.constant for name, state in pantry.states.items()} == {
        "exit": True,
        "here": False,
        "at": False,
        "lid": False,
    }
    ids = {atom.name: number for number, atom in enumerate(pantry.atoms)}
    values = constant_values(pantry)
    assert values["exit", (ids["kitchen"], ids["north"])] == ids["hall"]
    assert values["exit", (ids["hall"], ids["north"])] == 0


def test_change_is_a_need_and_an_assignment(pantry: World) -> None:
    """`change` counts as a need in the order written."""
    unlock = next(action for action in pantry.actions if action.name == "unlock")
    needs = [s for s in unlock.body if isinstance(s, Need)]
    assert [need.id for need in needs] == ["unlock.1", "unlock.2", "unlock.3", "unlock.4"]
    assert any(isinstance(s, Assign) and s.lifecycle for s in unlock.body)


def test_literal_mentions(pantry: World) -> None:
    """Fixed text that names an object is noted, whole words only."""
    world = world_of(
        'type T object brass_key "brass key" also "key": T object iron_key "iron key": T\n'
        'view v tell "The Brass  Key fits, the iron key does not; monkeys, keys, and a key."\n'
        'tell "Keyed."\n'
    )
    first, second = world.views["v"].body
    assert isinstance(first, Tell) and isinstance(second, Tell)
    assert first.texts[0][0] == Literally(
        "The Brass  Key fits, the iron key does not; monkeys, keys, and a key.", (1, 2)
    )
    assert second.texts[0][0] == Literally("Keyed.", ())


@pytest.mark.parametrize("path", paced(WORLDS), ids=lambda path: path.stem)
def test_json_round_trip(path: Path) -> None:
    """A world is what its JSON says, and the JSON is checked on the way in."""
    world = check(read_modules(path))
    again = World.model_validate_json(world.model_dump_json())
    assert again == world
    assert again.model_dump_json() == world.model_dump_json()


def test_tampered_json_is_refused(pantry: World) -> None:
    """A change anywhere is found and named."""
    data = json.loads(pantry.model_dump_json())
    data["tasks"]["lunch"]["limit"] = 31
    with pytest.raises(ValidationError, match="`tasks` is not what the text of this world says"):
        World.model_validate_json(json.dumps(data))
    data = json.loads(pantry.model_dump_json())
    data["modules"][-1]["text"] = data["modules"][-1]["text"].replace("limit 30", "limit 31")
    with pytest.raises(ValidationError, match=r"`text_hash`|`modules`|`tasks`"):
        World.model_validate_json(json.dumps(data))
    data["modules"][-1]["text"] = "type T is"
    with pytest.raises(ValidationError, match="faulty"):
        World.model_validate_json(json.dumps(data))


def test_hash_covers_names_and_texts() -> None:
    """The same declarations in a module have another hash than in the world file."""
    one = world_of("use parts\nobject a: T", parts="type T\n")
    other = world_of("type T\nobject a: T")
    again = world_of("use parts\nobject a: T", parts="type T\n")
    assert one.text_hash == again.text_hash != other.text_hash
    assert [module.name for module in one.modules] == ["parts", ""]


def test_places_name_no_path() -> None:
    """The world file is called `world` wherever it lies, so that records are the same on every machine."""
    text = 'world "T"\nstate n: 0..3 = 0\n'
    one, other = (check(read_modules(Source(name, text))) for name in ("a/b.world", "c.world"))
    assert one == other
    assert one.states["n"].where.source == "world" and one.states["n"].where.line == 2


def test_params_choose_the_member() -> None:
    """One file is a family; given values are checked."""
    text = (
        "param size: 1..5 = 2\nparam hard: bool = false\nparam mode: easy | grim = easy\n"
        "type Shelf object shelf[size]: Shelf\n"
        "state here: Shelf = shelf[size]\nstate tired: 0..(if mode = easy then 3 else 9) = 0\n"
        'view v if hard then tell "Hard." else tell "Easy." end\n'
    )
    small, large = world_of(text), world_of(text, {"size": 5, "hard": True, "mode": "grim"})
    assert (len(small.domains["Shelf"].values), len(large.domains["Shelf"].values)) == (2, 5)
    assert small.atoms[2].display == "shelf 2" and small.states["here"].default == 2
    assert small.states["tired"].domain == "0..3" and large.states["tired"].domain == "0..9"
    assert large.params == {"size": 5, "hard": True, "mode": "grim"}
    for given in ({"size": 6}, {"size": True}, {"hard": 1}, {"mode": "none"}, {"sise": 2}):
        with pytest.raises(WorldError, match="WW108"):
            world_of(text, given)  # type: ignore[arg-type]


def test_display_names() -> None:
    """Articles are read off the display name."""
    world = world_of(
        'type T object lamp, oil "some lamp oil", sun "the sun", ann "Ann", egg "an egg", red_box, room_12: T\n'
        'object shelf[2]: T object cell[1, 2] "square" also "field": T\n'
        'type Way = north "North" also "n" | far_south\n'
    )
    found = {atom.name: (atom.display, atom.noun) for atom in world.atoms[1:]}
    assert found == {
        "lamp": ("lamp", "common"),
        "oil": ("lamp oil", "mass"),
        "sun": ("sun", "unique"),
        "ann": ("Ann", "proper"),
        "egg": ("egg", "common"),
        "red_box": ("red box", "common"),
        "room_12": ("room 12", "proper"),
        "shelf_1": ("shelf 1", "proper"),
        "shelf_2": ("shelf 2", "proper"),
        "cell_1_1": ("square 1 1", "proper"),
        "cell_1_2": ("square 1 2", "proper"),
        "north": ("North", "value"),
        "far_south": ("far south", "value"),
    }
    assert world.atoms[10].aliases == ("field 1 1",)


def test_override_keeps_the_place() -> None:
    """A replaced declaration stands where the one it replaces stood."""
    module = 'action wait say "wait" tell "Time passes."\naction rest say "rest" tell "You rest."\n'
    world = world_of('use std_like\noverride action wait say "wait" | "z" tell "Tick."\n', std_like=module)
    assert [action.name for action in world.actions] == ["wait", "rest"]
    assert len(world.actions[0].patterns) == 2


def test_indexed_objects() -> None:
    """Known indexes are folded; others become a table look-up that may give none."""
    world = world_of(
        "type C object cell[2, 2]: C state x: 1..2 = 1 state here: C = cell[1, 2]\n"
        "define right = cell[x, 2] define next = cell[x + 1, 2]\n"
    )
    assert world.states["here"].default == 2
    body = world.definitions["next"].body
    assert isinstance(body, Indexed) and body.table == (1, 2, 3, 4) and body.sizes == (2, 2)
    assert codes_of('type C object c[2]: C state x: 1..2 = 1 state h: C = c[1]\naction a say "a" set h = c[x + 1]') == [
        "WW205"
    ]


def test_none_among_numbers() -> None:
    """`none` has one way to be written and two to be held."""
    world = world_of("state n: 0..3 | none = none\nstate m: 0..3 | none = if 1 < 2 then none else 3\n")
    assert world.states["n"].default == NONE_INT == world.states["m"].default
    assert world.domains["0..3 | none"].values == (0, 1, 2, 3, NONE_INT)


def test_start_forms() -> None:
    """Draws have sites in order; tells come with the state that start has made."""
    world = world_of(
        "type P object a, b: P state here: P state there: P state lit(P): bool = false\n"
        "start here = one of a, b  there = any p: P where p != here\n"
        '  need here != there\n  for p: P do lit(p) = true end\n  if lit(a) then tell "{The here}." end\n'
    )
    draw, any_draw, need, loop, told = world.start
    assert isinstance(draw, Draw) and draw.site == 0 and len(draw.options) == 2
    assert isinstance(any_draw, DrawAny) and any_draw.site == 1
    assert isinstance(need, Need) and need.text is None and need.id == "start.1"
    assert isinstance(told, If)
    assert {name: state.constant for name, state in world.states.items()} == {
        "here": False,
        "there": False,
        "lit": True,
    }
    assert constant_values(world) == {("lit", (1,)): 1, ("lit", (2,)): 1}
    assert loop.kind == "for"


def test_dead_branches_of_a_family_are_left_out() -> None:
    """An `if` about params alone is decided while checking."""
    world = world_of(
        'param hard: bool = true\nview w tell "."\nview v if hard then show w else tell "x" end\nstart show v\n'
    )
    assert [type(s) for s in world.views["v"].body] == [Show]


def test_task_instances() -> None:
    """`where` is decided over constants; the instances come in the domains' order."""
    world = world_of(
        "type T object a, b, c: T state kind(T): food | tool = food state at(T): here | there = here\n"
        "start kind(b) = tool\n"
        'action move(x: T) say "move {x}" set at(x) = there\n'
        'task t(x: T, y: T) where kind(x) = food and x != y "Do {x} and {y}." goal at(x) = there and at(y) = there\n'
    )
    assert world.tasks["t"].instances == ((1, 2), (1, 3), (3, 1), (3, 2))
    assert world.tasks["t"].limit == 50
    assert isinstance(world.definitions, dict) and isinstance(world.tasks["t"].goal, object)


def test_where_through_recursion() -> None:
    """Recursive definitions are least fixpoints while checking too, circles included."""
    world = world_of(
        "type R object r[6]: R state next(R): R | none = none state n: 0..3 = 0\n"
        "start next(r[1]) = r[2] next(r[2]) = r[1] next(r[3]) = r[4] next(r[4]) = r[5]\n"
        "define reach(a: R, b: R) = a = b or (next(a) != none and reach(next(a), b))\n"
        "define apart(a: R, b: R) = not reach(a, b) and not reach(b, a)\n"
        "define far(a: R) = apart(a, r[1]) or (next(a) != none and far(next(a)))\n"
        'action q say "q" set n = 3\n'
        'task t(x: R) where reach(r[3], x) "To {x}." goal n = 3\n'
        'task u(x: R) where reach(r[1], x) "To {x}." goal n = 3\n'
        'task v(x: R) where far(x) "To {x}." goal n = 3\n'
    )
    assert world.tasks["t"].instances == ((3,), (4,), (5,))
    assert world.tasks["u"].instances == ((1,), (2,))
    assert world.tasks["v"].instances == ((3,), (4,), (5,), (6,))
    assert world.definitions["reach"].recursive and not world.definitions["apart"].recursive


def test_folding() -> None:
    """Params and numbers are folded; what is known needs no checking at run time."""
    world = world_of("param n: 1..3 = 2 define a = n * 3 + 1 define b = n = 2 and (n > 5 or true)")
    assert world.definitions["a"].body == Const(7, "int")
    assert world.definitions["b"].body == Const(1, "bool")


def test_variables_are_unique_within_a_declaration() -> None:
    """A name bound twice gets a number."""
    world = world_of("type T object a: T define d(x: T) = exists x: T (x = a) and forall y: T (exists x: T (x = y))")
    text = world.definitions["d"].model_dump_json()
    assert all(f'"name":"{name}"' in text for name in ("x", "x_2", "y", "x_3"))


def test_what_is_known_to_be_none_is_none_of_the_right_sort() -> None:
    """A name known to be none can be given to a variable of numbers."""
    world = world_of(
        "type R object r: R state next: R | none = none state m: 0..3 | none = 1\n"
        'action a say "a" need next = none else "No." set m = next set next = r\n'
    )
    assigned = world.actions[0].body[1]
    assert isinstance(assigned, Assign) and assigned.value == Const(NONE_INT, "int")


def test_params_survive_json() -> None:
    """Truth values stay truth values."""
    world = world_of("param hard: bool = false param n: 0..1 = 0 define a = hard or n = 1", {"hard": True, "n": 1})
    again = World.model_validate_json(world.model_dump_json())
    assert again.params == {"hard": True, "n": 1} and again.params["hard"] is True and again.params["n"] is not True


FAMILY = """
param keys: bool = true
param doors: bool = true
state rung: bool = false
action ring
  say "ring"
  set rung = true
task {first} "Ring."
  goal rung
task enter where keys and doors "Enter."
  goal rung
"""


def test_a_task_that_a_param_rules_out_is_left_out_of_the_member() -> None:
    """It belongs to other members; one that nothing satisfies in any member, or the last one left, is a fault."""
    family = FAMILY.format(first="call")
    assert list(world_of(family).tasks) == ["call", "enter"]
    assert list(world_of(family, {"doors": False}).tasks) == ["call"]
    assert codes_of(FAMILY.format(first="call where not keys"), {"doors": False}) == ["WW406", "WW406"]
    assert codes_of(FAMILY.format(first="call where 1 > 2")) == ["WW406"]
