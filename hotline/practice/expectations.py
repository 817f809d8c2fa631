"""Expectations of a test: whether a call met them and, if not, what happened instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hotline.core.wording import Wording, in_a_row, together
from hotline.files.findings.finding import Finding
from hotline.files.loading.call_tests import CallTest, plain
from hotline.files.shapes.call_tests import NOBODY
from hotline.practice.hearing import heard, not_heard
from hotline.simulator import CallRecord
from hotline.simulator.line.events import clock_face
from hotline.simulator.record import RingRecord

_ORDINALS = (
    Wording("first"), Wording("second"), Wording("third"), Wording("fourth"), Wording("fifth"),
    Wording("sixth"), Wording("seventh"), Wording("eighth"), Wording("ninth"), Wording("tenth"),
)  # fmt: skip
_ENDED_BY = {"caller": "caller", "hung up": "hotline", "finished": "hotline"}
_NOT_BY_AN_EDIT = Wording("This is a bug in Hotline. Please report it, with the files.")
_BAD_ENDINGS = {
    "dropped": (Wording("the caller pressed no key and was dropped."), _NOT_BY_AN_EDIT),
    "error": (Wording("the hotline failed, and the carrier hung up."), _NOT_BY_AN_EDIT),
    "rejected": (Wording("it was not answered at all."), _NOT_BY_AN_EDIT),
    "too long": (
        Wording("it looped for four hours, until the carrier hung up."),
        Wording("Give the repeated step an `at_most`, and a `then` that leads to an end."),
    ),
    "": (Wording("it never ended."), _NOT_BY_AN_EDIT),
}


def disappointments(test: CallTest, call: CallRecord, troubles: Sequence[str]) -> Iterator[Finding]:
    """Return each expectation of `test` that `call` did not meet; `troubles` are failures that no call may have."""
    expected = test.entry
    for trouble in troubles:
        yield test.finding(Wording("The call went wrong: %(what)s", what=trouble), _NOT_BY_AN_EDIT, "name")
    if call.ended_by not in _ENDED_BY:
        message, help = _BAD_ENDINGS[call.ended_by]
        yield test.finding(Wording("The call went wrong: %(what)s", what=message), help, "name")
    volunteers = [one for one in call.timeline if one.what == "hears" and one.who != "caller"]
    yield from _rings(test, call)
    yield from heard(test, "hears", Wording("the caller"), call.heard, expected.hears)
    yield from not_heard(test, call.heard, expected.does_not_hear)
    yield from heard(test, "volunteer_hears", Wording("a volunteer"), volunteers, expected.volunteer_hears)
    yield from _talks_with(test, call)
    yield from _answered_within(test, call)
    yield from _connected_within(test, call)
    yield from _ended_by(test, call)


def _rings(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    rang = [ring.phone for ring in call.rings]
    for field, wanted, exact in (
        ("rings", test.entry.rings, True),
        ("rings_first", test.entry.rings_first, False),
    ):
        names = [plain(name) for name in wanted or ()]
        seen = rang if exact else rang[: len(names)]
        rings = f"{field}: [{', '.join(map(_quoted, seen))}]"
        as_it_is = Wording("If this is how it should be, write %(right)s", right=rings)
        place, name, other = _first_difference(names, seen) if wanted is not None else (0, None, None)
        if name is None and other is not None:
            message = (
                Wording("Expected no phone to ring after %(name)s's, but %(other)s's did.", name=names[-1], other=other)
                if names
                else Wording("Expected no phone to ring, but %(other)s's did.", other=other)
            )
            yield test.finding(message, as_it_is, field)
        elif name is not None:
            yield test.finding(_did_not_ring(name, place, other, bool(rang)), as_it_is, field, place)
    for place, written in enumerate(test.entry.never_rings):
        ring = next((one for one in call.rings if one.phone == plain(written)), None)
        if ring is not None:
            message = Wording(
                "Expected %(name)s's phone not to ring, but it did after %(time)s.",
                name=ring.phone,
                time=clock_face(ring.at),
            )
            help = Wording("Is it their turn at that moment? `hotline who --at` says who is on call.")
            yield test.finding(message, help, "never_rings", place)


def _did_not_ring(name: str, place: int, other: str | None, some: bool) -> Wording:
    """Report that another phone than expected rang at a place, or none. `some`: whether any rang before."""
    ordinal = _ORDINALS[place] if place < len(_ORDINALS) else Wording("as number %(number)s", number=place + 1)
    who: dict[str, object] = {"name": name, "ordinal": ordinal}
    if other:
        return Wording("Expected %(name)s's phone to ring %(ordinal)s, but %(other)s's did.", **who, other=other)
    if some:
        return Wording("Expected %(name)s's phone to ring %(ordinal)s, but no more phones did.", **who)
    return Wording("Expected %(name)s's phone to ring %(ordinal)s, but no phone did.", **who)


def _first_difference(wanted: Sequence[str], seen: Sequence[str]) -> tuple[int, str | None, str | None]:
    for place, (one, other) in enumerate(zip_longest(wanted, seen)):
        if one != other:
            return place, one, other
    return 0, None, None


def _talks_with(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    wanted = test.entry.talks_with
    if wanted is None:
        return
    name, talked = plain(wanted), call.connected_to
    if [name] == list(talked) or (name == NOBODY and not talked):
        return
    ring = next((one for one in call.rings if one.phone == name), None)
    if name == NOBODY:
        help = Wording("The call below shows who took it and when.")
    elif ring is None:
        help = Wording("%(name)s's phone never rang.", name=name)
    else:
        told = test.entry.phones.get(wanted, test.entry.phones.get(name))
        does = told.what if told else test.entry.others.what
        help = Wording("%(name)s's phone rang, and does “%(does)s” in this test.", name=name, does=does)
        if does != "accept":
            phones = f"phones: {{{_quoted(name)}: accept}}"
            help = together(help, Wording("To let %(name)s take the call, write %(right)s", name=name, right=phones))
    yield test.finding(_talked_with_others(name, talked), help, "talks_with")


def _talked_with_others(name: str, talked: Sequence[str]) -> Wording:
    if not talked:
        return Wording("Expected the caller to talk with %(name)s, but they talked with nobody.", name=name)
    others: str = talked[0]
    for one in talked[1:]:
        others = Wording("%(one)s and then %(other)s", one=others, other=one)
    if name == NOBODY:
        return Wording("Expected the caller to talk with nobody, but they talked with %(others)s.", others=others)
    return Wording(
        "Expected the caller to talk with %(name)s, but they talked with %(others)s.", name=name, others=others
    )


def _answered_within(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    limit = test.entry.answered_within
    if limit is None:
        return
    answered = next((ring for ring in call.rings if ring.connected is not None), None)
    if answered is None or answered.connected is None:
        help = Wording("Nobody took the call.")
        message = Wording(
            "Expected the caller to be answered within %(limit)s, but nobody answered.", limit=clock_face(limit)
        )
    elif answered.connected <= limit:
        return
    else:
        help = Wording("%(name)s answered then.", name=answered.phone)
        message = Wording(
            "Expected the caller to be answered within %(limit)s, but it took %(time)s.",
            limit=clock_face(limit),
            time=clock_face(answered.connected),
        )
    yield test.finding(message, help, "answered_within")


def _connected_within(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    limit = test.entry.connected_within
    if limit is None:
        return
    rings = [ring for ring in call.rings if ring.phone in test.hotline.rota.volunteers]
    answers = [(ring.connected, ring.phone) for ring in rings if ring.connected is not None]
    after, name = min(answers, default=(None, ""))
    if after is not None and after <= limit:
        return
    if after is None:
        message = Wording(
            "Expected the caller to talk with a volunteer within %(limit)s, but they talked with none.",
            limit=clock_face(limit),
        )
    else:
        message = Wording(
            "Expected the caller to talk with a volunteer within %(limit)s, but it took %(time)s.",
            limit=clock_face(limit),
            time=clock_face(after),
        )
    yield test.finding(message, _how_it_went(rings, name), "connected_within")


def _how_it_went(rings: Sequence[RingRecord], answered: str) -> Wording:
    """Return who answered in the end, if any did, and which volunteers' phones rang, each once."""
    if not rings:
        return Wording("No volunteer's phone rang.")
    rang = Wording(
        "The first phone rang after %(time)s. These rang: %(names)s.",
        time=clock_face(min(ring.at for ring in rings)),
        names=in_a_row(dict.fromkeys(ring.phone for ring in rings)),
    )
    return together(Wording("It was %(name)s who answered then.", name=answered), rang) if answered else rang


def _ended_by(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    wanted, ended = test.entry.ended_by, _ENDED_BY.get(call.ended_by)
    if ended is None or wanted in (None, ended):
        return
    lasted = clock_face(call.duration)
    if wanted == "caller":
        message = Wording("Expected the caller to end the call, but the hotline did.")
        help = Wording(
            "The call lasted %(time)s. A caller hangs up only where the test has `hangs_up_after`.", time=lasted
        )
    else:
        message = Wording("Expected the hotline to end the call, but the caller did.")
        help = Wording("The caller hung up after %(time)s, as `hangs_up_after` says.", time=lasted)
    yield test.finding(message, help, "ended_by")


def _quoted(name: str) -> str:
    return name if name[:1].isalpha() else f'"{name}"'
