"""The readers of a message, by text or by e-mail, as the rota has it and as each volunteer chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from hotline.core.calls.flow import Hotline
from hotline.core.rota.rota import Rota
from hotline.core.rota.text_rules import Coordinator, Quiet, Reminder
from hotline.core.texts.sending import OutgoingText
from hotline.core.texts.words import language_for, words, written_words


class Channel(Enum):
    """A way to send messages to a volunteer, or none."""

    TEXT = "text"
    EMAIL = "email"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """The choices of a volunteer on their own page. None and "" mean: as the rota has it.

    `no_quiet`: they want no quiet hours.
    """

    channel: Channel | None = None
    quiet: Quiet | None = None
    no_quiet: bool = False
    reminders: tuple[Reminder, ...] | None = None
    language: str = ""


AS_THE_ROTA_HAS_IT = OwnChoices()


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to send a message to. `to` is a phone (E.164) or, with `email`, an address.

    `page` is a link to put below an e-mail; `own`: it is their own secret page.
    """

    to: str = field(repr=False)
    languages: tuple[str, ...] = ()
    email: bool = False
    page: str = field(default="", repr=False)
    own: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """The wishes of a rota's volunteers, by their choices or else by the rota. `mail`: whether e-mails can be sent."""

    rota: Rota
    choices: Mapping[str, OwnChoices] = field(default_factory=dict)
    mail: bool = False

    def of(self, who: str) -> OwnChoices:
        """Return what a volunteer chose."""
        return self.choices.get(who, AS_THE_ROTA_HAS_IT)

    def channel(self, who: str) -> Channel:
        """Return how a volunteer is sent messages.

        Without a choice: by text if the rota says `texts: yes`, else by e-mail if it has their address.
        """
        volunteer, chosen = self.rota.volunteers[who], self.of(who).channel
        can_mail = self.mail and bool(volunteer.email)
        if chosen is Channel.EMAIL and can_mail:
            return Channel.EMAIL
        if chosen in (Channel.TEXT, Channel.NONE):
            return chosen
        return Channel.TEXT if volunteer.texts else Channel.EMAIL if can_mail else Channel.NONE

    def only(self, who: str) -> Wishes:
        """Return the wishes of one volunteer, as if nobody else wanted messages."""
        nobody = dict.fromkeys(self.rota.volunteers, OwnChoices(Channel.NONE))
        return replace(self, choices={**nobody, who: self.of(who)})

    def wanting(self) -> set[str]:
        """Return who is sent messages at all."""
        return {who for who in self.rota.volunteers if self.channel(who) is not Channel.NONE}

    def reminders(self, who: str) -> tuple[Reminder, ...]:
        """Return when a volunteer wants to be reminded."""
        chosen, own = self.of(who).reminders, self.rota.volunteers[who].remind
        if chosen is not None:
            return chosen
        return self.rota.texts.reminders if own is None else own

    def quiet(self, who: str) -> Quiet | None:
        """Return a volunteer's quiet hours; None for none."""
        chosen = self.of(who)
        return None if chosen.no_quiet else chosen.quiet or self.rota.texts.quiet

    def reader(self, who: str, page: str = "") -> Reader | None:
        """Return how to reach a volunteer. None if they want no messages."""
        volunteer, channel, chosen = self.rota.volunteers[who], self.channel(who), self.of(who)
        languages = (chosen.language, *volunteer.languages) if chosen.language else volunteer.languages
        if channel is Channel.NONE:
            return None
        if channel is Channel.EMAIL:
            return Reader(volunteer.email, languages, True, page, own=True)
        return Reader(volunteer.phone, languages)


def readers_of(coordinator: Coordinator, mail: bool, page: str = "") -> list[Reader]:
    """Return how to reach a coordinator: by text, and by e-mail too if the rota has an address."""
    found = [Reader(coordinator.phone, coordinator.languages)] if coordinator.phone else []
    if mail and coordinator.email:
        found.append(Reader(coordinator.email, coordinator.languages, True, page))
    return found


def to_requests(reader: Reader) -> Reader:
    """Return a coordinator as a reader whose link leads to the rota's requests for cover."""
    return replace(reader, page=f"{reader.page}/requests") if reader.page and not reader.own else reader


def addressed(text: OutgoingText, hotline: Hotline, reader: Reader, language: str, body: str) -> OutgoingText:
    """Return a message for its reader: `text` has everything but the words, which are `body`."""
    if not reader.email:
        return replace(text, to=reader.to, sender=hotline.flow.number, body=body)
    subject = _SUBJECT[language if language in _SUBJECT else "en"].format(hotline=hotline.flow.name)
    foot = f"\n{reader.page}\n" if reader.page else ""
    if foot and reader.own:
        foot += f"{_FOOT[language if language in _FOOT else 'en']}\n"
    return replace(text, to=reader.to, sender="", body=f"{body}\n{foot}", subject=subject)


def message(
    hotline: Hotline, reader: Reader, about: OutgoingText, words_of: str, filled: Mapping[str, Mapping[str, str]]
) -> OutgoingText:
    """Return `about` with its reader and its words. `filled`: the values of the placeholders, by language."""
    words_of = f"{words_of}_mail" if reader.email and words_of in _OTHER_BY_MAIL else words_of
    language = language_for(hotline, reader.languages, words_of)
    values = filled.get(language) or filled.get("en", {})
    say = written_words if reader.email else words
    return addressed(about, hotline, reader, language, say(hotline, words_of, language, **values))


_OTHER_BY_MAIL = frozenset({"cover_ask", "swap_ask"})
_SUBJECT = {"en": "{hotline}: a message for you", "es": "{hotline}: un mensaje para usted"}
_FOOT = {
    "en": "There you can answer, and choose how we reach you. Please keep this address to yourself.",
    "es": "Ahí puede responder y elegir cómo le avisamos. Por favor no comparta esta dirección.",
}
