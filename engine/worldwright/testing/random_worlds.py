"""`worlds()`: random well-typed worlds, made as syntax trees, growing in every form of the language.

Nothing in them makes sense, and everything is allowed: whoever breaks the engine with one has found a mistake in the
engine. A world is small (a handful of objects, a few commands), so that its whole graph can often be walked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from hypothesis import strategies as st

from ..check.checker import check_report
from ..check.world import World
from ..compile.system import System
from ..diagnostics import WorldError
from ..source import Source
from ..syntax import nodes as n
from ..syntax.format import print_tree
from ..syntax.modules import read_modules
from .blocks import Blocks
from .declaring import Declaring
from .scope import SPAN, Choose, string
from .terms import Terms

MODULE = "parts.base"


@dataclass(frozen=True, slots=True)
class Written:
    """A random world: the trees of its file and its modules, and their texts as `worldwright fmt` writes them."""

    tree: n.Tree
    modules: Mapping[str, n.Tree] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text of the world file."""
        return print_tree(self.tree)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the modules by name."""
        return {name: print_tree(tree) for name, tree in self.modules.items()}

    def __repr__(self) -> str:
        modules = "".join(f"\n# module {name}\n{text}" for name, text in self.texts.items())
        return f"{self.text}{modules}"

    def world(self) -> World | None:
        """The checked world; None if the checker refuses it, which `worlds()` never gives."""
        return _checked(self.text, tuple(self.texts.items()))

    def system(self) -> System:
        """The compiled world. Raises ValueError for a tree that is no world."""
        world = self.world()
        if world is None:
            raise ValueError("the checker refuses this world")
        return System(world)


@lru_cache(16)
def _checked(text: str, modules: tuple[tuple[str, str], ...]) -> World | None:
    try:
        return check_report(read_modules(Source("random", text), dict(modules)))[0]
    except WorldError:  # longer or deeper than a source may be
        return None


def worlds() -> st.SearchStrategy[Written]:
    """Random worlds that the checker accepts, small enough to compile in some milliseconds.

    Every form of the language occurs (`forms.FORMS`, and a test that counts them). A failure shrinks towards fewer
    declarations and simpler conditions. About one tree in ten is thrown away because the checker finds that a
    condition in it can never hold.
    """
    _checked('world "The first one is slow"', ())  # the parser is made once, which is not to count as slow drawing
    return trees().filter(_sound)


@st.composite
def trees(draw: st.DrawFn) -> Written:
    """The trees before the checker has looked at them: well typed but for what only flow of facts can show."""
    return make(Choose.by(draw))


def _sound(written: Written) -> bool:
    return written.world() is not None


def make(choose: Choose) -> Written:
    """One world by the choices given."""
    terms = Terms(choose)
    declaring = Declaring(choose, terms, Blocks(choose, terms))
    declarations = declaring.world()
    if not choose.seldom(5):
        return Written(n.Tree(tuple(declarations), span=SPAN))
    return _split(choose, declarations)


def _split(choose: Choose, declarations: list[n.Declaration]) -> Written:
    """A part of the declarations moved to a module, one of them overridden by itself."""
    movable = [d for d in declarations if isinstance(d, n.Type | n.Object | n.Define | n.View)]
    moved = choose.some(movable, 1, len(movable))
    left: list[n.Declaration] = []
    for each in declarations:
        if each not in moved:
            left.append(each)
        elif isinstance(each, n.Define):
            left.append(n.Define(each.name, each.parameters, each.body, True, span=SPAN))
        elif isinstance(each, n.View):
            left.append(n.View(each.name, each.parameters, (n.Tell((string("Hm."),), span=SPAN),), True, span=SPAN))
    use = n.Use(MODULE, span=SPAN)
    tree = n.Tree((left[0], use, *left[1:]), span=SPAN)
    return Written(tree, {MODULE: n.Tree(tuple(d for d in declarations if d in moved), span=SPAN)})
