"""The whole check on one screen: parts of a world in, content and diagnostics out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..source import Source
from ..syntax.modules import Part
from . import ir
from .bounds import Plain
from .definitions import read_definitions
from .expressions import Expressions
from .faults import Faults
from .ir import Content
from .judge import judge
from .merge import Merged, merge
from .names import plain_text
from .patterns import read_patterns
from .reasoning import Reasoner
from .scope import Fresh, Scope
from .statements import Sites, Statements
from .tasks import Tasks
from .texts import Texts
from .vocabulary import Vocabulary, gather


@dataclass(slots=True)
class Reader:
    """What reading the bodies of declarations shares."""

    vocabulary: Vocabulary
    expressions: Expressions
    texts: Texts
    sites: Sites
    definitions: dict[str, ir.Definition]


def assemble(
    parts: Sequence[Part], params: Mapping[str, Plain]
) -> tuple[Content | None, tuple[Diagnostic, ...], tuple[Source, ...]]:
    """The content of a world (None if it has errors), all diagnostics, and the sources they point into."""
    faults = Faults([(part.name, part.source) for part in parts])
    sources = tuple(part.source for part in parts)
    merged = merge(parts, faults)
    vocabulary = gather(merged, params, faults)
    reader = _reader(vocabulary)
    content = _content(merged, reader, parts)
    return (None if faults.errors else content), faults.ordered(), sources


def _reader(vocabulary: Vocabulary) -> Reader:
    definitions: dict[str, ir.Definition] = {}
    state_values = {name: state.values for name, state in vocabulary.states.items() if state is not None}
    reasoner = Reasoner(state_values, {}, vocabulary.domains.sets, definitions)
    expressions = Expressions(vocabulary, reasoner)
    return Reader(vocabulary, expressions, Texts(expressions), Sites(), definitions)


def _content(merged: Merged, reader: Reader, parts: Sequence[Part]) -> Content:
    """Reads every body in the order that each needs, and puts the world together."""
    vocabulary, faults = reader.vocabulary, reader.vocabulary.faults
    views = _view_heads(merged, reader)
    read_definitions(merged.defines, reader.expressions, reader.definitions)
    start = _start(merged, reader)
    read_views = _views(merged, views, reader)
    actions = _actions(merged, reader)
    each_turn = _each_turn(merged, reader)
    tasks = Tasks(reader.expressions, reader.texts)
    read_tasks = [t for t in map(tasks.read, merged.tasks.values()) if t is not None]
    promises = tuple(tasks.promise(p) for p in merged.promises)
    states = _states(merged, reader)
    about = reader.texts.steady(merged.about.text, Scope(Fresh()), "`about`") if merged.about else ()
    content = Content.model_construct(
        title=plain_text(merged.title.title, "the title", faults) if merged.title else "",
        about=about,
        modules=tuple(ir.Module(name=part.name, text=part.source.text) for part in parts),
        text_hash=text_hash(parts),
        params=dict(vocabulary.bounds.params),
        atoms=tuple(vocabulary.atoms.items),
        domains=dict(vocabulary.domains.used),
        types={name: name for name, domain in vocabulary.domains.types.items() if domain is not None},
        states=states,
        definitions=dict(reader.definitions),
        start=start,
        views=read_views,
        actions=actions,
        each_turn=each_turn,
        tasks={task.info.name: task.info for task in read_tasks},
        promises=promises,
    )
    return judge(content, merged, read_tasks, reader.expressions, reader.texts)


def text_hash(parts: Sequence[Part]) -> str:
    """The SHA-256 of all names and texts, in order, with NULs between them."""
    pieces = [piece for part in parts for piece in (part.name, part.source.text)]
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()


def _statements(kind: str, owner: str, reader: Reader) -> Statements:
    assert kind in ("start", "view", "action", "each turn")
    return Statements(kind, owner, reader.expressions, reader.texts, reader.sites)  # type: ignore[arg-type]


def _start(merged: Merged, reader: Reader) -> tuple[ir.Statement, ...]:
    body = [statement for start in merged.starts for statement in start.body]
    return _statements("start", "start", reader).read(body, Scope(Fresh()))


def _each_turn(merged: Merged, reader: Reader) -> tuple[ir.Statement, ...]:
    body = [statement for each_turn in merged.each_turns for statement in each_turn.body]
    return _statements("each turn", "each turn", reader).read(body, Scope(Fresh()))


def _view_heads(merged: Merged, reader: Reader) -> dict[str, tuple[tuple[ir.Binder, ...], Scope]]:
    """The parameters of all views, so that any body may show any view."""
    heads = {}
    for name, view in merged.views.items():
        found = reader.expressions.parameters(view.parameters, Scope(Fresh()))
        reader.vocabulary.views[name] = None if found is None else found[2]
        if found is not None:
            heads[name] = (found[0], found[1])
    return heads


def _views(
    merged: Merged, heads: Mapping[str, tuple[tuple[ir.Binder, ...], Scope]], reader: Reader
) -> dict[str, ir.ViewInfo]:
    views = {}
    for name, (binders, scope) in heads.items():
        node = merged.views[name]
        body = _statements("view", name, reader).read(node.body, scope)
        where = reader.vocabulary.faults.where(node.span)
        views[name] = ir.ViewInfo.model_construct(name=name, parameters=binders, body=body, where=where)
    return views


def _actions(merged: Merged, reader: Reader) -> tuple[ir.ActionInfo, ...]:
    actions = []
    for name, node in merged.actions.items():
        found = reader.expressions.parameters(node.parameters, Scope(Fresh()))
        if found is None:
            continue
        patterns = read_patterns(node, reader.vocabulary.faults)
        body = _statements("action", name, reader).read(node.body, found[1])
        actions.append(
            ir.ActionInfo.model_construct(
                name=name, parameters=found[0], free=node.free, patterns=tuple(p for p, _ in patterns), body=body,
                where=reader.vocabulary.faults.where(node.span),
            )
        )  # fmt: skip
    return tuple(actions)


def _states(merged: Merged, reader: Reader) -> dict[str, ir.StateInfo]:
    states = {}
    for name, node in merged.states.items():
        entry = reader.vocabulary.states[name]
        if entry is None:
            continue
        default = None
        if node.default is not None:
            what = f"`{name}`"
            expr = reader.expressions.fitting(node.default, Scope(Fresh()), entry.domain, what, "WW219")
            if isinstance(expr, ir.Const):
                default = expr.value
            else:
                message = f"a default is a known value; `{reader.vocabulary.faults.quote(node.default.span)}` is not"
                reader.vocabulary.faults.error("WW208", node.default.span, message, "assign it in `start`")
        states[name] = ir.StateInfo.model_construct(
            name=name, parameters=tuple(p.name for p in entry.parameters), domain=entry.domain.name, default=default,
            constant=False, where=reader.vocabulary.faults.where(node.span),
        )  # fmt: skip
    return states
