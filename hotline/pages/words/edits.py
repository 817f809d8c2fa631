"""Edits of a file in the reader's language: the effects of each for the people involved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.core.calls.flow import Flow, Hotline, Hunt, RingEarly, Step
from hotline.core.forecast.compare import EditedWaits
from hotline.core.planning.rota_diff import RotaDiff, balance, rota_diff
from hotline.core.rota.days import full_hour_after
from hotline.core.rota.on_call import Schedule
from hotline.core.times.spans import Span
from hotline.files.loading.flow_text import read_flow_text
from hotline.files.loading.rotas import read_rotas
from hotline.output.data.forecast import percent, seconds
from hotline.output.pictures.flow_graph import ways_on
from hotline.pages.words import rota as told
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name, later, ngettext
from hotline.pages.words.settings import SettingInWords, setting_in_words

WEEKS = 8
_MOST_SAID = 6
_WAYS = {
    "no_key": later("silence"),
    "wrong_key": later("any other key"),
    "answered": later("the end of the conversation"),
    "not_answered": later("no answer"),
    "then": later("the end of the words"),
    "instead": later("the last visit"),
}


@dataclass(frozen=True, slots=True)
class ShareInWords:
    """One volunteer's part of a change, in hours and in words."""

    name: str
    hours: str
    gained: Sequence[str]
    lost: Sequence[str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The changes over the next weeks. `nobody` and `gaps` are alarms; `notes` is the rest, a sentence each.

    It does not exist if one of the two versions is broken, since there is nothing to compare.
    """

    nobody: Sequence[str] = ()
    gaps: Sequence[str] = ()
    closed: Sequence[str] = ()
    shares: Sequence[ShareInWords] = ()
    altered: Sequence[SettingInWords] = ()
    notes: Sequence[str] = ()

    @property
    def nothing(self) -> bool:
        return self == Meaning()


def meaning_of(area: str, id: str, path: str, before: bytes, after: bytes, now: datetime) -> Meaning | None:
    """Return the effects of changing one version of a file to the other, or None if one of them is broken."""
    if area == "rota":
        old, new = (read_rotas({path: raw}).schedules.get(id) for raw in (before, after))
        return rota_meaning(old, new, now) if old and new else None
    was, becomes = (read_flow_text(id, path, raw).flow for raw in (before, after))
    return flow_meaning(was, becomes) if was and becomes else None


def in_short(meaning: Meaning) -> list[str]:
    """Return the changes in a few short sentences, and how many more there are. New gaps are left out."""
    said = [
        *(_("Gap closed: %(time)s.", time=time) for time in meaning.closed),
        *(_share_in_short(share) for share in meaning.shares),
        *meaning.notes,
        *(f"{altered.what}: {altered.old} → {altered.new}" for altered in meaning.altered),
    ]
    more = len(said) - _MOST_SAID
    return [*said[:_MOST_SAID], *([ngettext("and %(num)d more", "and %(num)d more", more)] if more > 0 else [])]


def waits_in_words(waits: EditedWaits) -> list[str]:
    """Return what an edit does to waits, and its price at night, in a sentence each."""
    (old, new), (was, becomes), (before, after) = waits.p90, waits.nobody, waits.nights
    when = _("At the hours that change") if waits.only else _("At all hours")
    if old is None or new is None:
        said = (
            _("%(when)s, %(share)s of callers reach nobody, as before.", when=when, share=percent(becomes))
            if waits.same_nobody
            else _(
                "%(when)s, %(old)s of callers reach nobody before the edit, %(new)s after it.",
                when=when,
                old=percent(was),
                new=percent(becomes),
            )
        )
    elif waits.same_wait:
        said = _("%(when)s, 90%% of callers talk to somebody within %(new)s, as before.", when=when, new=seconds(new))
    else:
        said = _(
            "%(when)s, 90%% of callers talk to somebody within %(old)s before the edit, %(new)s after it.",
            when=when,
            old=seconds(old),
            new=seconds(new),
        )
    if waits.same_nights:
        return [said]
    weeks = ngettext("%(num)d week", "%(num)d weeks", waits.weeks)
    rings = _(
        "Phones ring at night %(old)s → %(new)s times in %(weeks)s.",
        old=f"{before:.0f}",
        new=f"{after:.0f}",
        weeks=weeks,
    )
    return [said, rings]


def _share_in_short(share: ShareInWords) -> str:
    """`Dee: +12 h, Fri 4 Dec 18:00 – Sat 06:00`: with the time, if there is only one."""
    times = [*share.gained, *share.lost]
    return f"{share.name}: {share.hours}{f', {times[0]}' if len(times) == 1 else ''}"


def rota_meaning(before: Schedule, after: Schedule, now: datetime) -> Meaning:
    """Return the effects of an edit of a rota in the next eight weeks."""
    start = now.replace(microsecond=0)
    diff = rota_diff(before, after, start, full_hour_after(after, start, WEEKS))
    zone = after.rota.zone

    def said(spans: Sequence[Span]) -> list[str]:
        return told.recurring(spans, diff.start, diff.end, zone)

    def name(who: str) -> str:
        known = after.rota.volunteers.get(who) or before.rota.volunteers.get(who)
        return known.name if known else who

    return Meaning(
        said(diff.left_alone),
        said(_without(diff.new_gaps, diff.left_alone)),
        said(diff.closed_gaps),
        [
            ShareInWords(
                name(who), told.signed_hours(net), said(diff.gained.get(who, ())), said(diff.lost.get(who, ()))
            )
            for who, net in balance(diff)
        ],
        [setting_in_words(one, before.rota, after.rota) for one in diff.altered],
        list(_notes(diff, said(diff.reordered))),
    )


def with_opening_hours(meaning: Meaning, before: Hotline, after: Hotline, now: datetime) -> Meaning:
    """Return the effects of an edit of a call flow with the gaps that its opening hours make, or close."""
    if before.flow.open == after.flow.open:
        return meaning
    gaps = rota_meaning(before.schedule, after.schedule, now)
    return replace(meaning, nobody=gaps.nobody, gaps=gaps.gaps, closed=gaps.closed)


def _without(spans: Sequence[Span], taken: Sequence[Span]) -> Sequence[Span]:
    return [span for span in spans if span not in taken]


def _notes(diff: RotaDiff, reordered: Sequence[str]) -> Iterator[str]:
    for words in reordered:
        yield _("The same people are rung in another order %(time)s.", time=words)
    for name in diff.added.values():
        yield _("New volunteer: %(name)s.", name=name)
    for name in diff.removed.values():
        yield _("No longer a volunteer: %(name)s.", name=name)


def flow_meaning(before: Flow, after: Flow) -> Meaning:
    """Return the effects of an edit of a call flow for callers."""
    return Meaning(notes=list(_flow_notes(before, after)))


def _flow_notes(before: Flow, after: Flow) -> Iterator[str]:
    if before.name != after.name:
        yield _("The hotline is now called %(name)s.", name=after.name)
    for number in after.numbers:
        if number not in before.numbers:
            yield _("Callers can also dial %(number)s.", number=number)
    for number in before.numbers:
        if number not in after.numbers:
            yield _("Callers can no longer dial %(number)s.", number=number)
    if before.rota != after.rota:
        yield _("It now uses the rota %(rota)s.", rota=after.rota)
    if before.languages != after.languages:
        yield _("Its languages, or their voices, change.")
    first, was = next(iter(after.languages), ""), next(iter(before.languages), "")
    if first != was:
        languages = {"language": language_name(first), "before": language_name(was)}
        yield _("Calls begin in %(language)s instead of %(before)s.", **languages)
    if before.start != after.start:
        yield _("Calls begin at the step %(step)s.", step=after.start)
    if before.ring_early != after.ring_early:
        yield _ring_early_note(after.ring_early)
    if (before.open, before.closed) != (after.open, after.closed):
        yield (
            _("The opening hours change. Outside them, calls begin at the step %(step)s.", step=after.closed)
            if after.closed
            else _("The line is always open.")
        )
    if before.apology != after.apology:
        yield _("The apology has new words.")
    for name in after.steps.keys() - before.steps.keys():
        yield _("New step: %(step)s.", step=name)
    for name in before.steps.keys() - after.steps.keys():
        yield _("The step %(step)s is removed.", step=name)
    for name, step in after.steps.items():
        old = before.steps.get(name)
        if old is not None and old != step:
            yield from _step_notes(old, step)


def _ring_early_note(early: RingEarly | None) -> str:
    if early is None:
        return _("Phones no longer ring while the first words are spoken.")
    if early.hours is None:
        return _("Phones ring %(seconds)s s after a call began, while the first words are spoken.", seconds=early.after)
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in early.hours)
    return _(
        "Phones ring %(seconds)s s after a call began, while the first words are spoken, from %(start)s to %(end)s.",
        seconds=early.after,
        start=start,
        end=end,
    )


def _step_notes(old: Step, new: Step) -> Iterator[str]:
    changed = _differing(old.say, new.say)
    if changed:
        yield _("The step %(step)s says something else (%(languages)s).", step=new.name, languages=_by_name(changed))
    if changed and new.play and new.play == old.play:
        yield _("Its recording %(name)s is played all the same: record the new words, too.", name=new.play)
    elif new.play != old.play:
        yield (
            _("The step %(step)s plays the recording %(name)s.", step=new.name, name=new.play)
            if new.play
            else _("The step %(step)s is spoken again: its recording is no longer played.", step=new.name)
        )
    waiting = _differing(_said_waiting(old), _said_waiting(new))
    if waiting:
        yield _(
            "Callers who wait in the step %(step)s hear something else (%(languages)s).",
            step=new.name,
            languages=_by_name(waiting),
        )
    was, becomes = _ways(old), _ways(new)
    for way in becomes.keys() | was.keys():
        if was.get(way) != becomes.get(way):
            yield _way_note(new.name, way, was.get(way), becomes.get(way))
    told = changed or waiting or was != becomes
    if (old.action, old.at_most, old.say) != (new.action, new.at_most, new.say) and not told:
        yield _("The step %(step)s waits, listens or rings differently.", step=new.name)


def _by_name(languages: Sequence[str]) -> str:
    return ", ".join(map(language_name, languages))


def _said_waiting(step: Step) -> Mapping[str, Sequence[str]]:
    """All that callers hear while phones ring, by language."""
    hunt = step.action
    if not isinstance(hunt, Hunt):
        return {}
    languages = dict.fromkeys((*hunt.between, *hunt.hold, *hunt.way_out_say))
    return {
        code: (hunt.between.get(code, ""), *hunt.hold.get(code, ()), hunt.way_out_say.get(code, ""))
        for code in languages
    }


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The languages in which the one says something else than the other."""
    return [code for code in dict.fromkeys((*old, *new)) if old.get(code) != new.get(code)]


def _ways(step: Step) -> Mapping[str, str]:
    return {way.key or _(_WAYS[way.by]): target for target, way in ways_on(step)}


def _way_note(step: str, way: str, was: str | None, becomes: str | None) -> str:
    if becomes is None:
        return _("In the step %(step)s, %(way)s no longer leads anywhere.", step=step, way=way)
    if was is None:
        return _("In the step %(step)s, %(way)s leads to %(to)s.", step=step, way=way, to=becomes)
    return _(
        "In the step %(step)s, %(way)s leads to %(to)s instead of %(was)s.", step=step, way=way, to=becomes, was=was
    )
