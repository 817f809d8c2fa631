"""Notes on parts of a rota without effect: volunteers who are never on call, and entries that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hotline.core.calls.flow import by_rota
from hotline.core.planning.without_effect import Idle, Why, idle_entries, never_on_call
from hotline.core.rota.rota import Rota
from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding, in_order
from hotline.files.findings.unreadable import clip
from hotline.files.loading.load import Loaded
from hotline.files.yaml.document import Document


def check_effects(loaded: Loaded, now: datetime) -> list[Finding]:
    """A note for each volunteer who is never on call from `now` (aware) on, and for each entry without effect."""
    return list(in_order(_notes(loaded, now)))


def _notes(loaded: Loaded, now: datetime) -> Iterator[Finding]:
    schedules = {id: hotline.schedule for id, hotline in by_rota(loaded.hotlines.values()).items()}
    for rota, read in loaded.documents.items():
        document = Document(read.file, read.lines, read.root, read.plain)
        schedule = schedules[rota]
        for who in never_on_call(schedule, now):
            document.report(
                "never-on-call",
                ("volunteers", who),
                Wording("`%(who)s` is never on call from now on, even after a full round of all turns.", who=clip(who)),
                Wording("Check when their shifts end, their turns and their times away, or delete them."),
                "note",
                "key",
            )
        for idle_entry in idle_entries(schedule, now):
            message, help = _words(idle_entry, schedule.rota, document)
            document.report("no-effect", (idle_entry.section, idle_entry.place), message, help, "note")
        yield from document.findings


def _words(one: Idle, rota: Rota, document: Document) -> tuple[Wording, Wording]:
    entry = rota.cover[one.place] if one.section == "cover" else rota.away[one.place]
    who = clip(entry.who)
    instead = clip(getattr(entry, "instead_of", None) or "")
    delete = Wording("Check the dates, or delete this entry.")
    if one.why is Why.LONG:
        return Wording("This lasts %(days)s days.", days=one.days), Wording("Check the year in `from` and in `to`.")
    if one.why in (Why.TWICE, Why.WITHIN):
        line = document.line_of((one.section, one.first))
        return (
            Wording("Line %(line)s already says this.", line=line),
            Wording("Delete one of the two, or correct it."),
        )
    if one.why is Why.NOT_ON_CALL:
        absent = instead or who
        return Wording("`%(who)s` is not on call then, so this entry changes nothing.", who=absent), delete
    if one.why is Why.PARTLY:
        return (
            Wording("`%(who)s` is on call for only part of this time.", who=instead),
            Wording("Check the hours. The shift may have moved."),
        )
    if one.why is Why.THERE_ANYWAY:
        return Wording("`%(who)s` is on call then anyway, so this entry changes nothing.", who=who), delete
    return (
        Wording("`%(who)s` is on call then anyway, so this only removes `%(instead)s`.", who=who, instead=instead),
        Wording("Name somebody else in `who`, or leave it if this is intended."),
    )
