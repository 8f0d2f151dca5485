"""The command line: `worldwright COMMAND`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click
from pydantic import ValidationError

from .. import version
from ..diagnostics import WorldError, WorldFault
from ..startup import INTERRUPTED, starting
from .shared import problem, show_diagnostics, unknown

COMMANDS = {
    "worlds": "List the shipped worlds.",
    "show": "Show what is in a world, or in a run's folder.",
    "play": "Play a world.",
    "check": "Find the mistakes in worlds.",
    "fmt": "Settle the spacing and line breaks of worlds.",
    "explore": "Count all that can be reached in a world, and judge it.",
    "prove": "Prove or refute what a world promises.",
    "mutate": "Find what nobody would notice if it were wrong in a world.",
    "plan": "Find the shortest commands to a goal.",
    "graph": "Write a small world's state graph for other tools.",
    "draw": "Draw a world, or a recorded play.",
    "probe": "Find out what an endpoint of a language model can do.",
    "synthesize": "Make trajectories in worlds.",
    "evaluate": "Measure how well players play.",
    "runs": "List, show, measure and compare runs.",
    "verify": "Prove trajectories.",
    "export": "Write a training file from records.",
    "import": "Make worlds from what other systems describe.",
    "completion": "Complete commands, options and world names in a shell.",
}
"""What each command is for. A command is the function of its name in the module of its name."""


class Commands(click.Group):
    """The commands. A command's module, with all that it needs, is read when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            if ctx.resilient_parsing or cmd_name.startswith("-"):
                return None
            ctx.fail(unknown("command", cmd_name, COMMANDS))
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        with starting():
            found: click.Command = getattr(import_module(f".{name}", __package__), name)
        return found

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options before the command."""
        with starting():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Ctrl-C that it does not take itself, also at a question, ends it with its own exit code."""
        try:
            result: object = super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort) as error:
            if isinstance(error, click.Abort) and not isinstance(error.__context__, KeyboardInterrupt):
                raise
            problem("interrupted")
            sys.exit(INTERRUPTED)
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of them in the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version.ENGINE, prog_name="worldwright", message="%(prog)s %(version)s")
def commands() -> None:
    """Text worlds for agents: write one, play it, make training trajectories that anyone can prove.

    \b
    A first tour:
      worldwright worlds                                  what is there to play
      worldwright play pantry                             play it yourself
      worldwright check my.world                          find the mistakes in a world of your own
      worldwright synthesize pantry --out run -n 20       make 20 verified trajectories
      worldwright verify run                              prove them again from the world's text
      worldwright export run --to openai --out train.jsonl

    \b
    WORLD is the name of a shipped world or the path of a .world file.
    Exit codes: 0 fine, 1 something is wrong with what was given, 2 wrong use,
    3 not known within the limits, 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line (by default on the program's arguments) and exit.

    Faulty worlds are shown as diagnostics, and trouble with files in one line, never as a traceback.
    """
    try:
        commands(arguments, prog_name="worldwright")
    except WorldError as error:
        show_diagnostics(error)
        sys.exit(1)
    except (WorldFault, ValidationError) as error:
        problem(str(error))
        sys.exit(1)
    except UnicodeDecodeError as error:
        problem(f"what was read is not UTF-8 text: {error.reason} at byte {error.start}")
        sys.exit(1)
    except OSError as error:
        problem(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
        sys.exit(1)
