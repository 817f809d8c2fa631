"""Transitions of a call: each event at a position gives a new position and a reply.

At a `ring` step the answer is `Seeking`. The caller of this module must first look up who is on call and what live
state says; `seek` continues from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hotline.core.calls import spoken
from hotline.core.calls.flow import Continue, FixedDial, Goodbye, Hotline, Hunt, Menu, RingEarly, Step
from hotline.core.calls.hunt import Turn, ringing
from hotline.core.calls.position import HuntPosition, Position
from hotline.core.calls.reply import Accept, Connect, Listen, Pause, Redirect, Reply, RingVolunteer, Say, Screen
from hotline.core.calls.reply import HangUp as End
from hotline.core.rota.rota import Ringing
from hotline.core.times.wall_clock import utc

MOST_STEPS_AT_ONCE = 40
WAIT_BETWEEN_OFFERS = 8
SCREENING_WAIT = 3
MOST_PROMPTS = 3
SCREENING_PAUSE = 1
"""Seconds. The carrier pauses for whole seconds only."""
NIGHT = frozenset({23, 0, 1, 2, 3, 4, 5})
"""Hours of the day in which a doubtful caller is asked for a key. They match volunteers' nights."""
MOST_KEY_REQUESTS = 3
KEY_WAIT = 6
"""Seconds."""
LONGEST_TALK = 2 * 3600
"""Seconds after which a connection ends, so that a stolen line costs hours and not days. No talk takes as long."""
LONGEST_CALL = 6 * 3600
"""Seconds after which a position is invalid: the request is then a copy, not a call."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A reply with which the call continues, or ends."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Seeking:
    """Ring a volunteer next. The caller hears `said` in any case, and `between` before a ring or a wait."""

    said: tuple[Say, ...]
    between: tuple[Say, ...]
    position: Position

    @property
    def hunt(self) -> HuntPosition:
        assert self.position.hunt is not None
        return self.position.hunt


Next = Turned | Seeking


def begin(hotline: Hotline, token: str, now: int, doubtful: bool = False) -> Next:
    """Begin a call, or start over one whose position is lost. `now` in epoch seconds, here and below.

    `doubtful`: the carrier says that the calling number is not the caller's own.
    """
    flow = hotline.flow
    first = flow.start if flow.closed is None or hotline.is_open(utc(now)) else flow.closed
    position = Position(token, first, flow.first_language, begun=now, doubtful=int(doubtful))
    return _visit(hotline, position, first, now)


def press(hotline: Hotline, position: Position, key: str, now: int) -> Next:
    """Continue a call whose caller pressed a key."""
    position, action = replace(position, doubtful=0), action_of(hotline, position)
    if not isinstance(action, Menu):
        return _visit(hotline, position, position.step, now)
    target = action.keys.get(key)
    if target is None:
        return _visit(hotline, position, action.wrong_key, now)
    on_purpose = replace(position, language=target.language or position.language, waits_since=0)
    return _visit(hotline, on_purpose, target.step, now)


def leads_to(hotline: Hotline, position: Position, key: str) -> str:
    """Return the step that a key leads to at a position."""
    action = action_of(hotline, position)
    if not isinstance(action, Menu):
        return position.step
    target = action.keys.get(key)
    return target.step if target else action.wrong_key


def silence(hotline: Hotline, position: Position, now: int) -> Next:
    """Continue a call whose caller pressed nothing in time, or has waited for a free volunteer."""
    action = action_of(hotline, position)
    if isinstance(action, Hunt) and position.hunt is not None:
        return Seeking((), (), position)
    return _visit(hotline, position, action.no_key if isinstance(action, Menu) else position.step, now)


def way_out(hotline: Hotline, position: Position, key: str, now: int) -> Next:
    """Continue a call whose caller has waited for a while, and pressed a key of the way out."""
    action = action_of(hotline, position)
    target = action.way_out.get(key) if isinstance(action, Hunt) else None
    if target is None:
        return Seeking((), _between(hotline, position), position)
    on_purpose = replace(position, language=target.language or position.language, waits_since=0)
    return _visit(hotline, on_purpose, target.step, now)


def early(hotline: Hotline, following: Next, now: int) -> Seeking | None:
    """Return the hunt that may begin while the first words are spoken: the one that silence leads to.

    None where the flow does not want it, or not at this hour, or where the caller's number is doubtful.
    """
    rule = hotline.flow.ring_early
    if rule is None or not isinstance(following, Turned):
        return None
    first = _listening(following)
    if first is None or first.position.doubtful or not _is_hour(hotline, rule, now):
        return None
    return _when_silent(hotline, first, now)


def early_people(hotline: Hotline, now: int) -> str | None:
    """Return the rota that rings while the first words are spoken; None for the flow's own."""
    first = _listening(begin(hotline, "", now))
    silent = _when_silent(hotline, first, now) if first else None
    return hotline.flow.people_at(silent.position.step) if silent else None


