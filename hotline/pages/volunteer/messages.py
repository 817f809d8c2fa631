"""The choices of a volunteer about messages, beside what the rota says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.core.calls.flow import Hotline
from hotline.core.rota.text_rules import Quiet
from hotline.core.texts.readers import Channel, OwnChoices, Wishes
from hotline.core.times.wall_clock import DAY
from hotline.core.wording import Wording
from hotline.errors import DatabaseUnavailable, FilesError
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import NAMES
from hotline.pages.words.reminders import MOST_REMINDERS, OFFERED, reminder_in_words

_OWN, _NONE = "own", "none"
_OFFERED = {one.written for one, _words in OFFERED}


@dataclass(frozen=True, slots=True)
class ReminderChoice:
    """A reminder to tick: what the form sends, its words, and whether it is ticked."""

    sent: str
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class TypedChoices:
    """The contents of the form of choices. "" is as the rota has it; `reminders` are those that are ticked."""

    channel: str = ""
    when: str = ""
    reminders: Sequence[str] = ()
    quiet: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class MessagesView:
    """The form of a volunteer's choices. `now`: how they are reached now. `broken`: the choices cannot be read."""

    typed: TypedChoices
    now: Channel
    email: str
    mail: bool
    reminders: Sequence[ReminderChoice]
    usual_quiet: str
    broken: bool = False


def messages_view(parts: PageParts, line: Hotline, who: str, typed: TypedChoices | None = None) -> MessagesView:
    """Return the form of a volunteer's choices, with what they typed if that cannot be kept."""
    rota = line.rota
    try:
        known, broken = parts.own_choices.of(rota.id), False
    except DatabaseUnavailable:
        known, broken = {}, True
    wishes = Wishes(rota, known, parts.mail)
    wanted = [one.written for one in wishes.reminders(who)]
    typed = typed or _typed(wishes.of(who), rota.texts.quiet or Quiet(), wanted)
    offered = {one.written: words for one, words in OFFERED} | {
        one: reminder_in_words(one) for one in wanted if one not in _OFFERED
    }
    return MessagesView(
        typed,
        wishes.channel(who),
        rota.volunteers[who].email,
        parts.mail,
        [ReminderChoice(one, words, one in typed.reminders) for one, words in offered.items()],
        rota.texts.quiet.written if rota.texts.quiet else "",
        broken,
    )


def _typed(chosen: OwnChoices, usual: Quiet, wanted: Sequence[str]) -> TypedChoices:
    """Return the form with the choices that are kept."""
    hours = chosen.quiet or usual
    return TypedChoices(
        chosen.channel.value if chosen.channel else "",
        "" if chosen.reminders is None else _OWN,
        wanted,
        _OWN if chosen.quiet else _NONE if chosen.no_quiet else "",
        _clock(hours.start),
        _clock(hours.start + hours.length),
        chosen.language,
    )


def as_typed(sent: Mapping[str, str], reminders: Sequence[str]) -> TypedChoices:
    """Return the form as it was sent."""
    names = ("channel", "when", "quiet", "quiet_from", "quiet_to", "language")
    return TypedChoices(reminders=reminders, **{name: sent.get(name, "") for name in names})


def read_choices(line: Hotline, who: str, sent: Mapping[str, str], reminders: Sequence[str]) -> OwnChoices:
    """Read the form. Raises FilesError, with the problem and the remedy."""
    volunteer = line.rota.volunteers[who]
    known = {one.written: one for one in (*line.rota.texts.reminders, *(volunteer.remind or ()))}
    known |= {one.written: one for one, _ in OFFERED}
    wanted = tuple(known[one] for one in dict.fromkeys(reminders) if one in known)
    if len(wanted) > MOST_REMINDERS:
        raise FilesError(
            Wording("These are more than %(most)d reminders.", most=MOST_REMINDERS), Wording("Choose the best of them.")
        )
    channel = next((one for one in Channel if one.value == sent.get("channel")), None)
    which = sent.get("quiet", "")
    return OwnChoices(
        channel,
        _quiet(sent.get("quiet_from", ""), sent.get("quiet_to", "")) if which == _OWN else None,
        which == _NONE,
        wanted if sent.get("when") == _OWN else None,
        sent.get("language", "") if sent.get("language") in NAMES else "",
    )


def _quiet(first: str, last: str) -> Quiet:
    start, end = _minute(first), _minute(last)
    if start is None or end is None or start == end:
        raise FilesError(
            Wording("The quiet hours need two different times."), Wording("Write them like 21:00 and 08:00.")
        )
    return Quiet(start, (end - start) % DAY)


def _minute(text: str) -> int | None:
    hours, _, minutes = text.partition(":")
    plain = all(part.isascii() and part.isdigit() and len(part) == 2 for part in (hours, minutes))
    return int(hours) * 60 + int(minutes) if plain and int(hours) < 24 and int(minutes) < 60 else None


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
