"""Whether a call came out as its test expects; where it did not, what happened instead, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Protocol

from hotline.files.call_tests import CallTest, plain
from hotline.files.finding import Finding
from hotline.files.shape_call_tests import NOBODY, Words
from hotline.files.unreadable import clip
from hotline.simulator import CallRecord
from hotline.simulator.events import clock_face

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_LONGEST_QUOTE = 100
_LIKE = 0.5
_BY_HOTLINE = ("hung up", "finished")


class Spoken(Protocol):
    """Something that was spoken; `at` in seconds since the call began, `language` as the carrier names it."""

    @property
    def at(self) -> float: ...

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...


def disappointments(test: CallTest, call: CallRecord, troubles: Sequence[str]) -> Iterator[Finding]:
    """Each expectation of `test` that `call` did not meet; `troubles` are failures that no call may have."""
    expected = test.entry
    for trouble in troubles:
        help = "No edit of yours should be able to do this: please report it, with the files."
        yield test.finding(f"The call went wrong: {trouble}", help, "name")
    volunteers = [one for one in call.timeline if one.what == "hears" and one.who != "caller"]
    yield from _rings(test, call)
    yield from _heard(test, "hears", "the caller", call.heard, expected.hears)
    yield from _not_heard(test, call)
    yield from _heard(test, "volunteer_hears", "a volunteer", volunteers, expected.volunteer_hears)
    yield from _talks_with(test, call)
    yield from _answered_within(test, call)
    if expected.ended_by is not None and not troubles:
        yield from _ended_by(test, call, expected.ended_by)


def _rings(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    rang = [ring.phone for ring in call.rings]
    story = f"The phones that rang: {', '.join(rang)}." if rang else "No phone rang."
    for field, wanted, exact in (
        ("rings", test.entry.rings, True),
        ("rings_first", test.entry.rings_first, False),
    ):
        names = [plain(name) for name in wanted or ()]
        seen = rang if exact else rang[: len(names)]
        as_it_is = f"{story} If that is as it should be, write {field}: [{', '.join(map(_quoted, seen))}]"
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
            yield test.finding(message, story, "never_rings", place)


def _first_difference(wanted: Sequence[str], seen: Sequence[str]) -> tuple[int, str | None, str | None]:
    for place, (one, other) in enumerate(zip_longest(wanted, seen)):
        if one != other:
            return place, one, other
    return 0, None, None


def _heard(
    test: CallTest, field: str, who: str, spoken: Sequence[Spoken], wanted: Sequence[Words]
) -> Iterator[Finding]:
    """The first words that were not heard after those before them; what follows cannot be judged."""
    piece, offset = 0, 0
    for place, words in enumerate(wanted):
        found = _find(test, spoken, words, piece, offset)
        if found is None:
            before = clip(wanted[place - 1].text) if place else ""
            after = f" after “{before}”" if before else ""
            in_language = f" in `{words.language}`" if words.language else ""
            message = (
                f"Expected {who} to hear “{clip(words.text, _LONGEST_QUOTE)}”{in_language}{after}, but they did not."
            )
            yield test.finding(message, _instead(test, spoken, words, before), field, place)
            return
        piece, offset = found


def _find(
    test: CallTest, spoken: Sequence[Spoken], words: Words, piece: int = 0, offset: int = 0
) -> tuple[int, int] | None:
    """Where the words end: the piece of speech, and the place in it. Looked for from such a spot on."""
    wanted = _plain(words.text)
    locale = test.hotline.flow.languages[words.language].locale if words.language else None
    for number in range(piece, len(spoken)):
        if locale is None or spoken[number].language == locale:
            at = _plain(spoken[number].text).find(wanted, offset if number == piece else 0)
            if at >= 0:
                return number, at + len(wanted)
    return None


def _instead(test: CallTest, spoken: Sequence[Spoken], words: Words, before: str) -> str:
    """What was said instead: the words elsewhere or in another language, or whatever is most like them."""
    if not spoken:
        return "Nothing was said to them."
    anywhere = _find(test, spoken, Words(words.text))
    if anywhere is not None:
        said = spoken[anywhere[0]]
        if words.language and _find(test, spoken, words) is None:
            return f"It was said in {said.language}, at {clock_face(said.at)}."
        return f"It was said at {clock_face(said.at)}, before “{before}”. Put the two in the order they are said."
    wanted = _plain(words.text)
    like = max(spoken, key=lambda one: _likeness(wanted, _plain(one.text)))
    nearest = f"“{clip(like.text, _LONGEST_QUOTE)}”"
    if _likeness(wanted, _plain(like.text)) >= _LIKE:
        return f"Most like it is what was said at {clock_face(like.at)}: {nearest}"
    return f"The last words they heard: “{clip(spoken[-1].text, _LONGEST_QUOTE)}”"


def _likeness(wanted: str, said: str) -> float:
    blocks = SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 2) / len(wanted)


def _not_heard(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    for place, words in enumerate(test.entry.does_not_hear):
        found = _find(test, call.heard, words)
        if found is not None:
            said = call.heard[found[0]]
            message = f"Expected the caller not to hear “{clip(words.text, _LONGEST_QUOTE)}”, but they did."
            help = f"It was said at {clock_face(said.at)}: “{clip(said.text, _LONGEST_QUOTE)}”"
            yield test.finding(message, help, "does_not_hear", place)


def _talks_with(test: CallTest, call: CallRecord) -> Iterator[Finding]:
    wanted = test.entry.talks_with
    if wanted is None:
        return
    name, talked = plain(wanted), " and then ".join(call.connected_to) or NOBODY
    if name == talked:
        return
    ring = next((one for one in call.rings if one.phone == name), None)
    if name == NOBODY:
        help = "See below who took the call, and when."
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


def _ended_by(test: CallTest, call: CallRecord, wanted: str) -> Iterator[Finding]:
    ended = "hotline" if call.ended_by in _BY_HOTLINE else call.ended_by
    if ended == wanted:
        return
    help = (
        f"The call lasted {clock_face(call.duration)}. A caller hangs up only where the test has `hangs_up_after`."
        if wanted == "caller"
        else f"The caller hung up after {clock_face(call.duration)}, as `hangs_up_after` says."
    )
    yield test.finding(f"Expected the {wanted} to end the call, but the {ended} did.", help, "ended_by")


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).casefold()


def _quoted(name: str) -> str:
    return name if name[:1].isalpha() else f'"{name}"'
