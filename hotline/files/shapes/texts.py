"""The shapes of a rota's texts, and of the coordinators who get some."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Alert, Quiet
from hotline.core.wording import Wording
from hotline.files.shapes import base
from hotline.files.shapes.base import Entry, Shape, one_of, yes_or_no

AlertName = one_of(
    Alert,
    "alerts: [not_reached, gap]",
    lambda written: Wording("There is no alert `%(written)s`.", written=written),
    Wording("Choose from %(names)s.", names=", ".join(one.value for one in Alert)),
)


Said = dict[str, str]


def _said(description: str, example: str) -> Any:
    return Field({}, description=description, examples=[f'{{en: "{example}"}}'])


class TextWordsEntry(Shape):
    """The words of texts, each by language, where they are not to be the usual ones."""

    reminder: Said = _said("A reminder of a time on call.", "{hotline}: on call {from} to {until}.")
    soon: Said = _said("A reminder shortly before.", "{hotline}: on call {from} to {until}.")
    backup_reminder: Said = _said("A reminder of a turn as backup.", "{hotline}: backup {from} to {until}.")
    changed: Said = _said("Times on call have changed.", "{hotline}: your times changed. {times}")
    backup_changed: Said = _said("Turns as backup have changed.", "{hotline}: your backup turns changed. {times}")
    new_time: Said = _said("Of {times}: a new one.", "New: {time}.")
    moved_time: Said = _said("Of {times}: one that was moved.", "Now: {time}.")
    gone_time: Said = _said("Of {times}: one that is gone.", "No longer: {time}.")
    more_times: Said = _said("Of {times}: how many more.", "And {count} more.")
    missed_ring: Said = _said("They missed a ring.", "{hotline}: we could not reach you.")
    not_reached: Said = _said("To coordinators: a call reached nobody.", "{hotline}: {time}, nobody reached.")
    more_not_reached: Said = _said("To coordinators: more such calls.", "{hotline}: {count} more, last {time}.")
    not_placed: Said = _said("To coordinators: no volunteer can be rung.", "{hotline}: no phone can be rung.")
    many_rings: Said = _said(
        "To coordinators: volunteers were rung very often within an hour.", "{hotline}: very many calls."
    )
    gap: Said = _said("To coordinators: a gap ahead.", "{hotline}: nobody {from} to {until}.")
    nobody_left: Said = _said(
        "To coordinators: a volunteer is off, and nobody is left.", "{hotline}: nobody {from} to {until}."
    )
    backup_only: Said = _said(
        "To coordinators: a gap ahead with only the backup.", "{hotline}: only the backup {from} to {until}."
    )
    backup_left: Said = _said(
        "To coordinators: a volunteer is off, and only the backup is left.",
        "{hotline}: only the backup {from} to {until}.",
    )
    edit_refused: Said = _said("To coordinators: a file with mistakes.", "{hotline}: a mistake in its files.")
    ring_test: Said = _said("To coordinators: who did not answer.", "{hotline}: {names} did not answer.")
    cover_ask: Said = _said("Somebody asks whether you can cover.", "{hotline}: {name}, {from} to {until}?")
    cover_ask_mail: Said = _said("The same, by e-mail.", "{hotline}: {name}, {from} to {until}?")
    swap_ask: Said = _said("Somebody offers a swap.", "{hotline}: {name}: {time} for {back}?")
    swap_ask_mail: Said = _said("The same, by e-mail.", "{hotline}: {name}: {time} for {back}?")
    cover_found: Said = _said("Somebody covers for you.", "{hotline}: {name} covers {from} to {until}.")
    cover_coming: Said = _said(
        "Somebody said yes; it is not in the rota yet.", "{hotline}: {name} said yes for {from} to {until}."
    )
    cover_yours: Said = _said("You cover for somebody.", "{hotline}: you cover {from} to {until} for {name}.")
    swap_found: Said = _said("A swap is in the rota.", "{hotline}: swapped with {name}: {time} for {back}.")
    swap_refused: Said = _said("A swap was refused.", "{hotline}: {name} keeps theirs, you keep {time}.")
    cover_nobody: Said = _said("Nobody has said yes.", "{hotline}: nobody yet for {from} to {until}.")
    cover_declined: Said = _said("A coordinator did not approve it.", "{hotline}: {time} stays as it was.")
    cover_over: Said = _said("It was not approved in time.", "{hotline}: {time} is still yours.")
    cover_written: Said = _said(
        "To coordinators: a cover is in the rota.", "{hotline}: {taker} for {name}, {from} to {until}."
    )
    swap_written: Said = _said("To coordinators: a swap is in the rota.", "{hotline}: {name} and {taker} swapped.")
    cover_gap_nobody: Said = _said(
        "To coordinators: nobody said yes, and nobody is left.", "{hotline}: {name}, {from} to {until}: NOBODY."
    )
    cover_gap_backup: Said = _said(
        "To coordinators: nobody said yes, and only the backup is left.",
        "{hotline}: {name}, {from} to {until}: backup.",
    )
    cover_gap_others: Said = _said(
        "To coordinators: nobody said yes, and so many others are on call.",
        "{hotline}: {name}, {from} to {until}: {count} left.",
    )
    cover_approve: Said = _said(
        "To coordinators: a cover waits for a yes or no.", "{hotline}: {taker} for {name}, {from} to {until}?"
    )
    swap_approve: Said = _said("To coordinators: a swap waits for a yes or no.", "{hotline}: {name} and {taker}?")
    cover_by_hand: Said = _said(
        "To coordinators: a cover that must be written by hand.", "{hotline}: write it: {taker} for {name}, {time}."
    )


class TextsEntry(Shape):
    """Texts to volunteers who asked for them (`texts: yes`) and to coordinators."""

    reminders: base.Reminders = Field(
        (EVENING_BEFORE, AN_HOUR_BEFORE),
        description="When volunteers are reminded of a time on call. Left out: 18:00 the evening before, 1h before.",
        examples=["[18:00 the evening before, 1h before]", "[18:00 2 days before]", "none"],
    )
    quiet: base.QuietHours = Field(
        Quiet(),
        description="Hours without texts, except urgent ones for tonight. Left out: 21:00-08:00.",
        examples=["21:00-08:00", "none"],
    )
    changes: yes_or_no("changes") = Field(  # type: ignore[valid-type]
        True, description="Whether volunteers get a text when an edit changes their times on call.", examples=["yes"]
    )
    missed_ring: yes_or_no("missed_ring") = Field(  # type: ignore[valid-type]
        True,
        description="Whether a volunteer who did not pick up gets a kind note, at most one a shift.",
        examples=["no"],
    )
    words: TextWordsEntry = Field(
        default_factory=lambda: TextWordsEntry(),
        description="Your own words for texts, instead of the usual ones.",
        examples=['{reminder: {en: "{hotline}: on call {from} to {until}."}}'],
    )


class CoordinatorEntry(Shape):
    """Someone who gets a text when this rota needs them."""

    name: str | None = Field(None, description="The coordinator's full name.", examples=["Nora Diaz"])
    phone: base.Phone = Field(
        "",
        description="The phone that gets the texts, with + and the country's code. May be left out beside an `email`.",
        examples=['"+1 410 555 0130"'],
    )
    languages: list[Entry[str]] = Field(
        [], description="The languages they read, best first. Left out: the call flow's first.", examples=["[en, es]"]
    )
    email: base.Email = Field(
        "",
        description="An address that gets the alerts by e-mail, beside the texts or alone.",
        examples=["nora@example.org"],
    )
    digest: yes_or_no("digest") = Field(  # type: ignore[valid-type]
        False,
        description="Whether they get a summary by e-mail every Monday morning: gaps, hours, calls, test rings.",
        examples=["yes"],
    )
    alerts: list[Entry[AlertName]] | None = Field(  # type: ignore[valid-type]
        None,
        description="Their alerts: not_reached (a call reached nobody), nobody_left (a volunteer is off, and"
        " nobody is left), gap (within 48 hours), edit_refused, ring_test, cover (somebody asks for cover). Left out:"
        " everything.",
        examples=["[not_reached, gap]"],
    )
