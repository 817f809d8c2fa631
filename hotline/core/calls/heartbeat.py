"""The heartbeat: a call that nobody placed, as far as the menu, so that silence is noticed before a caller meets it.

It comes in through the public address, signed like any call. A mark that only we can make says what it is, and from
there on it goes another way than a call: the words are worked out, and nothing else. It never reaches live state or the
call log, for it is given neither, and where a call would ring or connect somebody it hangs up.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from hotline.core.calls import transitions
from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Connect, HangUp, Listen, Reply, Ring, Say
from hotline.core.calls.transitions import Next, Seeking
from hotline.core.wording import Wording, in_a_row

FIELD = "Heartbeat"
"""The field of a webhook's form that holds the mark."""
CALL_PREFIX = "CA" + "0" * 8
"""Begins the CallSids of heartbeats. Only the mark makes one: a carrier's own may begin like this by chance."""
CALLER = "+10000000000"
"""Whom heartbeats come from: nobody's number."""
LATE_AFTER = 2.5
"""Periods without a heartbeat after which something is wrong: one may be lost to a worker that was restarted."""
_CALL = "heartbeat"


@dataclass(frozen=True, slots=True)
class Beat:
    """The result of one hotline's test call: `problem` is "" if all was well. `took`: seconds to the first words."""

    hotline: str
    took: float
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A round of test calls, one for each hotline, at `at` (epoch seconds). Without hotlines nothing was proven.

    `ping_problem` tells why the outside watcher could not be told, if one is set; that is no failure of the line.
    """

    at: int
    beats: tuple[Beat, ...] = ()
    ping_problem: str = ""

    @property
    def well(self) -> bool:
        """Whether every hotline answered as it should."""
        return bool(self.beats) and not any(beat.problem for beat in self.beats)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The state of the line by its heartbeats: `problem` is "" if it is well, or too young to tell."""

    problem: str = ""
    remedy: str = ""


def mark(call: str, token: str) -> str:
    """Return what makes a call (its CallSid) a heartbeat. `token` is what webhooks are signed with.

    Under that token, and not under our own key, as whoever accepts the signature must know the mark too: a machine
    with another HOTLINE_SECRET_KEY would otherwise take each heartbeat for a call, and ring somebody.
    """
    return hmac.digest(token.encode(), b"heartbeat\0" + call.encode(), "sha256").hex()[:32]


def is_marked(text: str, call: str, token: str) -> bool:
    """Return whether `text` is the mark of this call."""
    return bool(text) and hmac.compare_digest(text.encode(), mark(call, token).encode())


def incoming(hotline: Hotline, now: int) -> Reply:
    """Return what a heartbeat hears first at `now` (epoch seconds): the step for closed hours outside the opening
    hours."""
    return _nobody_rung(transitions.begin(hotline, _CALL, now))


def silent(hotline: Hotline, position: Position | None, now: int) -> Reply:
    """Return what it hears when it has pressed nothing. A position that is not ours starts over, as for any call."""
    return incoming(hotline, now) if position is None else _nobody_rung(transitions.silence(hotline, position, now))


def spoken(reply: Reply) -> tuple[str, ...]:
    """The texts that a reply speaks, in order."""
    texts: list[str] = []
    for verb in reply:
        if isinstance(verb, Say):
            texts.append(verb.text)
        elif isinstance(verb, Listen):
            texts += [word.text for word in verb.words if isinstance(word, Say)]
    return tuple(texts)


def pulse(last: Heartbeat | None, now: float, every: int, up_for: float) -> Pulse:
    """Return how the line is, by its last heartbeat.

    `every`: seconds from one to the next; `up_for`: seconds we have run.
    """
    if last is None or now - last.at > LATE_AFTER * every:
        if last is None and up_for <= LATE_AFTER * every:
            return Pulse()
        late = Wording("No heartbeat has been placed yet.") if last is None else _since(now - last.at)
        return Pulse(late, Wording("Check with `hotline doctor` that a worker and a clock are running."))
    bad = [beat for beat in last.beats if beat.problem]
    if bad:
        where = in_a_row(beat.hotline for beat in bad)
        problem = Wording("A test call failed (%(ids)s): %(problem)s", ids=where, problem=bad[0].problem)
        return Pulse(problem, bad[0].remedy)
    if not last.beats:
        return Pulse(
            Wording("The worker has no hotline to call."),
            Wording("Check that its machine has the files. See HOTLINE_CONFIG_DIR."),
        )
    return Pulse()


def _nobody_rung(following: Next) -> Reply:
    if isinstance(following, Seeking):
        return (*following.said, HangUp())
    return tuple(HangUp() if isinstance(verb, Ring | Connect) else verb for verb in following.reply)


def _since(seconds: float) -> Wording:
    if seconds < 7200:
        return Wording("No heartbeat has been placed for %(minutes)s minutes.", minutes=round(seconds / 60))
    return Wording("No heartbeat has been placed for %(hours)s hours.", hours=round(seconds / 3600))
