"""The `hotline` command. Each subcommand lives in a module of its own, imported when it is used."""

from __future__ import annotations

import difflib
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from hotline import __version__
from hotline.collector import lasting_imports
from hotline.errors import HotlineError, SettingsError
from hotline.store.private import UMASK

GROUPS = {
    "Begin": {
        "init": "Write the files of a new hotline, after a few questions.",
        "up": "Run the whole hotline on this machine: web, worker, clock, Redis, database.",
        "call": "Place a call from the terminal.",
        "people": "Manage who can sign in to the pages.",
    },
    "See who is on call": {
        "who": "Show who is on call.",
        "preview": "Show who is on call, a row a day, in the terminal or as a page.",
        "gaps": "Find gaps and thin stretches ahead, and suggest cover.",
        "fairness": "Show each volunteer's hours, nights and weekends, with workload warnings.",
        "forecast": "Forecast how long callers will wait for a human.",
        "ics": "Print a calendar, or the secret address of one.",
        "page": "Print the secret address of a volunteer's page.",
    },
    "Change who is on call": {
        "away": "Take a volunteer out of every shift for a time.",
        "cover": "Add a volunteer as cover for somebody, or as an extra person, for a time.",
        "swap": "Swap the times on call of two volunteers.",
        "off": "Pause a volunteer's calls for some hours, or list who is off.",
        "on": "End a volunteer's pause, so that they are rung again.",
    },
    "Check the files": {
        "check": "Check call flows and rotas, and explain what is wrong.",
        "explain": "Explain a code that `hotline check` printed.",
        "test": "Run the call tests beside the call flows.",
        "diff": "Show what an edit to a rota changes, before it is live.",
        "schema": "Print the JSON Schemas of the files, for editors.",
    },
    "Look back": {
        "report": "Report calls, waits and durations of a period.",
        "texts": "Show the texts that are planned, were sent, or failed.",
        "privacy": "Show what the carrier still has of calls, and delete it.",
    },
    "Run a live line": {
        "provision": "Point the hotlines' numbers at this server.",
        "doctor": "Check the whole deployment, and explain what is wrong.",
        "ring-test": "Ring volunteers' phones, to see whether they ring.",
        "jobs": "Show background jobs: waiting, running and failed.",
        "backup": "Write everything this hotline needs into one file.",
        "restore": "Put a backup back, here or on another machine.",
        "fallback": "Write the document for when this server is down.",
        "migrate": "Update the database to the current schema.",
        "worker": "Run a worker: queued jobs, and the call log's spool.",
        "clock": "Run a clock: queues what is due.",
    },
    "Help": {
        "man": "Print the manual page.",
        "completion": "Print what makes Tab complete commands in your shell.",
    },
}
"""The commands, as `--help` groups them."""
COMMANDS = {name: words for commands in GROUPS.values() for name, words in commands.items()}
_HIDDEN = {"welcome"}
_FOR_OTHERS = {"completion", "fallback", "forecast", "init", "man", "preview", "report", "schema"}
"""Commands that write files for people. Files of all others are for the hotline alone."""


class _OnDemand(click.Group):
    """A group whose subcommands are imported when they are used, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and cmd_name not in _HIDDEN:
            return None
        command: click.Command = _module(cmd_name).command
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
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


def _module(command: str) -> Any:
    return import_module(f"hotline.commands.{command.replace('-', '_')}")


@click.command(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hotline")
def group() -> None:
    """Hotline answers when someone calls for help, and finds them a volunteer."""


def main() -> None:
    """Run the command line. Exits 2 when a command could not run, with the reason and the remedy.

    What the terminal has no characters for is shown as question marks.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if sys.argv[1:2] and sys.argv[1] not in _FOR_OTHERS:
        os.umask(UMASK)
    try:
        if sys.argv[1:2] and sys.argv[1] in COMMANDS.keys() | _HIDDEN:
            with lasting_imports():
                _module(sys.argv[1])
        group(prog_name="hotline")
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"hotline: {problem}", err=True)
        sys.exit(2)
    except HotlineError as error:
        click.echo(f"hotline: {error}", err=True)
        sys.exit(2)
