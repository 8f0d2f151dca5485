"""Generated source for statements: effects, random choices and text.

Within a function `s` is the state (a bytearray where it changes), `draw` the draws of the turn, `o` the list of
fragments told so far and `told` the mask of the atoms told so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from . import form as f
from .emit import Emitter
from .layout import Domain, Family
from .rng import site_at
from .source import Writer

SITE_TABLE = 256
"""Loop variables with at most this many values get a table of their random sites."""

LONGEST_CHAIN = 40
"""Branches of one `if` that are written as elif; longer chains use a flag, because Python nests elifs."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Writes statements. `telling`: with their text; `refusing`: as a refusal, which names nothing untold.

    `views` gives the functions of the views. `evenly`: a chance is one draw of two, to go through all that can happen.
    """

    emitter: Emitter
    views: Mapping[str, str]
    telling: bool
    refusing: bool = False
    evenly: bool = False

    def block(self, w: Writer, steps: Sequence[f.Step]) -> None:
        """Writes a sequence of statements."""
        for step in steps:
            if self.telling or changes(step):
                self._step(w, step)

    def _step(self, w: Writer, step: f.Step) -> None:
        value = self.emitter.value
        match step:
            case f.Set(family, args, form, place):
                self._set(w, family, args, form, place)
            case f.Roll():
                self._roll(w, step)
            case f.RollAny():
                self._roll_any(w, step)
            case f.Require(_, condition):
                with w.indent(f"if not {value(condition)}:"):
                    w.line("return None")
            case f.Say(texts, site):
                self._say(w, texts, site)
            case f.See(view, args):
                w.line(f"told = {self.views[view]}({', '.join(['s', 'o', 'told', 'draw', *map(value, args)])})")
            case f.When(branches, otherwise):
                self._when(w, branches, otherwise)
            case f.Each(loops, conjuncts, body):
                self._each(w, loops, conjuncts, body)
            case f.Luck(hits, out_of, then, otherwise, site, mixed):
                with w.indent(f"if {self._lucky(w, hits, out_of, self._site(site, mixed))}:"):
                    self.block(w, then)
                if otherwise:
                    with w.indent("else:"):
                        self.block(w, otherwise)

    def _lucky(self, w: Writer, hits: f.Form, out_of: f.Form, site: str) -> str:
        """Source for how a chance falls. Nothing is drawn where that is sure, so that no result follows from it."""
        can, surely = f.fallen(hits, out_of)
        share, whole = (self._once(w, form) for form in (hits, out_of))
        fell = f"draw({site}, 2) < 1" if self.evenly else f"draw({site}, {whole}) < {share}"
        if surely != f.FALSE:
            fell = f"({share} >= {whole} or {fell})"
        return fell if can == f.TRUE else f"{share} > 0 and {fell}"

    def _once(self, w: Writer, form: f.Form) -> str:
        """Source for a number that is used several times."""
        if isinstance(form, f.Const | f.Var):
            return self.emitter.value(form)
        number = self.emitter.module.fresh("x")
        w.line(f"{number} = {self.emitter.value(form)}")
        return number

    # ------------------------------------------------------------ effects

    def _set(self, w: Writer, family: Family, args: Sequence[f.Form], form: f.Form, place: str) -> None:
        """One assignment, with a fault where neither checker nor compiler has shown that it stays inside."""
        args = [self._checked(w, a, d, place) for a, d in zip(args, family.parameters, strict=True)]
        if isinstance(form, f.Const) and form.value in family.domain.members:
            code = str(family.code(form.value))
        elif isinstance(form, f.Read) and (form.family.base, form.family.none_code) == (family.base, family.none_code):
            code = self.emitter.code(form)
            known = f.possible(form, proof=True)
            if known is None or not f.within(known, family.domain.members):
                code = self._code(family, self._checked(w, form, family.domain, place))
        else:
            code = self._code(family, self._checked(w, form, family.domain, place))
        self._store(w, family, args, code)

    def _checked(self, w: Writer, form: f.Form, domain: Domain, place: str) -> f.Form:
        """The form, or a variable that holds its value and has been found to lie in the domain."""
        known = f.possible(form, proof=True)
        if known is not None and f.within(known, domain.members):
            return form
        var = f.Var(self.emitter.module.fresh("x"), domain)
        w.line(f"{var.name} = {self.emitter.value(form)}")
        with w.indent(f"if not {self.emitter.contains(var.name, domain)}:"):
            w.line(f"fault({self.emitter.module.constant('L', place)}, {var.name}, s)")
        return var

    def _code(self, family: Family, form: f.Form) -> str:
        text = self.emitter.value(form)
        if family.none_code >= 0:
            codes = {v: family.code(v) for v in family.domain.values}
            return f"{self.emitter.module.constant('C', codes, id(family))}[{text}]"
        return f"{text} - {family.base}" if family.base else text

    def _store(self, w: Writer, family: Family, args: Sequence[f.Form], code: str) -> None:
        index = self.emitter.index(family.parameters, family.strides, args, family.width, family.offset)
        if family.width == 1:
            w.line(f"s[{index}] = {code}")
            return
        w.line(f"i = {index}")
        w.line(f"x = {code}")
        w.line("s[i] = x & 255")
        w.line("s[i + 1] = x >> 8")

    def _site(self, site: int, mixed: Sequence[f.Form]) -> str:
        """Source for a random site: the written one mixed with loop variables, of which the first has a ready table."""
        text = str(site)
        for place, form in enumerate(mixed):
            if isinstance(form, f.Const):
                site = site_at(site, form.value)
                text = str(site)
                continue
            rest = mixed[place:]
            if isinstance(form, f.Var) and len(form.domain.values) <= SITE_TABLE:
                sites = {value: site_at(site, value) for value in form.domain.values}
                text = f"{self.emitter.module.constant('Y', sites, (site, id(form.domain)))}[{form.name}]"
                rest = rest[1:]
            return f"site_at({', '.join([text, *map(self.emitter.value, rest)])})" if rest else text
        return text

    def _roll(self, w: Writer, roll: f.Roll) -> None:
        if len(roll.options) == 1:
            self._set(w, roll.family, roll.args, roll.options[0], roll.place)
            return
        number = self.emitter.module.fresh("x")
        w.line(f"{number} = draw({self._site(roll.site, roll.mixed)}, {len(roll.options)})")
        known = [o.value for o in roll.options if isinstance(o, f.Const)]
        if len(known) == len(roll.options):
            codes = tuple(roll.family.code(v) for v in known)
            args = [self._checked(w, a, d, roll.place) for a, d in zip(roll.args, roll.family.parameters, strict=True)]
            self._store(w, roll.family, args, f"{self.emitter.module.constant('C', codes)}[{number}]")
            return
        for i, option in enumerate(roll.options):
            with w.indent(f"if {number} == {i}:"):
                self._set(w, roll.family, roll.args, option, roll.place)

    def _roll_any(self, w: Writer, roll: f.RollAny) -> None:
        name = self.emitter.module.fresh("x")
        if roll.conjuncts:
            level, key = w.level, ""
            memo = self.emitter.module.constant("M", {}, name)
            around = [v for c in roll.conjuncts for v in f.free(c) if v != roll.var.name]
            if not any(f.reads(c) for c in roll.conjuncts):
                # What does not depend on the state is worked out once and kept.
                key = f"({', '.join(dict.fromkeys(around))},)" if around else "()"
                w.line(f"{name} = {memo}.get({key})")
                w.line(f"if {name} is None:")
                w.level += 1
            w.line(f"{name} = []")
            self.emitter.nest(
                w, (roll.var,), roll.conjuncts, lambda: w.line(f"{name}.append({roll.var.name})"), ordered=True
            )
            if w.level > level:
                w.line(f"{memo}[{key}] = {name}")
            w.level = level
            with w.indent(f"if not {name}:"):
                w.line("return None")
        else:
            w.line(f"{name} = {self.emitter.values(roll.var.domain)}")
        w.line(f"{roll.var.name} = {name}[draw({self._site(roll.site, roll.mixed)}, len({name}))]")
        self._set(w, roll.family, roll.args, roll.var, roll.place)

    # ------------------------------------------------------------ branches and loops

    def _when(
        self, w: Writer, branches: Sequence[tuple[f.Form, Sequence[f.Step]]], otherwise: Sequence[f.Step]
    ) -> None:
        flag = self.emitter.module.fresh("x") if len(branches) > LONGEST_CHAIN else ""
        if flag:
            w.line(f"{flag} = True")
        for i, (condition, body) in enumerate(branches):
            text = self.emitter.value(condition)
            with w.indent(f"if {flag} and {text}:" if flag else f"{'if' if i == 0 else 'elif'} {text}:"):
                if flag:
                    w.line(f"{flag} = False")
                self.block(w, body)
        if any(self.telling or changes(step) for step in otherwise):
            with w.indent(f"if {flag}:" if flag else "else:"):
                self.block(w, otherwise)

    def _each(self, w: Writer, loops: Sequence[f.Var], conjuncts: Sequence[f.Form], body: Sequence[f.Step]) -> None:
        """A loop; its conditions move outwards only if the body cannot change what they read."""
        written = writes(body)
        still = not written or not any(written & f.reads(c) for c in conjuncts)
        if still:
            self.emitter.nest(w, loops, conjuncts, lambda: self.block(w, body), ordered=True)
            return
        level = w.level
        for var in loops:
            w.line(f"for {var.name} in {self.emitter.values(var.domain)}:")
            w.level += 1
        with w.indent(f"if {' and '.join(self.emitter.value(c) for c in conjuncts)}:"):
            self.block(w, body)
        w.level = level

    # ------------------------------------------------------------ text

    def _say(self, w: Writer, texts: Sequence[f.Text], site: int) -> None:
        if len(texts) == 1:
            self._fragment(w, texts[0])
            return
        number = self.emitter.module.fresh("x")
        w.line(f"{number} = draw({site}, {len(texts)})")
        for i, text in enumerate(texts):
            with w.indent(f"if {number} == {i}:"):
                self._fragment(w, text)

    def _fragment(self, w: Writer, text: f.Text) -> None:
        words, bits = self.text(w, text)
        if self.refusing:
            w.line(f"return {words}")
            return
        w.line(f"o.append({words})")
        if bits:
            w.line(f"told |= {' | '.join(bits)}")

    def text(self, w: Writer, text: f.Text) -> tuple[str, list[str]]:
        """Source for a text, and for the masks of what it tells. May write lines that compute parts first."""
        emitter, module = self.emitter, self.emitter.module
        words: list[str] = []
        bits: list[str] = []
        mentions = 0
        for part in text:
            match part:
                case f.Said(fixed, mask):
                    words.append(module.constant("S", fixed))
                    mentions |= mask
                case f.Shown(_, item, "int"):
                    words.append(f"shown({emitter.value(item)})")
                case f.Shown(_, item, "bool"):
                    words.append(f"{module.constant('S', ('false', 'true'))}[{emitter.value(item)}]")
                case f.Shown(article, item, _):
                    words.append(self._named(w, article, item, bits))
                case f.Listed(var, conjuncts):
                    words.append(self._listed(w, var, conjuncts, bits))
        if mentions:
            bits.append(module.constant("B", mentions))
        return " + ".join(words) or module.constant("S", ""), bits

    def _named(self, w: Writer, article: str, item: f.Form, bits: list[str]) -> str:
        table = f"name_{article}"
        if isinstance(item, f.Var | f.Const):
            atom = self.emitter.value(item)
        else:
            atom = self.emitter.module.fresh("x")
            w.line(f"{atom} = {self.emitter.value(item)}")
        if self.refusing:
            unknown = f"unknown_{'A' if article in ('A', 'The') else 'a'}"
            return f"({table}[{atom}] if known >> {atom} & 1 else {unknown})"
        bits.append(f"bit[{atom}]")
        return f"{table}[{atom}]"

    def _listed(self, w: Writer, var: f.Var, conjuncts: Sequence[f.Form], bits: list[str]) -> str:
        found = self.emitter.module.fresh("x")
        w.line(f"{found} = []")
        self.emitter.nest(w, (var,), conjuncts, lambda: w.line(f"{found}.append({var.name})"), ordered=True)
        if var.domain.sort != "atom":
            return f"listed_numbers({found})"
        if self.refusing:
            return f"listed_known({found}, known)"
        bits.append(f"bits({found})")
        return f"listed({found})"


def changes(step: f.Step) -> bool:
    """Whether a statement can change the state (or reject a draw)."""
    match step:
        case f.Say() | f.See():
            return False
        case f.When(branches, otherwise):
            return any(changes(s) for _, body in branches for s in body) or any(changes(s) for s in otherwise)
        case f.Each(_, _, body):
            return any(changes(s) for s in body)
        case f.Luck(_, _, then, otherwise):
            return any(changes(s) for s in (*then, *otherwise))
        case _:
            return True


def writes(steps: Sequence[f.Step]) -> set[Family]:
    """The families that some statements may write."""
    found: set[Family] = set()
    for step in steps:
        match step:
            case f.Set(family) | f.Roll(family) | f.RollAny(family):
                found.add(family)
            case f.When(branches, otherwise):
                found |= writes([*(s for _, body in branches for s in body), *otherwise])
            case f.Each(_, _, body):
                found |= writes(body)
            case f.Luck(_, _, then, otherwise):
                found |= writes([*then, *otherwise])
            case _:
                pass
    return found


def refusing(steps: Steps) -> Steps:
    """The same for the text of a refusal."""
    return replace(steps, refusing=True)
