"""`check`: the trees of a world and its modules become a `World`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..diagnostics import Diagnostic, WorldError
from ..syntax.modules import Part
from .assemble import assemble
from .ir import Content
from .world import World

NO_PARAMS: Mapping[str, int | bool | str] = {}


def check(parts: Sequence[Part], params: Mapping[str, int | bool | str] = NO_PARAMS) -> World:
    """The world that the parts describe, its params bound. Raises `WorldError` with every diagnostic of one pass."""
    content, diagnostics, sources = assemble(parts, params)
    if content is None:
        raise WorldError(diagnostics, sources)
    return _vouch(content)


def check_report(
    parts: Sequence[Part], params: Mapping[str, int | bool | str] = NO_PARAMS
) -> tuple[World | None, tuple[Diagnostic, ...]]:
    """The world (None if it has errors) and every diagnostic, warnings included."""
    content, diagnostics, _ = assemble(parts, params)
    return (None if content is None else _vouch(content)), diagnostics


def _vouch(content: Content) -> World:
    return World.model_construct(**{name: getattr(content, name) for name in Content.model_fields})
