"""Texts (SMS) to a number of the account: posted as the carrier posts them, with the answer read as strictly.

After Twilio docs: messaging/guides/webhook-request, messaging/twiml, and help.twilio.com 223134027 for STOP, START and
HELP on an ordinary number. The carrier answers these itself, posts them all the same, and delivers nothing to a sender
who sent STOP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hotline.simulator.line.events import Exchange
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.switchboard import CarrierState
from hotline.simulator.line.violations import Violation
from hotline.simulator.line.webhooks import Undelivered
from hotline.simulator.twiml.reading import Element, UnreadableTwiml, parse

STOPS = frozenset(["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"])
STARTS = frozenset({"start", "unstop", "yes"})
HELPS = frozenset({"help", "info"})
LONGEST = 1600
_PLACES = ("City", "State", "Zip", "Country")
_SENT = {
    "stop": "You have successfully been unsubscribed. You will not receive any more messages from this number.",
    "start": "You have successfully been re-subscribed to messages from this number.",
    "help": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
_ATTRIBUTES = {"to", "from", "action", "method", "statusCallback"}


@dataclass
class Text:
    """A received text. `replies` are the server's that reached the sender; `carrier` is the carrier's own answer."""

    sid: str
    sender: str
    to: str
    body: str
    params: dict[str, str]
    replies: list[str] = field(default_factory=list)
    carrier: list[str] = field(default_factory=list)
    status: int = 0

    @property
    def reply(self) -> str:
        """The only reply. Fails if there is none, or several."""
        assert len(self.replies) == 1, f"{self.body!r} was answered {self.replies}"
        return self.replies[0]

    def hears(self, *parts: str) -> Text:
        """Fails unless the only reply contains each of these."""
        for part in parts:
            assert part in self.reply, f"{self.body!r} was answered {self.reply!r}, without {part!r}"
        return self

    def hears_nothing(self) -> Text:
        """Fails if the server replied."""
        assert self.replies == [], f"{self.body!r} was answered {self.replies}"
        return self


class Texting:
    """Posts texts for a carrier, and remembers who sent STOP to which number."""

    def __init__(self, carrier: CarrierState) -> None:
        self._carrier = carrier
        self._stopped: set[tuple[str, str]] = set()

    def deliver(self, line: Line, sender: str, body: str, extra: Mapping[str, str]) -> Text:
        """Deliver a new text."""
        sid = self._carrier.new_sid("SM")
        params = {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "SmsStatus": "received",
            "NumMedia": "0",
            "NumSegments": str(max(1, -(-len(body) // 160))),
            "AccountSid": self._carrier.account_sid,
            "ApiVersion": "2010-04-01",
            "From": sender,
            "To": line.number,
            "Body": body,
            **{f"{end}{place}": "" for end in ("From", "To") for place in _PLACES},
            **extra,
        }
        text = Text(sid, sender, line.number, body, params)
        self._handle_itself(text)
        self._hand_over(line, text)
        return text

    def deliver_again(self, line: Line, text: Text) -> Text:
        """Deliver the same text again, as after an answer that was lost."""
        again = Text(text.sid, text.sender, text.to, text.body, text.params)
        self._hand_over(line, again)
        return again

    def _handle_itself(self, text: Text) -> None:
        word, pair = text.body.strip().lower(), (text.sender, text.to)
        if word in STOPS:
            if pair not in self._stopped:
                text.carrier.append(_SENT["stop"])
            self._stopped.add(pair)
        elif word in STARTS and pair in self._stopped:
            self._stopped.discard(pair)
            text.carrier.append(_SENT["start"])
        elif word in HELPS and pair not in self._stopped:
            text.carrier.append(_SENT["help"])

    def _hand_over(self, line: Line, text: Text) -> None:
        url, method = line.sms_url, line.sms_method
        if url is None:
            return
        status, body = 0, ""
        try:
            answer = self._carrier.webhooks.ask(url, method, text.params, {}).answer
            status, body = answer.status, answer.body.decode("utf-8", "replace")
        except Undelivered as error:
            self._violate(text, error.code, str(error), url)
            return
        finally:
            at = self._carrier.clock.elapsed
            self._carrier.exchanges.append(
                Exchange(at, text.sid, text.sid, method, url, dict(text.params), status, body)
            )
        text.status = status
        if status != 200:
            self._violate(text, "11200", f"{urlsplit(url).path} was answered {status}\n{answer.trouble}".strip(), url)
            return
        kind = answer.header("content-type").partition(";")[0].strip()
        if kind not in ("text/xml", "application/xml"):
            self._violate(text, "12300", f"the answer is of type {kind!r}", url)
            return
        try:
            root = parse(answer.body)
        except UnreadableTwiml as error:
            self._violate(text, error.code, str(error), url)
            return
        for reply in self._read(text, root, url):
            if (text.sender, text.to) in self._stopped:
                self._violate(text, "21610", "a text to somebody who said STOP", url)
            else:
                text.replies.append(reply)

    def _read(self, text: Text, root: Element, url: str) -> list[str]:
        """The texts in a document. Anything odd in it is a violation."""

        def odd(what: str) -> None:
            self._violate(text, "12200", what, url)

        if root.attributes or root.own.strip():
            odd("<Response> holds attributes or text")
        found = []
        for verb in root.children:
            if verb.name != "Message":
                odd(f"<{verb.name}>, line {verb.line}: not in an answer to a text, or not simulated")
                continue
            if set(verb.attributes) - _ATTRIBUTES:
                odd(f"<Message>, line {verb.line}: no such attribute")
            bodies = [child for child in verb.children if child.name == "Body"]
            if any(child.name not in ("Body", "Media") or child.attributes for child in verb.children):
                odd(f"<Message>, line {verb.line}: it holds something else than Body and Media")
            if bodies and verb.own.strip():
                odd(f"<Message>, line {verb.line}: text beside a <Body>")
            said = "".join(child.text for child in bodies) if bodies else verb.own
            if not said.strip() and not verb.children:
                self._violate(text, "14103", f"<Message>, line {verb.line}: it is empty", url)
            elif len(said) > LONGEST:
                self._violate(text, "21617", f"<Message>, line {verb.line}: more than {LONGEST} characters", url)
            else:
                found.append(said)
        return found

    def _violate(self, text: Text, code: str, what: str, url: str) -> None:
        self._carrier.violations.append(Violation(code, what, text.sid, url, self._carrier.clock.elapsed))
