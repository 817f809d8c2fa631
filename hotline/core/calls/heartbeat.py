"""The heartbeat: a test call as far as the menu, so that we notice silence before a caller does.

It comes in through the public address, signed like any call. A mark that only we can make identifies it. From there it
takes another path than a call: it only works out the words. It never reaches live state or the call log, because it has
no access to them. Where a call would ring or connect somebody, it hangs up.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from hotline.core.calls import transitions
from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Connect, HangUp, Listen, Reply, RingVolunteer, Say
from hotline.core.calls.transitions import Next, Seeking
from hotline.core.wording import Wording, in_a_row

FIELD = "Heartbeat"
"""The field of a webhook's form that contains the mark."""
CALL_PREFIX = "CA" + "0" * 8
"""The start of a heartbeat's CallSid. A carrier's own CallSid may start like this by chance; only the mark decides."""
CALLER = "+10000000000"
"""The caller's number of heartbeats, which belongs to nobody."""
LATE_AFTER = 2.5
"""Periods without a heartbeat after which something is wrong. One may be lost when a worker restarts."""
_CALL = "heartbeat"


@dataclass(frozen=True, slots=True)
class Beat:
    """The result of one hotline's test call. `problem` is "" if there was none. `took`: seconds to the first words."""

    hotline: str
    took: float
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A round of test calls, one for each hotline, at `at` (epoch seconds). Without hotlines it proves nothing.

    `ping_problem` says why the outside monitor could not be notified, if one is set. That is no failure of the line.
    """

    at: int
    beats: tuple[Beat, ...] = ()
    ping_problem: str = ""

    @property
    def well(self) -> bool:
        """Return whether every hotline answered as it should."""
        return bool(self.beats) and not any(beat.problem for beat in self.beats)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The state of the line by its heartbeats. `problem` is "" if there is none, or if it is too early to say."""

    problem: str = ""
    remedy: str = ""


def mark(call: str, token: str) -> str:
    """Return the CallSid that makes a call a heartbeat. `token` is the token that webhooks are signed with.

    The mark uses that token, not our own key: a machine that accepts the signature must know the mark too. Otherwise a
    machine with another HOTLINE_SECRET_KEY would take each heartbeat for a call, and ring somebody.
    """
    return hmac.digest(token.encode(), b"heartbeat\0" + call.encode(), "sha256").hex()[:32]


def is_marked(text: str, call: str, token: str) -> bool:
    """Return whether `text` is the mark of this call."""
    return bool(text) and hmac.compare_digest(text.encode(), mark(call, token).encode())


def incoming(hotline: Hotline, now: int) -> Reply:
    """Return a heartbeat's first words at `now` (epoch seconds): the step for closed hours, if the line is closed."""
    return _nobody_rung(transitions.begin(hotline, _CALL, now))


def silent(hotline: Hotline, position: Position | None, now: int) -> Reply:
    """Return its words after silence. A position that is not ours starts over, as for any call."""
    return incoming(hotline, now) if position is None else _nobody_rung(transitions.silence(hotline, position, now))


def spoken(reply: Reply) -> tuple[str, ...]:
    """The words of a reply, in order: texts, and the `file` of each sound."""
    texts: list[str] = []
    for verb in reply:
        if isinstance(verb, Say):
            texts.append(verb.heard_as)
        elif isinstance(verb, Listen):
            texts += [word.heard_as for word in verb.words if isinstance(word, Say)]
    return tuple(texts)


def pulse(last: Heartbeat | None, now: float, every: int, up_for: float) -> Pulse:
    """Return the state of the line by its last heartbeat.

    `every`: seconds between heartbeats. `up_for`: seconds since we started.
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
    return tuple(HangUp() if isinstance(verb, RingVolunteer | Connect) else verb for verb in following.reply)


def _since(seconds: float) -> Wording:
    if seconds < 7200:
        return Wording("No heartbeat has been placed for %(minutes)s minutes.", minutes=round(seconds / 60))
    return Wording("No heartbeat has been placed for %(hours)s hours.", hours=round(seconds / 3600))
