"""Runs documents on a leg, one after the other, until the leg is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol
from urllib.parse import urljoin, urlsplit

from hotline.simulator.line.legs import Leg, Redirected
from hotline.simulator.line.tasks import Steps, sleep
from hotline.simulator.line.transport import Answer
from hotline.simulator.line.webhooks import Undelivered
from hotline.simulator.twiml.reading import Element, Oddity, UnreadableTwiml, clean, parse

APOLOGY = "We're sorry, an application error has occurred. Goodbye."
RESTLESS = 50
"""Documents in a row that took no time, after which a call goes in circles."""

Ending = Literal["hung up", "finished", "dropped", "rejected", "error", "left"]
"""finished: nothing was left to do; dropped: so it was, after a Gather that got no key; left: a Leave was met."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The next document to get, with parameters besides the standard ones."""

    url: str
    method: str = "POST"
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """The place of a verb: the URL of its document."""

    url: str

    def ask(self, url: str | None, method: str | None, extra: Mapping[str, str] | None = None) -> Ask:
        """The request for a URL in this document; without a URL, for the document itself."""
        return Ask(urljoin(self.url, url or ""), method or "POST", extra or {})


Outcome = Ask | Ending | None
"""The outcome of a verb: another document, the end of the leg, or the next verb."""

Perform = Callable[[Leg, Element, Scene], Steps[Outcome]]


class Fatal(Undelivered):
    """A document that cannot be had."""


class Waiting(Protocol):
    """A wait in a queue, as its documents need it."""

    @property
    def again(self) -> Ask:
        """The request for the document that follows when one has run out."""

    def parameters(self) -> Mapping[str, str]:
        """Return what every request is told about the queue."""


def follow(leg: Leg, ask: Ask, verbs: Mapping[str, Perform]) -> Steps[Ending]:
    """Go through a leg's documents from `ask` on, wherever the REST API redirects it, and return how it ended."""
    while True:
        try:
            ending = yield from interpret(leg, ask, verbs)
            leg.ending = ending
            if ending == "error":
                yield from apologise(leg)
            return ending
        except Redirected as redirected:
            leg.ending = ""
            leg.carrier.note(leg, "is redirected", f"to {urlsplit(redirected.url).path}")
            ask = Ask(redirected.url, redirected.method)


def interpret(leg: Leg, ask: Ask, verbs: Mapping[str, Perform], waiting: Waiting | None = None) -> Steps[Ending]:
    """Follow documents from `ask` on, allowing `verbs` at their top, and return how it ended.

    `waiting`: those of a wait in a queue, which go on and on. Raises HungUp and Redirected.
    """
    restless = 0
    while True:
        try:
            if restless >= RESTLESS:
                raise Fatal("loop", f"{RESTLESS} documents in a row took no time", ask.url)
            told = ask if waiting is None else replace(ask, extra={**waiting.parameters(), **ask.extra})
            scene, elements = yield from fetch(leg, told, verbs)
        except Fatal as fatal:
            leg.carrier.violate(leg, fatal.code, str(fatal), fatal.url)
            fallback = None if waiting is not None else _fallback(leg, ask, fatal)
            if fallback is None:
                return "error"
            ask = fallback
            continue
        fetched = leg.carrier.clock.elapsed
        outcome = yield from _perform(leg, elements, scene, verbs)
        if waiting is not None and outcome in ("finished", "dropped"):
            outcome = waiting.again
        if not isinstance(outcome, Ask):
            return outcome
        ask = outcome
        restless = restless + 1 if leg.carrier.clock.elapsed <= fetched else 0


def _perform(leg: Leg, elements: list[Element], scene: Scene, verbs: Mapping[str, Perform]) -> Steps[Ask | Ending]:
    for element in elements:
        outcome = yield from verbs[element.name](leg, element, scene)
        if outcome is not None:
            return outcome
    return "dropped" if elements and elements[-1].name == "Gather" else "finished"


