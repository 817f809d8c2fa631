"""The longest wait before a last resort, for a caller who presses nothing while nobody on call can be reached."""

from __future__ import annotations

from hotline.core.calls import spoken
from hotline.core.calls.flow import FixedDial, GoOn, HangUp, Hotline, Hunt, Menu, Step

CHARACTERS_A_SECOND = 15.0
"""The approximate speed of speech."""
MOST_STEPS = 500


def longest_wait(hotline: Hotline) -> int | None:
    """Seconds until a last resort: a step with `dial`, or words that end the call. None: it never comes.

    Follows a silent caller in the flow's first language, with the longest possible hunt. The last phone may start to
    ring just before `max_wait` is over, and rings on.
    """
    flow, rules = hotline.flow, hotline.rota.ringing
    name, visits, spent, hunted = flow.start, dict[str, int](), 0.0, False
    for _ in range(MOST_STEPS):
        step = flow.steps[name]
        visits[name] = visits.get(name, 0) + 1
        if step.at_most is not None and step.instead is not None and visits[name] >= step.at_most:
            name = step.instead
            continue
        if isinstance(step.action, Hunt) and hunted:  # max_wait is over: nobody is rung
            name = step.action.not_answered
            continue
        speech = seconds_of_words(hotline, step)
        match step.action:
            case FixedDial() | HangUp():
                return round(spent + speech)
            case Menu(wait=wait, no_key=no_key):
                spent, name = spent + speech + wait, no_key
            case GoOn(to=to):
                spent, name = spent + speech, to
            case Hunt(between=between, not_answered=not_answered):
                said = between.get(flow.first_language, spoken.BETWEEN.get(flow.first_language, ""))
                spent += max(speech, rules.max_wait + len(said) / CHARACTERS_A_SECOND) + rules.ring_for
                hunted, name = True, not_answered
    return None


def seconds_of_words(hotline: Hotline, step: Step) -> float:
    """Return how many seconds the words of a step take in the flow's first language, spoken or recorded."""
    language = hotline.flow.first_language
    recorded = hotline.sounds.get((step.play, language)) if step.play else None
    return recorded.seconds if recorded else len(step.say.get(language, "")) / CHARACTERS_A_SECOND
