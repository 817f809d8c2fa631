"""The longest wait before a last resort, for a caller who presses nothing while nobody on call can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from hotline.core.calls import spoken
from hotline.core.calls.flow import Continue, FixedDial, Goodbye, Hotline, Hunt, Menu, Step

CHARACTERS_A_SECOND = 15.0
"""The approximate speed of speech."""
MOST_STEPS = 500


@dataclass(slots=True)
class _Waiting:
    """A caller's way so far: seconds, and those at the first `ring` step. `most`: the longest `max_wait` on the way."""

    spent: float = 0.0
    since: float | None = None
    most: int = 0

    def ring(self, hotline: Hotline, step: str, hunt: Hunt, speech: float) -> None:
        """Wait at a `ring` step for as long as its rota's rules allow."""
        rules = hotline.at(step).rota.ringing
        since = self.spent if self.since is None else self.since
        left = rules.max_wait - (self.spent - since)
        if left <= 0 or not hotline.can_ring(step):  # nobody is rung
            return
        said = _longest_said(hotline, hunt, rules.several)
        self.spent += max(speech, left + said) + rules.ring_for
        self.since, self.most = since, max(self.most, rules.max_wait)


def longest_wait(hotline: Hotline, start: str | None = None) -> tuple[int | None, int]:
    """Return seconds until a last resort, and the longest `max_wait` of the rotas rung on the way.

    The second is the own rota's if none is rung. A last resort is a step with `dial`, or words that end the call. None:
    it never comes. Follows a silent caller from the step `start`, or from the first, in the flow's first language, with
    the longest possible hunts. The last phone may start to ring just before `max_wait` is over, and rings on.

    With `at_once` or `stagger` it is an upper bound: everyone has been tried sooner, but a caller whom no round helps
    waits until `max_wait` all the same. `ring_early` only starts the hunt sooner, so it makes the wait no longer.
    """
    flow, visits, waiting = hotline.flow, dict[str, int](), _Waiting()
    name = start or flow.start
    for _ in range(MOST_STEPS):
        step = flow.steps[name]
        visits[name] = visits.get(name, 0) + 1
        if step.at_most is not None and step.instead is not None and visits[name] >= step.at_most:
            name = step.instead
            continue
        speech = seconds_of_words(hotline, step)
        match step.action:
            case FixedDial() | Goodbye():
                return round(waiting.spent + speech), waiting.most or hotline.rota.ringing.max_wait
            case Menu(wait=wait, no_key=no_key):
                waiting.spent, name = waiting.spent + speech + wait, no_key
            case Continue(to=to):
                waiting.spent, name = waiting.spent + speech, to
            case Hunt(not_answered=not_answered):
                waiting.ring(hotline, name, step.action, speech)
                name = not_answered
    return None, waiting.most


def seconds_of_words(hotline: Hotline, step: Step) -> float:
    """Return how many seconds the words of a step take in the flow's first language, spoken or recorded."""
    language = hotline.flow.first_language
    return _seconds(hotline, step.say.get(language, ""), step.play, language)


def _longest_said(hotline: Hotline, hunt: Hunt, several: bool) -> float:
    """Return the seconds of the longest words that may just have begun when `max_wait` is over."""
    language = hotline.flow.first_language
    said = [_seconds(hotline, hunt.between.get(language, spoken.BETWEEN.get(language, "")), None, language)]
    if several:
        played = hunt.hold_play.get(language, ())
        said += [
            _seconds(hotline, text, sound, language)
            for text, sound in zip_longest(hunt.hold.get(language, ()), played, fillvalue="")
        ]
        said.append(_seconds(hotline, hunt.way_out_say.get(language, ""), None, language))
    return max(said)


def _seconds(hotline: Hotline, text: str, sound: str | None, language: str) -> float:
    recorded = hotline.sounds.get((sound, language)) if sound else None
    return recorded.seconds if recorded else len(text) / CHARACTERS_A_SECOND
