"""The texts of a world, kept beside the records that were made from it, and found by their hash alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import FailFast, ValidationError

from ..check import check
from ..check.world import World
from ..compile.system import System
from ..source import Source
from ..syntax.modules import read_modules
from .narrow import narrow
from .trajectory import Hash, Part, Value, bundle_name, canonical

FORMAT: Final = "worldwright.texts/1"
MAX_BYTES = 8_000_000
"""More than the texts of the largest world that may be used, escaped."""


class Text(Part):
    """One source text. The world file itself has an empty name, a module its own ("std.rooms")."""

    name: str
    text: str


class Bundle(Part):
    """All texts of one world, in the order that its hash is taken over."""

    format: Literal["worldwright.texts/1"]
    hash: Hash
    texts: Annotated[tuple[Text, ...], FailFast()]


def bundle_of(world: World) -> Bundle:
    """The bundle of a checked world."""
    texts = tuple(Text(name=module.name, text=module.text) for module in world.modules)
    return Bundle(format=FORMAT, hash=world.text_hash, texts=texts)


def save_bundle(bundle: Bundle, folder: Path) -> None:
    """Write a bundle to its place in the folder of a run."""
    path = folder / bundle_name(bundle.hash)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical(bundle.model_dump(mode="json")) + "\n", encoding="utf-8", newline="\n")


def load_bundle(text_hash: str, folder: Path) -> Bundle:
    """The bundle of a hash that has been checked to be one. Raises ValueError, saying what is wrong with it."""
    name = bundle_name(text_hash)
    path = folder / name
    try:
        if path.exists() and not path.is_file():
            raise ValueError(f"{name} is not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"cannot read {name}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise ValueError(f"{name} has more than {MAX_BYTES:,} bytes")
    try:
        bundle = read_bundle(data)
    except ValueError as error:
        raise ValueError(f"{name} does not hold the texts of a world: {error}") from None
    if bundle.hash != text_hash or hash_of(bundle) != text_hash:
        raise ValueError(f"the texts in {bundle_name(text_hash)} do not have this hash")
    return bundle


def read_bundle(data: str | bytes) -> Bundle:
    """The texts that a JSON text holds. Raises ValueError, without a word of what stands there."""
    narrow(data)
    try:
        return Bundle.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise ValueError(first["msg"]) from None


def hash_of(bundle: Bundle) -> str:
    """The hash of the texts as they are, which is the text hash of the world that they make."""
    pieces = [piece for each in bundle.texts for piece in (each.name, each.text)]
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()


def system_of(bundle: Bundle, name: str, params: Mapping[str, Value]) -> System:
    """Check and compile a world from its bundled texts alone. Its main source is called `name.world`.

    Raises WorldError if the texts are no world.
    """
    texts = {each.name: each.text for each in bundle.texts}
    main = Source(f"{name}.world", texts.pop("", ""))
    return System(check(read_modules(main, texts), params))
