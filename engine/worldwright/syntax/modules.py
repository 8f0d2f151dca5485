"""Reads a world and every module it uses: from files inside two roots only, or from texts in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .. import limits
from ..diagnostics import Diagnostic, WorldError
from ..shipped import shipped
from ..source import Source, Span
from .nodes import Tree, Use
from .parse import parse

SUFFIX = ".world"
STANDARD = "std"


@dataclass(frozen=True, slots=True)
class Part:
    """One source of a world: the module's name (empty for the world file itself), its text and its tree."""

    name: str
    source: Source
    tree: Tree


def read_modules(main: Path | str | Source, texts: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """The parts of a world: modules in the order they are first used, dependencies before users, the world file last.

    `main` is a path, or a source already in memory. Modules come from `texts` (module name to text) when it is given,
    and then from nowhere else. Otherwise `std.…` comes with the engine, and other modules stand beside the world file
    (a source in memory has none). Raises `WorldError` with the mistakes of all parts.
    """
    if isinstance(main, Source):
        reader = _Reader(None, texts)
        reader.add("", main, ())
    else:
        path = Path(main)
        reader = _Reader(path.parent, texts, main=path)
        source = read_source(path)
        reader.add("", source, ())
    if reader.diagnostics:
        raise WorldError(reader.diagnostics, reader.sources)
    return tuple(reader.parts)


def read_source(path: Path, name: str | None = None) -> Source:
    """The text of a file under limits. Raises `WorldError` when it cannot be read, is too large or is not UTF-8."""
    name = str(path) if name is None else name
    largest = limits.SOURCE_CHARACTERS * 4
    start = Span(name, 0, 0)
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not a file" if path.exists() else "does not exist"
            raise WorldError([Diagnostic("WW020", start, f"`{path}` {what}")], [Source(name, "")])
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WorldError([Diagnostic("WW020", start, f"cannot read `{path}`: {reason}")], [Source(name, "")]) from error
    if len(data) > largest:
        message = f"this source has more than {limits.SOURCE_CHARACTERS:,} characters"
        raise WorldError([Diagnostic("WW010", start, message)], [Source(name, "")])
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        source = Source(name, data.decode("utf-8", errors="replace"))
        place = len(data[: error.start].decode("utf-8", errors="replace"))
        message = "this source is not UTF-8 text"
        raise WorldError([Diagnostic("WW025", Span(name, place, place + 1), message)], [source]) from error


@dataclass(slots=True)
class _Reader:
    """Follows `use` depth first and remembers what it has read."""

    folder: Path | None
    texts: Mapping[str, str] | None
    main: Path | None = None
    parts: list[Part] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    characters: int = 0

    def add(self, name: str, source: Source, chain: tuple[str, ...]) -> None:
        """Parses one source, its modules first. `chain` holds the modules being read, from the world file on."""
        self.sources.append(source)
        self.characters += len(source.text)
        try:
            tree = parse(source)
        except WorldError as error:
            self.diagnostics.extend(error.diagnostics)
            return
        for declaration in tree.declarations:
            if isinstance(declaration, Use):
                self.use(declaration, (*chain, name))
        self.parts.append(Part(name, source, tree))

    def use(self, use: Use, chain: tuple[str, ...]) -> None:
        """Reads a used module unless it has been read."""
        name = use.module
        if name in chain:
            circle = " → ".join((*(f"`{n}`" for n in chain[chain.index(name) :]), f"`{name}`"))
            self.fault("WW021", use, f"modules use each other in a circle: {circle}", "move what they share to a third")
            return
        if name in self.seen:
            return
        self.seen.add(name)
        if len(self.seen) > limits.MODULES:
            if len(self.seen) == limits.MODULES + 1:
                self.fault("WW023", use, f"a world may use at most {limits.MODULES} modules")
            return
        if len(chain) > limits.MODULE_DEPTH:
            self.fault("WW023", use, f"modules use modules more than {limits.MODULE_DEPTH} levels deep")
            return
        source = self.find(use)
        if source is None:
            return
        if self.characters + len(source.text) > limits.MODULES_CHARACTERS:
            message = f"the modules of this world have more than {limits.MODULES_CHARACTERS:,} characters together"
            self.fault("WW023", use, message)
            return
        self.add(name, source, chain)

    def find(self, use: Use) -> Source | None:
        """The source of a module; None after a diagnostic."""
        name = use.module
        if self.texts is not None:
            if name in self.texts:
                return Source(name, self.texts[name])
            self.fault("WW020", use, f"there is no module `{name}` among the given texts")
            return None
        steps = name.split(".")
        if steps[0] == STANDARD:
            root: Path | None = shipped("worlds") / STANDARD
            steps = steps[1:]
        else:
            root = self.folder
        if root is None or not steps:
            reason = "a world in memory has no modules beside it" if root is None else "name one of its modules"
            self.fault("WW020", use, f"there is no module `{name}`", reason)
            return None
        path = root.joinpath(*steps[:-1], steps[-1] + SUFFIX)
        if not path.is_file():
            hint = f"`{STANDARD}` has: " + ", ".join(standard_modules()) if steps != name.split(".") else None
            self.fault("WW020", use, f"there is no module `{name}`", hint or f"it would be the file `{path}`")
            return None
        real = path.resolve()
        if not real.is_relative_to(root.resolve()):
            self.fault(
                "WW022", use, f"the module `{name}` leads out of the world's folder", "use no links to elsewhere"
            )
            return None
        if self.main is not None and real == self.main.resolve():
            self.fault("WW021", use, f"this world uses itself as the module `{name}`")
            return None
        try:
            return read_source(path, name)
        except WorldError as error:
            self.diagnostics.extend(error.diagnostics)
            self.sources.extend(error.sources.values())
            return None

    def fault(self, code: str, use: Use, message: str, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, use.span, message, hint))


def standard_modules() -> tuple[str, ...]:
    """The names of the modules that come with the engine, in alphabetical order."""
    folder = shipped("worlds") / STANDARD
    return tuple(sorted(f"{STANDARD}.{path.stem}" for path in folder.glob("*" + SUFFIX)))
