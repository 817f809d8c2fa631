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
from hotline.pages.words.reminders import MOST_REMINDERS, OFFERED

_OWN, _NONE = "own", "none"


@dataclass(frozen=True, slots=True)
class ReminderChoice:
    """A reminder to tick: what the form sends, its words, and whether it is ticked."""

    sent: str
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class MessagesView:
    """The form of a volunteer's choices. `now`: how they are reached now. `broken`: the choices cannot be read."""

    chosen: OwnChoices
    now: Channel
    email: str
    mail: bool
    reminders: Sequence[ReminderChoice]
    usual_quiet: str
    quiet: tuple[str, str]
    broken: bool = False


def messages_view(parts: PageParts, line: Hotline, who: str) -> MessagesView:
    """Return the choices of a volunteer, for the form."""
    rota = line.rota
    try:
        known, broken = parts.own_choices.of(rota.id), False
    except DatabaseUnavailable:
        known, broken = {}, True
    wishes = Wishes(rota, known, parts.mail)
    chosen, wanted = wishes.of(who), wishes.reminders(who)
    usual = rota.texts.quiet
    own = chosen.quiet or usual or Quiet()
    offered = [ReminderChoice(one.written, words, one in wanted) for one, words in OFFERED]
    known_ones = {one for one, _ in OFFERED}
    offered += [ReminderChoice(one.written, one.written, True) for one in wanted if one not in known_ones]
    return MessagesView(
        chosen,
        wishes.channel(who),
        rota.volunteers[who].email,
        parts.mail,
        offered,
        usual.written if usual else "",
        (_clock(own.start), _clock(own.start + own.length)),
        broken,
    )


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
