"""Whole calls as a carrier sends them: a volunteer takes each. Seven webhooks, each made from the answers before."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from html import unescape

from benchmarks.load import request_bytes
from benchmarks.voice import form

_GATHER = re.compile(r'<Gather action="([^"]+)"')
_DIAL = re.compile(r'<Dial action="([^"]+)"')
_SCREENING = re.compile(r' url="([^"]+)"')
_LEG = re.compile(r' statusCallback="([^"]+)"')
_PHONE = re.compile(r">(\+\d+)</Number>")


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook to send, `after` so many seconds."""

    path: str
    form: dict[str, str]
    after: float = 0.0


@dataclass
class Played:
    """What came of calls: how many were begun, reached a person, and are over."""

    begun: int = 0
    persons: int = 0
    over: int = 0
    sids: list[str] = field(default_factory=list)
    """Those of all callers' and volunteers' legs, if `kept`."""
    kept: bool = False


def whole_call(played: Played, called: str, caller: str, talks: float = 0.0) -> Generator[Webhook, str, None]:
    """Yield the webhooks of one call in order. The answer to each is sent back in. `talks`: seconds."""
    call, leg = f"CA{secrets.token_hex(16)}", f"CA{secrets.token_hex(16)}"
    played.begun += 1
    if played.kept:
        played.sids += [call, leg]
    ours = {"To": called, "Called": called, "From": caller, "Caller": caller}
    heard = yield Webhook("/voice", form(call, **ours, CallStatus="ringing"))
    if gather := _GATHER.search(heard):
        heard = yield Webhook(unescape(gather[1]), form(call, **ours, Digits="1"))
    dial, screening, ended = _DIAL.search(heard), _SCREENING.search(heard), _LEG.search(heard)
    if dial and screening and ended:
        phone = _PHONE.search(heard)
        to = phone[1] if phone else called
        theirs = {"To": to, "Called": to, "From": called, "Caller": called, "ParentCallSid": call}
        theirs["Direction"] = "outbound-dial"
        heard = yield Webhook(unescape(screening[1]), form(leg, **theirs), talks / 10)
        if accept := _GATHER.search(heard):
            yield Webhook(unescape(accept[1]), form(leg, **theirs, Digits="1"))
        after = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": leg, "DialCallDuration": "30"}
        yield Webhook(unescape(dial[1]), form(call, **ours, **after), talks)
        yield Webhook(unescape(ended[1]), form(leg, **theirs, CallStatus="completed", CallDuration="30"))
        played.persons += 1
    yield Webhook("/voice/ended", form(call, **ours, CallStatus="completed", CallDuration="40"))
    played.over += 1


def one_after_another(
    public_url: str, token: str, call: Callable[[], Generator[Webhook, str, None]]
) -> Callable[[str], bytes]:
    """Make the next request of a connection that plays one call after another, from the last answer."""
    playing: Generator[Webhook, str, None] | None = None

    def make(last: str) -> bytes:
        nonlocal playing
        try:
            step = playing.send(last) if playing is not None else None
        except StopIteration:
            step = None
        if step is None:
            playing = call()
            step = next(playing)
        return request_bytes(public_url, token, step.path, step.form)

    return make
