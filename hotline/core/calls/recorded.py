"""Which words each sound of a hotline stands for."""

from __future__ import annotations

from collections.abc import Iterator

from hotline.core.calls import spoken
from hotline.core.calls.flow import Hotline
from hotline.core.calls.reply import Say


def recorded_words(hotline: Hotline) -> Iterator[Say]:
    """Return the words of each step, and of the screening, that have a sound."""
    flow, rules = hotline.flow, hotline.rota.ringing
    for step in flow.steps.values():
        for code, text in step.say.items():
            if code in flow.languages and (sound := hotline.sound(step.play, code)):
                yield Say(text, flow.languages[code], sound)
    names = {"name": flow.name, "accept": rules.accept_key, "pass_on": rules.pass_key}
    for code in flow.languages:
        said = spoken.spoken(flow, code, rules.say, spoken.SCREENING, **names)
        if said is not None and (sound := hotline.sound(rules.play, code)):
            yield Say(said.text, said.language, sound)