def _listening(following: Next) -> Listen | None:
    last = following.reply[-1] if isinstance(following, Turned) and following.reply else None
    return last if isinstance(last, Listen) else None


def _when_silent(hotline: Hotline, first: Listen, now: int) -> Seeking | None:
    following = silence(hotline, first.position, now)
    return following if isinstance(following, Seeking) else None


def _is_hour(hotline: Hotline, rule: RingEarly, now: int) -> bool:
    if rule.hours is None:
        return True
    there = utc(now).astimezone(hotline.at(None).rota.zone)
    minute, (start, end) = there.hour * 60 + there.minute, rule.hours
    return start <= minute < end if start < end else minute >= start or minute < end


def ring_ended(hotline: Hotline, position: Position, connected: bool, now: int) -> Next:
    """Continue after a ring; `connected` if caller and volunteer have talked."""
    action = action_of(hotline, position)
    if connected:
        after = action.answered if isinstance(action, Hunt) else None
        return Turned((End(),)) if after is None else _visit(hotline, replace(position, hunt=None), after, now)
    if not isinstance(action, Hunt) or position.hunt is None:
        return _visit(hotline, replace(position, hunt=None), position.step, now)
    return Seeking((), _between(hotline, position), position)


def dial_ended(hotline: Hotline, position: Position, now: int) -> Next:
    """Continue after the connection to a fixed number, or its failure."""
    action = action_of(hotline, position)
    if not isinstance(action, FixedDial) or action.then is None:
        return Turned((End(),))
    return _visit(hotline, position, action.then, now)


def ring(hotline: Hotline, seeking: Seeking, turn: Turn, now: int) -> Reply:
    """Continue from `Seeking`: ring the volunteer whose turn it is."""
    hunt = ringing(seeking.hunt, turn, now)
    position = replace(seeking.position, hunt=hunt, rings=seeking.position.rings + 1, prompts=0)
    rota = hotline.at(position.step).rota
    phone = rota.volunteers[turn.volunteer].phone
    return (
        *seeking.said,
        *seeking.between,
        RingVolunteer(phone, hotline.flow.number, rota.ringing.ring_for, position, LONGEST_TALK),
    )


def wait(hotline: Hotline, seeking: Seeking) -> Reply:
    """Continue from `Seeking` when all are busy: tell the caller that we keep trying, and try again soon."""
    between = seeking.between or _between(hotline, seeking.position)
    return (*seeking.said, *between, Pause(WAIT_BETWEEN_OFFERS), Redirect(seeking.position))


def give_up(hotline: Hotline, seeking: Seeking, now: int) -> Next:
    """Continue from `Seeking` when nobody is left to ring. Another `Seeking`: the flow leads straight to ringing."""
    action = action_of(hotline, seeking.position)
    after = action.not_answered if isinstance(action, Hunt) else hotline.flow.start
    following = _visit(hotline, replace(seeking.position, hunt=None), after, now)
    if isinstance(following, Seeking):
        return replace(following, said=(*seeking.said, *following.said))
    return Turned((*seeking.said, *following.reply))


