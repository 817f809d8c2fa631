"""`hotline people`."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotline.clock import now
from hotline.core.people import Deed, Person, Role
from hotline.errors import PeopleError
from hotline.links import address_of_link, expires
from hotline.settings import Settings, read_settings
from hotline.store.database.lazy import Database
from hotline.store.database.people import AuditList, PeopleTables

_OPERATOR = "the server"
"""The audit list's name for anyone who runs commands there, and has no name here."""
_ROLE = click.option("--viewer", is_flag=True, help="Viewer: can view, but change nothing.")


@click.group()
def command() -> None:
    """Manage who can sign in to the pages: coordinators change things, viewers only view.

    \b
    hotline people add "Ana Ruiz"
    hotline people add "Grants office" --viewer
    hotline people link "Ana Ruiz"

    Volunteers do not sign in. Each has their own page: see `hotline page`.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_people(as_json: bool) -> None:
    """Show everyone who can sign in."""
    found = _People().people.all()
    if as_json:
        told = [
            {
                "name": one.person.name,
                "role": "coordinator" if one.person.coordinator else "viewer",
                "signs_in_by": list(one.ways),
                "since": datetime.fromtimestamp(one.created_at, UTC).isoformat(),
            }
            for one in found
        ]
        click.echo(json.dumps({"people": told}, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    if not found:
        console.print("Nobody yet. `hotline people add NAME` adds somebody and prints a link for them.")
        return
    table = Table(box=box.SIMPLE, header_style="bold", pad_edge=False)
    for title in ("name", "role", "signs in by", "since"):
        table.add_column(title)
    for one in found:
        ways = {"password": "password", "provider": one.email}
        table.add_row(
            Text(one.person.name),
            "coordinator" if one.person.coordinator else "viewer",
            Text(", ".join(ways[way] for way in one.ways) or "nothing yet: `hotline people link`"),
            f"{datetime.fromtimestamp(one.created_at, UTC):%Y-%m-%d}",
        )
    console.print(table)


@command.command()
@click.argument("name")
@click.option("--email", default="", help="The address your identity provider has for them.")
@_ROLE
def add(name: str, email: str, viewer: bool) -> None:
    """Add somebody as NAME, and print a link to choose a password."""
    at = _People()
    role = Role.VIEWER if viewer else Role.COORDINATOR
    person = at.people.add(name, role, at.now, email)
    at.note("person-added", person)
    click.echo(f"{person.name} is now a {'viewer' if viewer else 'coordinator'}.")
    at.print_link(person)
    if email:
        click.echo("They can also sign in through your identity provider, without a password.")


@command.command()
@click.argument("name")
def link(name: str) -> None:
    """Print a link for NAME to choose a new password. The old password works until then."""
    at = _People()
    person = at.person(name)
    at.note("link-made", person)
    at.print_link(person)


@command.command()
@click.argument("name")
@_ROLE
@click.option("--coordinator", is_flag=True, help="Coordinator: can view and change things.")
def role(name: str, viewer: bool, coordinator: bool) -> None:
    """Change the role of NAME, starting with their next click."""
    if viewer == coordinator:
        raise click.UsageError("Give either --viewer or --coordinator.")
    at = _People()
    person = at.person(name)
    at.people.set_role(person.id, Role.COORDINATOR if coordinator else Role.VIEWER)
    at.note("made-coordinator" if coordinator else "made-viewer", person)
    click.echo(f"{person.name} is now a {'coordinator' if coordinator else 'viewer'}.")


@command.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove NAME and end all their sessions and links. The audit list keeps what they did."""
    at = _People()
    person = at.person(name)
    at.people.remove(person.id)
    at.note("person-removed", person)
    click.echo(f"{person.name} can no longer sign in.")


class _People:
    """The people of this deployment, for its commands."""

    def __init__(self) -> None:
        self.settings: Settings = read_settings()
        database = Database(self.settings.database_url)
        self.people = PeopleTables(database)
        self._audit = AuditList(database)
        self.now = int(now().timestamp())

    def person(self, name: str) -> Person:
        """The person of that name. Raises PeopleError."""
        found = self.people.named(name)
        if found is None:
            raise PeopleError(f"Nobody is called {name}.", "`hotline people list` shows everyone.")
        return found

    def note(self, what: str, person: Person) -> None:
        self._audit.add(Deed(self.now, _OPERATOR, what, person.name))

    def print_link(self, person: Person) -> None:
        key = self.people.make_link(person.id, person.role, expires(self.now))
        click.echo(f"Send {person.name} this link. It works once, for three days:\n")
        click.echo(f"    {address_of_link(self.settings, key)}\n")
