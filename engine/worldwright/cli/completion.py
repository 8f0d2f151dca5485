"""`worldwright completion`: shell completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and world names in a shell.

    \b
    Examples:
      eval "$(worldwright completion bash)"                     (in ~/.bashrc)
      eval "$(worldwright completion zsh)"                      (in ~/.zshrc)
      worldwright completion fish > ~/.config/fish/completions/worldwright.fish
    """
    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"there is no completion for {shell}")
    click.echo(script(context.find_root().command, {}, "worldwright", "_WORLDWRIGHT_COMPLETE").source())