def wants_a_key(hotline: Hotline, seeking: Seeking, now: int) -> bool:
    """Return whether the caller must press a key before a phone rings.

    A doubtful caller must at night, since such a call may be a machine's.
    """
    return (
        seeking.position.doubtful > 0
        and seeking.position.rings == 0
        and utc(now).astimezone(hotline.at(seeking.position.step).rota.zone).hour in NIGHT
    )


def ask_for_a_key(hotline: Hotline, seeking: Seeking, now: int) -> Next:
    """Ask for any key, a few times. Then take the path of a call that nobody answered.

    If that path leads straight back to ringing, phones ring: there is no dead end.
    """
    position, action = seeking.position, action_of(hotline, seeking.position)
    if position.doubtful <= MOST_KEY_REQUESTS or not isinstance(action, Hunt):
        said = spoken.surely_spoken(hotline.flow, position.language, {}, spoken.ANY_KEY)
        again = replace(position, hunt=None, doubtful=position.doubtful + 1)
        return Turned((Listen((*seeking.said, said), KEY_WAIT, again),))
    following = _visit(hotline, replace(position, hunt=None), action.not_answered, now)
    if isinstance(following, Seeking):
        return replace(following, position=replace(following.position, doubtful=0))
    return Turned((*seeking.said, *following.reply))


def waited_too_long(hotline: Hotline, position: Position, now: int) -> bool:
    """Return whether the caller has waited for `max_wait` since a `ring` step, without pressing a key.

    It is that of the rota that the step of the position rings.
    """
    longest = hotline.at(position.step).rota.ringing.max_wait
    return position.waits_since > 0 and now - position.waits_since >= longest


def is_expired(position: Position, now: int) -> bool:
    """Return whether a position is older than any call.

    Positions from the previous release do not say when the call began.
    """
    return position.begun > 0 and now - position.begun > LONGEST_CALL


def screen(hotline: Hotline, position: Position | None, volunteer: str | None) -> Reply:
    """Screen a volunteer who picked up, or pressed no valid key: say who calls, and which key takes the call."""
    ringing_rules = hotline.rota.ringing
    asked = position or Position("", hotline.flow.start, hotline.flow.first_language)
    again = _screening_words(hotline, volunteer, ringing_rules)
    first = _screening_words(hotline, volunteer, ringing_rules, position.language if position else None)
    return (
        Screen((*first, Pause(SCREENING_PAUSE), *again), SCREENING_WAIT, replace(asked, prompts=asked.prompts + 1)),
        End(),
    )


def screened(hotline: Hotline, position: Position | None, volunteer: str | None, key: str) -> Reply:
    """Answer a volunteer who pressed a key. Only the accept key connects; a wrong key asks again, a few times."""
    rules = hotline.rota.ringing
    if key == rules.accept_key:
        return (Accept(),)
    prompts = position.prompts if position else MOST_PROMPTS
    if not key or key == rules.pass_key or prompts >= MOST_PROMPTS:
        return (End(),)
    return screen(hotline, position, volunteer)


def too_late(hotline: Hotline, volunteer: str | None) -> Reply:
    """Answer a volunteer who picked up, or accepted, after the caller was gone or connected to someone else."""
    language = volunteers_language(hotline, volunteer, spoken.CALLER_GONE)
    return (spoken.surely_spoken(hotline.flow, language, {}, spoken.CALLER_GONE), End())


def taken(hotline: Hotline, volunteer: str | None) -> Reply:
    """Answer a volunteer who picked up while another one was quicker to take the call."""
    language = volunteers_language(hotline, volunteer, spoken.TAKEN)
    return (spoken.surely_spoken(hotline.flow, language, {}, spoken.TAKEN), End())


