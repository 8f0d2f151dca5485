"""`World`: a checked world, and the names of its parts. Every later stage imports from here."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from ..diagnostics import WorldError
from ..source import Source
from ..syntax.modules import read_modules
from .assemble import assemble
from .faults import MAIN
from .ir import (
    NONE,
    NONE_INT,
    ActionInfo,
    And,
    Arith,
    Assign,
    Atom,
    Binder,
    Branch,
    Call,
    Chance,
    Compare,
    Cond,
    Const,
    Content,
    Definition,
    DomainInfo,
    Draw,
    DrawAny,
    Expr,
    FailInfo,
    Fluent,
    For,
    If,
    Indexed,
    Insert,
    InsertList,
    IsIn,
    Literally,
    MilestoneInfo,
    Model,
    Module,
    Need,
    Not,
    Or,
    Pattern,
    PromiseInfo,
    Quant,
    Show,
    Sort,
    StateInfo,
    Statement,
    TaskInfo,
    Tell,
    Text,
    TextPart,
    Var,
    ViewInfo,
    Where,
)  # fmt: skip

__all__ = [
    "NONE",
    "NONE_INT",
    "ActionInfo",
    "And",
    "Arith",
    "Assign",
    "Atom",
    "Binder",
    "Branch",
    "Call",
    "Chance",
    "Compare",
    "Cond",
    "Const",
    "Definition",
    "DomainInfo",
    "Draw",
    "DrawAny",
    "Expr",
    "FailInfo",
    "Fluent",
    "For",
    "If",
    "Indexed",
    "Insert",
    "InsertList",
    "IsIn",
    "Literally",
    "MilestoneInfo",
    "Model",
    "Module",
    "Need",
    "Not",
    "Or",
    "Pattern",
    "PromiseInfo",
    "Quant",
    "Show",
    "Sort",
    "StateInfo",
    "Statement",
    "TaskInfo",
    "Tell",
    "Text",
    "TextPart",
    "Var",
    "ViewInfo",
    "Where",
    "World",
]  # fmt: skip


class World(Content):
    """A checked world.

    A World is only made by the checker: from text, from the builder, or from its JSON form, whose texts are checked
    again on the way in; what they say must be what the rest of the JSON says.
    """

    @model_validator(mode="after")
    def _vouched_for(self) -> Self:
        texts = {module.name: module.text for module in self.modules}
        main = texts.pop("", None)
        if main is None:
            raise ValueError("this world holds no world file among its modules")
        try:
            parts = read_modules(Source(MAIN, main), texts)
            content, diagnostics, sources = assemble(parts, self.params)
        except WorldError as error:
            raise ValueError(f"the text of this world is faulty: {error}") from error
        if content is None:
            raise ValueError(f"the text of this world is faulty: {WorldError(diagnostics, sources)}")
        for name in Content.model_fields:
            if getattr(content, name) != getattr(self, name):
                raise ValueError(f"`{name}` is not what the text of this world says")
        return self
