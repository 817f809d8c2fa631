"""The words that each sound of a hotline stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hotline.core.calls import spoken
from hotline.core.calls.flow import Hotline, Hunt
from hotline.core.calls.reply import Say


def recorded_words(hotline: Hotline) -> Iterator[Say]:
    """Return the words of steps, of those who wait, and of the screening that have a sound."""
    flow = hotline.flow
    for step in flow.steps.values():
        for code, text in step.say.items():
            if code in flow.languages and (sound := hotline.sound(step.play, code)):
                yield Say(text, flow.languages[code], sound)
        if isinstance(step.action, Hunt):
            yield from _hold(hotline, step.action)
    for line in hotline.everyone():
        yield from (said for said in screening_words(line) if said.sound)


def screening_words(hotline: Hotline) -> Iterator[Say]:
    """Return what volunteers hear first, in each language of the flow, with the sound that stands for it, if any."""
    flow, rules = hotline.flow, hotline.rota.ringing
    names = {"name": flow.name, "accept": rules.accept_key, "pass_on": rules.pass_key}
    for code in flow.languages:
        said = spoken.spoken(flow, code, rules.say, spoken.SCREENING, **names)
        if said is not None:
            yield replace(said, sound=hotline.sound(rules.play, code))


def _hold(hotline: Hotline, hunt: Hunt) -> Iterator[Say]:
    for code in hotline.flow.languages:
        for place in range(len(hunt.hold_play.get(code, ()))):
            said = spoken.hold(hotline, code, hunt, place)
            if said is not None and said.sound:
                yield said
