"""Random worlds: sound, in every form of the language, and obeyed by the laws."""

from __future__ import annotations

import inspect
import random

import pytest
from hypothesis import HealthCheck, given, settings

from worldwright.source import Source
from worldwright.syntax import nodes
from worldwright.syntax.parse import parse
from worldwright.testing import Effort, Written, conformance, metamorphic, worlds
from worldwright.testing.forms import FORMS, WITHOUT_FORM, forms_of
from worldwright.testing.random_worlds import make
from worldwright.testing.rewriting import nodes_in
from worldwright.testing.scope import Choose

SMALL = Effort(situations=12, plays=1, steps=8, commands=24)
TREES = 75
"""So many that each form occurs; about one in ten has the rarest."""
APART = "same bytes everywhere"
STEADY = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def drawn(seed: int) -> Written:
    """The world of a seed, evenly over all choices. The checker has not looked at it."""
    return make(Choose(random.Random(seed).randint))


def test_every_form_occurs() -> None:
    """Each form of the table is in some tree, each node of the language has a form, most trees are sound worlds."""
    made = [drawn(seed) for seed in range(TREES)]
    trees = [tree for written in made for tree in (written.tree, *written.modules.values())]
    found = frozenset[str]().union(*map(forms_of, trees))
    assert sorted(set(FORMS) - found) == []
    assert found <= set(FORMS)
    kinds = {kind for _, kind in inspect.getmembers(nodes, inspect.isclass) if issubclass(kind, nodes.Node)}
    met = {type(node) for tree in trees for node in nodes_in(tree)}
    assert kinds - met - set(WITHOUT_FORM) == set()
    sound = [written for written in made[:20] if written.world() is not None]
    assert len(sound) > 15


def test_trees_are_what_their_texts_say() -> None:
    """The text of a random tree parses to that tree."""
    for seed in range(20):
        written = drawn(seed)
        assert parse(Source("random", written.text)) == written.tree
        assert repr(written).startswith('world "A Random World"')


@settings(STEADY, max_examples=4)
@given(worlds())
def test_laws_of_random_worlds(written: Written) -> None:
    """Whatever the language allows, the engine obeys its laws."""
    obey(written, SMALL)


@pytest.mark.slow
@settings(STEADY, max_examples=25)
@given(worlds())
def test_laws_of_many_random_worlds(written: Written) -> None:
    """The same for more worlds, further."""
    obey(written, Effort(situations=30, plays=2, steps=12, commands=40))


def obey(written: Written, effort: Effort) -> None:
    """All laws but that of other processes, which takes a second."""
    system = written.system()
    for law in (*conformance(system, effort=effort), *metamorphic(system, effort=effort)):
        if law.name != APART:
            law()
