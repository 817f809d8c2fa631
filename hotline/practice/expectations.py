"""Whether a call came out as its test expects; where it did not, what happened instead, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hotline.files.call_tests import CallTest, plain
from hotline.files.finding import Finding
from hotline.files.shape_call_tests import NOBODY
from hotline.practice.hearing import heard, not_heard
from hotline.simulator import CallRecord
from hotline.simulator.events import clock_face

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ENDED_BY = {"caller": "caller", "hung up": "hotline", "finished": "hotline"}
_NOT_BY_AN_EDIT = "No edit of yours should be able to do this: please report it, with the files."
_BAD_ENDINGS = {
    "dropped": ("the caller was dropped, having pressed no key.", _NOT_BY_AN_EDIT),
    "error": ("the hotline failed, and the carrier hung up.", _NOT_BY_AN_EDIT),
    "rejected": ("it was not answered at all.", _NOT_BY_AN_EDIT),
    "too long": (
        "it went round and round for four hours, until the carrier hung up.",
        "Give a step that comes again and again an `at_most`, and a `then` that leads to an end.",
    ),
    "": ("it never ended.", _NOT_BY_AN_EDIT),
}


def disappointments(test: CallTest, call: CallRecord, troubles: Sequence[str]) -> Iterator[Finding]:
    """Each expectation of `test` that `call` did not meet; `troubles` are failures that no call may have."""
    expected = test.entry
    for trouble in troubles:
        yield test.finding(f"The call went wrong: {trouble}", _NOT_BY_AN_EDIT, "name")
    if call.ended_by not in _ENDED_BY:
        message, help = _BAD_ENDINGS[call.ended_by]
        yield test.finding(f"The call went wrong: {message}", help, "name")
    volunteers = [one for one in call.timeline if one.what == "hears" and one.who != "caller"]
    yield from _rings(test, call)
    yield from heard(test, "hears", "the caller", call.heard, expected.hears)
    yield from not_heard(test, call.heard, expected.does_not_hear)
    yield from heard(test, "volunteer_hears", "a volunteer", volunteers, expected.volunteer_hears)
    yield from _talks_with(test, call)
    yield from _answered_within(test, call)
    yield from _ended_by(test, call)


def _rings(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    rang = [ring.phone for ring in call.rings]
    for field, wanted, exact in (
        ("rings", test.entry.rings, True),
        ("rings_first", test.entry.rings_first, False),
    ):
        names = [plain(name) for name in wanted or ()]
        seen = rang if exact else rang[: len(names)]
        as_it_is = f"If this is how it should be, write {field}: [{', '.join(map(_quoted, seen))}]"
        place, name, other = _first_difference(names, seen) if wanted is not None else (0, None, None)
        if name is None and other is not None:
            after = f" after {names[-1]}'s" if names else ""
            message = f"Expected no phone to ring{after}, but {other}'s did."
            yield test.finding(message, as_it_is, field)
        elif name is not None:
            instead = f"but {other}'s did" if other else "but no phone did" if not rang else "but no more phones did"
            ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"as number {place + 1}"
            yield test.finding(f"Expected {name}'s phone to ring {ordinal}, {instead}.", as_it_is, field, place)
    for place, written in enumerate(test.entry.never_rings):
        ring = next((one for one in call.rings if one.phone == plain(written)), None)
        if ring is not None:
            message = f"Expected {ring.phone}'s phone not to ring, but it did after {clock_face(ring.at)}."
            help = "Is it their turn at that moment? `hotline who --at` says who is on call."
            yield test.finding(message, help, "never_rings", place)


def _first_difference(wanted: Sequence[str], seen: Sequence[str]) -> tuple[int, str | None, str | None]:
    for place, (one, other) in enumerate(zip_longest(wanted, seen)):
        if one != other:
            return place, one, other
    return 0, None, None


def _talks_with(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    wanted = test.entry.talks_with
    if wanted is None:
        return
    name, talked = plain(wanted), " and then ".join(call.connected_to) or NOBODY
    if name == talked:
        return
    ring = next((one for one in call.rings if one.phone == name), None)
    if name == NOBODY:
        help = "See in the call below who took it, and when."
    elif ring is None:
        help = f"{name}'s phone never rang."
    else:
        told = test.entry.phones.get(wanted, test.entry.phones.get(name))
        does = told.what if told else test.entry.others.what
        help = f"{name}'s phone rang, and does “{does}” in this test."
        if does != "accept":
            help += f" To let {name} take the call, write phones: {{{_quoted(name)}: accept}}"
    message = f"Expected the caller to talk with {name}, but they talked with {talked}."
    yield test.finding(message, help, "talks_with")


def _answered_within(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    limit = test.entry.answered_within
    if limit is None:
        return
    answered = next((ring for ring in call.rings if ring.connected is not None), None)
    if answered is None or answered.connected is None:
        message, help = "but nobody answered", "No phone's owner took the call."
    elif answered.connected <= limit:
        return
    else:
        message = f"but it took {clock_face(answered.connected)}"
        help = f"It was {answered.phone} who answered then."
    yield test.finding(
        f"Expected the caller to be answered within {clock_face(limit)}, {message}.", help, "answered_within"
    )


def _ended_by(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    wanted, ended = test.entry.ended_by, _ENDED_BY.get(call.ended_by)
    if ended is None or wanted in (None, ended):
        return
    help = (
        f"The call lasted {clock_face(call.duration)}. A caller hangs up only where the test has `hangs_up_after`."
        if wanted == "caller"
        else f"The caller hung up after {clock_face(call.duration)}, as `hangs_up_after` says."
    )
    yield test.finding(f"Expected the {wanted} to end the call, but the {ended} did.", help, "ended_by")


def _quoted(name: str) -> str:
    return name if name[:1].isalpha() else f'"{name}"'
