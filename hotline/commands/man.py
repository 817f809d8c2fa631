"""`hotline man`."""

from __future__ import annotations

import re

import click

from hotline import __version__

_SETTINGS = (
    "Settings come from the environment, such as HOTLINE_PUBLIC_URL, TWILIO_AUTH_TOKEN, DATABASE_URL and REDIS_URL. "
    "docs/operators.md lists all of them. Without any, Hotline runs in practice mode."
)
_EXIT = "0: all is OK. 1: something was found that needs attention. 2: the command could not run; it says why."


@click.command()
def command() -> None:
    """Print the manual page of this release, with every command and option.

    Read it with `hotline man | man -l -`, or install it: `hotline man > /usr/local/share/man/man1/hotline.1`
    """
    root = click.get_current_context().find_root().command
    assert isinstance(root, click.Group)
    click.echo(manual(root), nl=False)


def manual(group: click.Group) -> str:
    """The manual page, in the language of man."""
    parts = [
        f'.TH HOTLINE 1 "" "Hotline {__version__}" "Hotline"',
        ".SH NAME",
        r"hotline \- one number to dial, and a trained peer answers",
        ".SH SYNOPSIS",
        ".B hotline",
        r"\fICOMMAND\fR [\fIOPTIONS\fR]",
        ".SH COMMANDS",
    ]
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if found is not None:
            parts += _described(f"hotline {name}", found)
    parts += [".SH ENVIRONMENT", _plain(_SETTINGS), ".SH EXIT STATUS", _plain(_EXIT)]
    return "\n".join(parts) + "\n"


def _described(name: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=name)
    words = " ".join(command.collect_usage_pieces(context))
    lines = [f".SS {_plain(name)} {_plain(words)}", *_paragraphs(command.help or "")]
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and record[1]:
            option, told = record
            lines += [".TP", rf"\fB{_plain(option)}\fR", _plain(" ".join(told.split()))]
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                lines += _described(f"{name} {inner}", found)
    return lines


def _paragraphs(text: str) -> list[str]:
    paragraphs = [" ".join(each.replace("\b", "").split()) for each in re.split(r"\n\s*\n", text)]
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += ([".PP"] if lines else []) + [_plain(paragraph)]
    return lines


def _plain(text: str) -> str:
    """Text in which man sees no command of its own."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("–", r"\(en").replace("’", "'")
    return rf"\&{text}" if text.startswith((".", "'")) else text
