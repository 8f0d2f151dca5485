"""A small world with one of everything that can be changed, and a golden play of it."""

from __future__ import annotations

KETTLE = """\
world "The Kettle"
about "You want tea."
type Thing
type Cup is Thing
object mug, bowl: Cup
object lid: Thing
state water: cold | warm | hot = cold
state fire: bool = false
state full(Cup): bool = false
state at(Thing): table | hand = table
state smoke: 0..2 = 0

define ready(c: Cup) = full(c) and at(c) = hand

start
  fire = one of false, true
  need not fire
  at(lid) = hand
  show stove

view stove
  if fire then tell "The fire burns." else tell "The fire is out." end

action light
  say "light the fire"
  need not fire else "It burns already."
  set fire = true
  tell "You strike a match." | "Whoosh."

action douse
  say "douse the fire"
  need fire and water != hot else "Better not."
  set fire = false
  set smoke = 0
  tell "Hiss."

action take(c: Cup)
  say "take {c}"
  need forall x: Cup (at(x) = table) else "Your hands are full."
  set at(c) = hand
  tell "You take {the c}."

action pour(c: Cup)
  say "pour into {c}"
  need water = hot else "The water is not hot."
  need at(c) = hand else "You are not holding {the c}."
  change full(c) from false to true else "{The c} is full."
  tell "You pour."

action wait
  say "wait"
  tell "You wait."

action look free
  say "look"
  show stove

each turn
  if fire and water = warm then
    set water = hot
    set smoke = min(2, smoke + 1)
  end
  if fire and water = cold then set water = warm end

task tea(c: Cup) "Make tea in {the c}."
  milestone "boil water" water = hot
  milestone "take the mug" at(mug) = hand
  goal ready(c) and fire
  fail smoke div 2 = 1 or (water = warm and not fire) "You have lost heart."
  limit 12

always smoke <= 1 "a little smoke at most"
never at(lid) = table "the lid is never put down"
"""

PLAY = """\
# task tea(mug)
# seed 0

> pour into mug
> light the fire
> take mug
> pour into mug
"""
