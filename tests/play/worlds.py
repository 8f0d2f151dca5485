"""Small worlds for the tests of play."""

from __future__ import annotations

from functools import lru_cache

from worldwright.compile.system import System
from worldwright.pipeline import load_text

CELLAR = """
world "The Cellar"
about "You stand in an old house."

type Holder
type Place is Holder
type Agent is Holder
type Thing
type Key is Thing
type Box is Thing, Holder
type Way = up also "u" | down also "d"

object player: Agent
object hall, cellar "wine cellar": Place
object brass_key "brass key" also "key", iron_key "iron key": Key
object chest "oak chest" also "chest": Box
object red_crate "red crate", blue_crate "blue crate": Box
object pearl "white pearl" also "pearl": Thing
object silver_coin "silver coin" also "coin": Thing

state here: Place = hall
state at(Thing): Holder
state lid(Box): locked | shut | open = shut
state dial: 0..9 = 0
state bell: 0..3 = 0
state luck: bool = false

define in_reach(x: Thing) = at(x) = player or at(x) = here or (at(x) is Box and lid(at(x)) = open and at(at(x)) = here)

start
  at(chest) = hall
  at(red_crate) = cellar
  at(blue_crate) = cellar
  lid(chest) = locked
  at(brass_key) = one of hall, cellar
  at(iron_key) = one of hall, cellar
  at(pearl) = chest
  at(silver_coin) = cellar
  show scene

view scene
  tell "You are in {the here}. You see {list x: Thing where at(x) = here}."

action go(w: Way)
  say "go {w}" | "climb {w}" | "{w}"
  need (w = up and here = cellar) or (w = down and here = hall) else "There is no way {w} from here."
  set here = if w = up then hall else cellar
  show scene

action take(x: Thing)
  say "take {x}" | "pick up {x}" | "pick {x} up"
  need in_reach(x) else "You see no {x} here."
  need not x is Box else "{The x} is too heavy."
  need at(x) != player else "You already hold {the x}."
  set at(x) = player
  tell "You take {the x}." | "Taken: {the x}."

action drop(x: Thing)
  say "drop {x}" | "put down {x}"
  need at(x) = player else "You do not hold {the x}."
  set at(x) = here
  tell "You put {the x} down."

action unlock(b: Box, k: Key)
  say "unlock {b} with {k}" | "use {k} on {b}"
  need in_reach(b) else "You see no {b} here."
  need at(k) = player else "You do not hold {the k}."
  need k = brass_key else "{The k} does not fit."
  change lid(b) from locked to shut else "{The b} is not locked."
  tell "Click."

action open(b: Box)
  say "open {b}"
  need in_reach(b) else "You see no {b} here."
  need lid(b) != locked else "{The b} is locked."
  change lid(b) from shut to open else "{The b} is already open."
  tell "You open {the b} and see {list x: Thing where at(x) = b}."

action turn(n: 0..9)
  say "turn dial to {n}" | "set dial to {n}"
  need dial != n else "The dial is at {n} already."
  set dial = n
  tell "The dial clicks to {n}."

action toss(x: Thing)
  say "toss {x}"
  need at(x) = player else "You do not hold {the x}."
  chance 1 in 2 then set luck = true tell "Heads." else set luck = false tell "Tails." end

action look free
  say "look" | "look around"
  show scene

each turn
  if bell < 3 then set bell = bell + 1 else tell "A bell rings somewhere." end

task pearl "Bring the pearl to the cellar."
  milestone "hold the brass key" at(brass_key) = player
  milestone "open the chest" lid(chest) = open
  goal at(pearl) = cellar
  fail dial = 7 "The house collapses."
  limit 25

task fetch(x: Thing) where not x is Box "Take {the x}."
  goal at(x) = player
  limit 12
"""


@lru_cache(maxsize=8)
def system_of_text(text: str) -> System:
    """A compiled world, once for all tests."""
    return load_text(text)


def cellar() -> System:
    """The world that most tests play."""
    return system_of_text(CELLAR)
