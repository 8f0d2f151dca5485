from __future__ import annotations

from tests.compile.texts import no_draw, world

from worldwright.check.world import NONE_INT


def test_widths_and_codes() -> None:
    """Narrow domains take a byte; wide or far ones two, less their least value; none follows the largest number."""
    system = world(
        """
type Way = north | south
state a: 0..255 = 7
state b: 0..256 = 256
state c: -10..10 = -10
state d: 0..9 | none = none
state e: 1000..1255 = 1000
state f: Way | none = none
state g(Way): bool = false
state h: -300..300 | none = none
action change_all
  say "change everything"
  need a = 7 else "Done."
  set a = 255
  set b = 255
  set c = 10
  set d = 9
  set e = 1255
  set f = south
  set g(south) = true
  set h = 300
action clear_all
  say "clear everything"
  need a = 255 else "Done."
  set d = none
  set h = none
  set f = none
"""
    )
    slots = {s.name: s for s in system.slots}
    assert {n: (s.width, s.base, s.none_code) for n, s in slots.items()} == {
        "a": (1, 0, -1),
        "b": (2, 0, -1),
        "c": (1, -10, -1),
        "d": (1, 0, 10),
        "e": (1, 1000, -1),
        "f": (1, 0, -1),
        "g": (1, 0, -1),
        "h": (2, -300, 601),
        "ticks": (1, 0, -1),
    }
    assert [s.offset for s in system.slots] == [0, 1, 3, 4, 5, 6, 7, 8, 9, 11]
    start = system.start(0)
    assert len(start) == 12
    assert system.decode(start) == {
        "a": "7", "b": "256", "c": "-10", "d": "none", "e": "1000", "f": "none", "g(north)": "false",
        "g(south)": "false", "h": "none", "ticks": "0",
    }  # fmt: skip
    after = system.apply(start, (0,), no_draw)
    assert [f"{c.name} {c.before} {c.after}" for c in system.changes(start, after)] == [
        "a 7 255", "b 256 255", "c -10 10", "d none 9", "e 1000 1255", "f none south", "g(south) false true",
        "h none 300",
    ]  # fmt: skip
    cleared = system.apply(after, (1,), no_draw)
    assert system.value(cleared, "d") == system.value(cleared, "h") == NONE_INT
    assert system.value(cleared, "f") == 0
    assert system.changes(cleared, cleared) == ()


def test_constants_take_no_slot() -> None:
    """What no action changes is a table, and can still be asked for."""
    system = world("type Way = north | south\nstate far(Way): 0..9 = 3\nstart\n  far(south) = 5\n")
    assert [s.name for s in system.slots] == ["ticks"]
    atoms = {a.name: i for i, a in enumerate(system.world.atoms)}
    state = system.start(0)
    assert [system.value(state, "far", [atoms[w]]) for w in ("north", "south")] == [3, 5]
