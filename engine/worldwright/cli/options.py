"""Options of commands that have many: gathered into dataclasses, listed in the help under headings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Headed(click.Option):
    """An option that the help lists under a heading of its own."""

    def __init__(self, *args: Any, heading: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading = heading


class WithHeadings(click.Command):
    """A command whose help lists its options under their headings, in the order in which they were declared."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write all options into the help."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx)
            if row is not None and isinstance(parameter, click.Option):
                heading = parameter.heading if isinstance(parameter, Headed) else "Options"
                sections.setdefault(heading, []).append(row)
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


def gathered(name: str, kind: type[Any], heading: str, *options: tuple[tuple[str, ...], dict[str, Any]]) -> Decorator:
    """Options that reach the command as one parameter `name`, a dataclass with a field for each of them.

    Each option is what `opt` makes: the declarations and the settings of `click.option`.
    """
    names = [field.name for field in fields(kind)]

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(**given: Any) -> Any:
            values = {each: given.pop(each) for each in names}
            return function(**given, **{name: kind(**values)})

        decorated: Callable[..., Any] = run
        for declarations, settings in reversed(options):
            decorated = click.option(*declarations, cls=Headed, heading=heading, **settings)(decorated)
        return decorated

    return decorate


def opt(*declarations: str, **settings: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """One option for `gathered`."""
    return declarations, settings


def given(ctx: click.Context, kind: type[Any]) -> list[str]:
    """The options of a dataclass that were written on the command line, as they are spelled."""
    names = {field.name for field in fields(kind)}
    written = click.core.ParameterSource.COMMANDLINE
    return [
        parameter.opts[0]
        for parameter in ctx.command.get_params(ctx)
        if parameter.name in names and ctx.get_parameter_source(parameter.name) is written
    ]
