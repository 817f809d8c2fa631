"""The `hotline` command. Each subcommand lives in a module of its own, imported when it is used."""

from __future__ import annotations

import difflib
import sys
from importlib import import_module

import click

from hotline import __version__
from hotline.errors import HotlineError, SettingsError

COMMANDS = {
    "up": "Run the whole hotline on this machine: web, worker, clock, Redis, database.",
    "call": "Place a call from the terminal.",
    "check": "Check call flows and rotas, and say in plain words what is wrong.",
    "explain": "Explain a code that `hotline check` printed.",
    "who": "Say who is on call.",
    "test": "Run the call tests beside the call flows.",
    "report": "Report calls, waits and durations of a period.",
    "migrate": "Bring the database to the current shape.",
    "worker": "Run a worker: queued jobs, and the call log's spool.",
    "clock": "Run a clock: queues what is due.",
}
_HIDDEN = {"welcome"}


class _OnDemand(click.Group):
    """A group whose subcommands are imported when they are used, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and cmd_name not in _HIDDEN:
            return None
        command: click.Command = import_module(f"hotline.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"Did you mean `{near[0]}`?" if near else "`hotline --help` lists them all."
            ctx.fail(f"There is no command `{args[0]}`. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hotline")
def group() -> None:
    """Hotline answers when someone calls for help, and finds them a volunteer."""


def main() -> None:
    """Run the command line. Exits 2 when a command could not run, with the reason and the remedy."""
    try:
        group(prog_name="hotline")
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"hotline: {problem}", err=True)
        sys.exit(2)
    except HotlineError as error:
        click.echo(f"hotline: {error}", err=True)
        sys.exit(2)
