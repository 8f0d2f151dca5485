"""The standard library: a small world made of all its modules checks clean and plays as its README says."""

from __future__ import annotations

import re

import pytest

from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.shipped import shipped

CELLAR = """
world "The Cellar"
about "You have come home, and the light in the cellar is broken."
use std.locks
use std.light
use std.waiting

override param capacity: 1..20 = 2
type Chest is Container, Fixture
type Shelf is Surface, Fixture
object hall, cellar: Place
object chest "tin chest": Chest
object shelf: Shelf
object box: Container
object key "small key", coin, nail: Thing
object torch: Lamp

start
  here = hall
  exit(hall, down) = cellar
  exit(cellar, up) = hall
  stance(cellar) = inside
  dark(cellar) = true
  at(chest) = cellar
  at(shelf) = hall
  at(box) = hall
  at(key) = shelf
  at(torch) = hall
  at(nail) = hall
  at(coin) = chest
  lid(chest) = locked
  key_of(chest) = key
  show scene

task rich "Find the coin."
  goal at(coin) = player
"""

PLAY = """
> up
You cannot go up from here.
> take key
You (take|pick up) the small key.
> inventory
You are carrying a small key.
> put key in box
The box is shut.
> open box
You open the box. It is empty.
> take box
You (take|pick up) the box.
> put box in box
You cannot put the box inside itself.
> put key in box
You put the small key in the box.
> drop box
You put (down the box|the box down).
> look
You are in the hall. You see a shelf, a box, a nail and a torch here. In the box you see a small key. You can go down.
> close box
You close the box.
> close box
The box is already shut.
> take key
You see no small key here.
> open box
You open the box. Inside you see a small key.
> take key
You (take|pick up) the small key.
> put nail on shelf
You are not carrying the nail.
> take nail
You (take|pick up) the nail.
> take torch
You cannot carry any more. Put something down first.
> put nail on shelf
You put the nail on the shelf.
> take shelf
The shelf cannot be carried away.
> take torch
You (take|pick up) the torch.
> turn on torch
You turn on the torch.
> turn on torch
The torch is already on.
> down
You are in the cellar. You see a tin chest here. You can go up.
> open chest
The tin chest is locked.
> unlock chest with torch
The torch does not fit the lock of the tin chest.
> unlock chest with key
You turn the small key and hear a click. The tin chest is unlocked.
> lock chest with key
You lock the tin chest with the small key.
> use key on chest
You turn the small key and hear a click. The tin chest is unlocked.
> open chest
You open the tin chest. Inside you see a coin.
> lock chest with key
The tin chest is open. Close it first.
> wait
(You wait a moment.|You let a moment pass.)
> turn off torch
You turn off the torch.
> drop torch
You put (down the torch|the torch down).
> examine chest
The tin chest is open. Inside you see a coin.
> examine coin
You notice nothing unusual about the coin.
"""


def test_all_modules_together() -> None:
    """Rooms, things, containers, locks, light and waiting in one world, line by line."""
    episode = Episode(load_text(CELLAR), seed=0)
    lines = PLAY.strip().splitlines()
    for command, expected in zip(lines[::2], lines[1::2], strict=True):
        text = episode.step(command.removeprefix("> ")).text
        assert re.fullmatch(expected, text), f"{command}: {text}"
    assert not episode.ended
    assert episode.step("take coin").ended == "goal"


@pytest.mark.parametrize("module", sorted(path.stem for path in shipped("worlds").glob("std/*.world")))
def test_every_module_is_in_the_readme(module: str) -> None:
    """The README names every module, with what it uses."""
    readme = (shipped("worlds") / "std" / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if f"`std.{module}`" in line)
    text = (shipped("worlds") / "std" / f"{module}.world").read_text(encoding="utf-8")
    for used in re.findall(r"^use std\.(\w+)", text, re.MULTILINE):
        assert used in row
