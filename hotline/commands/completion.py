"""`hotline completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print what makes Tab complete commands and options in a SHELL.

    \b
    hotline completion bash > ~/.local/share/bash-completion/completions/hotline
    hotline completion zsh > ~/.zfunc/_hotline
    hotline completion fish > ~/.config/fish/completions/hotline.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, "hotline", "_HOTLINE_COMPLETE").source())
