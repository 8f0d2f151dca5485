"""Worlds that are drawn in tests."""

from __future__ import annotations

from worldwright import System, load_text

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>&amp;'"


def hostile() -> System:
    """A world whose title, names and sentences are markup."""
    name = HOSTILE[:90]
    return load_text(f'''\
world "{HOSTILE}"
about "{HOSTILE}"
type Place
type Way = north | south
object a "{name}", b: Place
state here: Place = a
state exit(Place, Way): Place | none = none
state lamp: off "<b>off</b>" | lit = off
start
  exit(a, north) = b
  exit(b, south) = a
  tell "{HOSTILE}"
action go(w: Way)
  say "go {{w}}"
  need exit(here, w) != none else "{HOSTILE} {{w}}"
  set here = exit(here, w)
  tell "{HOSTILE} {{here}}"
action light
  say "light"
  change lamp from off to lit else "{HOSTILE}"
  tell "{HOSTILE}"
task t "{HOSTILE}"
  milestone "{HOSTILE}" lamp = lit
  goal lamp = lit and here = b
''')


CHANCE = """\
world "Dice"
state side: 0..3 = 0
state lost: bool = false
action roll
  say "roll"
  need side < 3 else "It lies still."
  chance 1 in 3 then
    set side = min(3, side + 1)
    tell "Higher!"
  else
    tell "Nothing." | "Again nothing."
  end
action drop
  say "drop the die"
  need not lost else "It is gone."
  set lost = true
  tell "It rolls under the sofa."
task top "Roll a three."
  milestone "a one" side >= 1
  goal side = 3
  fail lost "Without a die you cannot roll."
"""


def dice() -> System:
    """A world with chance, a failing command and no way back."""
    return load_text(CHANCE)
