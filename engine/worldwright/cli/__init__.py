"""The command line: `worldwright COMMAND`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from pydantic import ValidationError

from .. import version
from ..diagnostics import WorldError, WorldFault
from .check import check
from .completion import completion
from .draw import draw
from .explore import explore
from .export import export
from .fmt import fmt
from .play import play
from .prove import prove
from .shared import problem, show_diagnostics
from .show import show
from .synthesize import synthesize
from .verify import verify
from .worlds import worlds


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    Exit codes: 0 fine, 1 something is wrong with what was given, 2 wrong use, 130 interrupted.
    """


for command in (check, fmt, worlds, show, play, explore, prove, draw, synthesize, verify, export, completion):
    commands.add_command(command)


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