def _fallback(leg: Leg, failed: Ask, fatal: Fatal) -> Ask | None:
    """The number's fallback URL, unless that one failed; screening has none."""
    url = leg.line.fallback_url
    if url is None or leg.parent is not None or failed.url == url or fatal.code == "loop":
        return None
    return Ask(url, leg.line.fallback_method, {"ErrorCode": fatal.code, "ErrorUrl": fatal.url})


def tell_once_gone(leg: Leg, action: Callable[[], Ask | None], what: str, wanted: bool = True) -> Steps[None]:
    """Tell the action of a verb that its leg has hung up; the answer no longer matters. `wanted`: it is to be told."""
    leg.finish()
    carrier = leg.carrier
    if carrier.quirks.callback_order == "ended first":
        leg.report_end()
        yield from sleep(carrier.clock, 1.0)
    elif carrier.quirks.callback_order == "shuffled":
        leg.report_end()
        yield from sleep(carrier.clock, carrier.rng.uniform(0, 3))
    ask = action()
    if ask is not None and wanted:
        carrier.tell(leg, ask.url, ask.method, ask.extra, f"{what}, after the caller hung up,")


def tell_once_redirected(leg: Leg, ask: Ask | None, what: str) -> None:
    """Tell the action of a verb that its leg was redirected; the answer no longer matters."""
    if ask is not None:
        leg.carrier.tell(leg, ask.url, ask.method, ask.extra, f"{what}, after a redirect,")


def apologise(leg: Leg) -> Steps[None]:
    """Return the carrier's words for an application error."""
    leg.answer()
    leg.hear(APOLOGY, "en-US", "carrier")
    yield from sleep(leg.carrier.clock, len(APOLOGY) / leg.carrier.quirks.characters_per_second)


def fetch(leg: Leg, ask: Ask, verbs: Mapping[str, Perform]) -> Steps[tuple[Scene, list[Element]]]:
    """Get a document. List odd parts and leave them out. Raises Fatal."""
    quirks = leg.carrier.quirks
    try:
        fetched = leg.carrier.ask(leg, ask.url, ask.method, ask.extra)
        if quirks.webhook_seconds:
            # The server was asked at once. If the caller hangs up now, its answer is unused.
            yield from sleep(leg.carrier.clock, quirks.webhook_seconds)
        elif leg.task is not None and leg.task.interrupted:
            # The server ended or redirected the leg while it was asked.
            yield from sleep(leg.carrier.clock, 0)
        document, spoken = _document(fetched.answer)
        elements, odd = clean(document, verbs.keys())
    except (Undelivered, UnreadableTwiml) as error:
        raise Fatal(error.code, str(error), ask.url) from error
    for oddity in (odd := spoken + odd):
        leg.carrier.violate(leg, oddity.code, oddity.what, ask.url)
    if odd and not quirks.continue_after_schema_warning:
        raise Fatal(odd[0].code, "the document does not follow the schema", ask.url)
    return Scene(fetched.url), elements


def _document(answer: Answer) -> tuple[Element, list[Oddity]]:
    """Return the carrier's reading of an answer (Twilio docs: voice/twiml), and the odd parts. Raises Unreadable."""
    if answer.status >= 400:
        raise UnreadableTwiml("11217", f"the server answered {answer.status}\n{answer.trouble}".rstrip())
    if answer.status == 204:
        return Element("Response", {}, 1), []
    kind = answer.header("content-type").partition(";")[0].strip().lower()
    if kind in ("text/xml", "application/xml", "text/html"):
        return parse(answer.body), []
    hangup = Element("Hangup", {}, 1)
    if kind.startswith("audio/"):
        return Element("Response", {}, 1, children=[Element("Play", {}, 1, "(the answer)"), hangup]), []
    if kind == "text/plain":
        try:
            return parse(answer.body), []
        except UnreadableTwiml:
            say = Element("Say", {}, 1, answer.body.decode("utf-8", "replace"))
            odd = Oddity("12300", "text/plain that is no TwiML is spoken as it is")
            return Element("Response", {}, 1, children=[say, hangup]), [odd]
    raise UnreadableTwiml("12300", f"the content type {kind or '(none)'!r} is not one the carrier reads")