def _visit(hotline: Hotline, position: Position, name: str, now: int) -> Next:
    """Walk from a step on until the caller must be heard, connected, or released."""
    flow, said = hotline.flow, list[Say]()
    for _ in range(MOST_STEPS_AT_ONCE):
        step = flow.steps.get(name)
        if step is None:  # taken out of the file in mid-call
            step = flow.steps[flow.start]
        position = replace(position, step=step.name, hunt=None, one_by_one=False)
        if step.at_most is not None:
            position = position.visiting(step.name)
            if position.visited(step.name) >= step.at_most and step.instead is not None:
                name = step.instead
                continue
        if isinstance(step.action, Hunt) and (
            waited_too_long(hotline, position, now) or not hotline.can_ring(step.name)
        ):
            name = step.action.not_answered
            continue
        if position.language in step.say:
            said.append(_words_of(hotline, step, position.language))
        if not isinstance(step.action, Continue):
            return _act(hotline, step, position, tuple(said), now)
        name = step.action.to
    # A circle. If it has only `ring` steps it would never end, so they ring once more.
    again = replace(position, waits_since=0)
    return Turned((*said, *(() if said else (Pause(WAIT_BETWEEN_OFFERS),)), Redirect(again)))


def _words_of(hotline: Hotline, step: Step, language: str) -> Say:
    return Say(step.say[language], hotline.flow.languages[language], hotline.sound(step.play, language))


def _act(hotline: Hotline, step: Step, position: Position, said: tuple[Say, ...], now: int) -> Next:
    match step.action:
        case Menu(wait=wait):
            return Turned((Listen(said, wait, position),))
        case Hunt():
            since = position.waits_since or now
            return Seeking(said, (), replace(position, waits_since=since, hunt=HuntPosition(since)))
        case FixedDial(number=number):
            return Turned((*said, Connect(number, hotline.flow.number, position, LONGEST_TALK)))
        case Goodbye():
            return Turned((*said, End()))
        case Continue(to=to):
            return _visit(hotline, position, to, now)


def _between(hotline: Hotline, position: Position) -> tuple[Say, ...]:
    action = action_of(hotline, position)
    own = action.between if isinstance(action, Hunt) else {}
    said = spoken.spoken(hotline.flow, position.language, own, spoken.BETWEEN)
    return (said,) if said else ()


def action_of(hotline: Hotline, position: Position) -> Menu | Hunt | FixedDial | Goodbye | Continue | None:
    """Return what the step of a position does; None if the step is not in the flow any more."""
    step = hotline.flow.steps.get(position.step)
    return step.action if step else None


def _screening_words(
    hotline: Hotline, volunteer: str | None, rules: Ringing, callers: str | None = None
) -> tuple[Say, ...]:
    """Return what a volunteer hears. It names the `callers` language if they could be called in another."""
    flow = hotline.flow
    language = volunteers_language(hotline, volunteer, {**spoken.SCREENING, **rules.say})
    names = {"name": flow.name, "accept": rules.accept_key, "pass_on": rules.pass_key}
    said = spoken.surely_spoken(flow, language, rules.say, spoken.SCREENING, **names)
    said = replace(said, sound=hotline.sound(rules.play, said.language.code))
    if callers is None or not _may_be_called_in_another(hotline, volunteer, callers):
        return (said,)
    spoken_as = said.language.code
    which = spoken.language_name(callers, spoken_as)
    if which is None:
        return (said,)
    call_in = spoken.CALL_IN[spoken_as].format(language=which)
    if said.sound:
        return (Say(call_in, said.language), said)
    if said.text == rules.say.get(spoken_as):
        return (replace(said, text=f"{call_in} {said.text}"),)
    return (replace(said, text=spoken.SCREENING_IN[spoken_as].format(**names, language=which)),)


def _may_be_called_in_another(hotline: Hotline, volunteer: str | None, language: str) -> bool:
    """Return whether a volunteer could be called in a language other than this one."""
    flow, known = hotline.flow, hotline.rota.volunteers.get(volunteer or "")
    speaks = [code for code in known.languages if code in flow.languages] if known else []
    return (speaks or [flow.first_language]) != [language]


def volunteers_language(hotline: Hotline, volunteer: str | None, available: Mapping[str, str]) -> str:
    """The volunteer's best language that we have words and a voice for, or the flow's first."""
    known = hotline.rota.volunteers.get(volunteer or "")
    for code in known.languages if known else ():
        if code in hotline.flow.languages and code in available:
            return code
    return hotline.flow.first_language
