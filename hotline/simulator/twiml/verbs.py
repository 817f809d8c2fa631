"""The verbs of TwiML on a leg, except Dial (Twilio docs: voice/twiml/*)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from hotline.simulator.line.legs import Key, Leg
from hotline.simulator.line.tasks import Steps, receive, sleep
from hotline.simulator.line.webhooks import Undelivered
from hotline.simulator.twiml.interpreter import Outcome, Perform, Scene
from hotline.simulator.twiml.reading import Element
from hotline.simulator.twiml.sounds import wav_seconds

FOREVER = 1000
"""The number of repeats for a loop of 0."""


def speak(leg: Leg, element: Element, scene: Scene) -> float:
    """Begin a Say, Play or Pause, once. Returns how many seconds it takes."""
    quirks = leg.carrier.quirks
    if element.name == "Pause":
        return float(element.attributes.get("length", "1"))
    if element.name == "Play":
        return _play(leg, element, scene)
    text = " ".join(element.text.split())
    leg.hear(text, element.attributes.get("language", "en-US"), element.attributes.get("voice", "man"))
    return len(text) / quirks.characters_per_second


def _play(leg: Leg, element: Element, scene: Scene) -> float:
    digits = element.attributes.get("digits")
    if digits is not None:
        leg.hear(f"[tones] {digits}")
        return 0.5 * len(digits)
    url = urljoin(scene.url, element.text.strip())
    ours = urlsplit(url).netloc == urlsplit(leg.carrier.transport.public_url).netloc
    body = _fetch_sound(leg, url) if ours else b""
    if body is None:
        return 0.0
    recordings = leg.carrier.recordings.items()
    known = next((one for (part, end), one in recordings if part in url and url.endswith(end)), None)
    if known is not None:
        leg.hear(known.text, known.language)
        return known.seconds
    leg.hear(f"[sound] {url}")
    seconds = wav_seconds(body)
    return leg.carrier.quirks.play_seconds if seconds is None else seconds


def _fetch_sound(leg: Leg, url: str) -> bytes | None:
    """Request a sound file, without the standard parameters; those of other hosts are taken to be there.

    Returns None if there is nothing to play.
    """
    try:
        answer = leg.carrier.webhooks.ask(url, "GET", {}, {}).answer
    except Undelivered as error:
        leg.carrier.violate(leg, error.code, f"sound file: {error}", url)
        return None
    if answer.status >= 400:
        leg.carrier.violate(leg, "11217", f"the sound file was answered {answer.status}", url)
    elif not answer.header("content-type").startswith("audio/"):
        leg.carrier.violate(leg, "12300", f"a sound file cannot be {answer.header('content-type')!r}", url)
    else:
        return answer.body
    return None


def _loops(element: Element) -> int:
    return int(element.attributes.get("loop", "1")) or FOREVER


def say_or_play(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Speak or play to the end; keys have no effect meanwhile."""
    leg.answer()
    for _ in range(_loops(element)):
        yield from sleep(leg.carrier.clock, speak(leg, element, scene))
    return None


def pause(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Wait in silence; as the first verb, before the call is answered."""
    yield from sleep(leg.carrier.clock, speak(leg, element, scene))
    leg.answer()
    return None


def gather(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Speak the nested verbs until a key comes, take keys, and request `action`.

    Without a key, continue with the next verb.
    """
    if "speech" in element.attributes.get("input", "dtmf"):
        leg.carrier.violate(leg, "not-simulated", "Gather: this simulator does not know speech input", scene.url)
    leg.answer()
    leg.listening = True
    try:
        first = yield from _prompt(leg, element, scene)
        digits = yield from _digits(leg, element, first)
    finally:
        leg.listening = False
        leg.gathers += 1
    empty_counts = element.attributes.get("actionOnEmptyResult") == "true"
    if not digits and not empty_counts:
        return None
    return scene.ask(element.attributes.get("action"), element.attributes.get("method"), {"Digits": digits})


def _prompt(leg: Leg, element: Element, scene: Scene) -> Steps[Key | None]:
    """The key that broke into the prompt, or None at its end."""
    for child in element.children:
        for _ in range(_loops(child)):
            key = yield from receive(leg.carrier.clock, speak(leg, child, scene), Key)
            if isinstance(key, Key):
                return key
    return None


def _digits(leg: Leg, element: Element, first: Key | None) -> Steps[str]:
    """The keys pressed, without the finishing one."""
    timeout = float(element.attributes.get("timeout", "5"))
    finish = element.attributes.get("finishOnKey", "#")
    wanted = int(element.attributes.get("numDigits", "0"))
    digits = ""
    key: object = first
    if first is None:
        leg.listen(timeout)
        key = yield from receive(leg.carrier.clock, timeout, Key)
    while isinstance(key, Key):
        if key.digit == finish:
            return digits
        digits += key.digit
        if len(digits) == wanted:
            return digits
        key = yield from receive(leg.carrier.clock, timeout, Key)
    return digits


def redirect(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Continue with another document; the rest is never reached."""
    yield from ()
    return scene.ask(element.text.strip(), element.attributes.get("method"))


def hangup(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """End the leg; as the first verb it is still answered, and billed."""
    yield from ()
    leg.answer()
    return "hung up"


def reject(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Refuse the call without answering. Once answered, it has no effect."""
    yield from ()
    if leg.answered is not None:
        leg.carrier.violate(leg, "12200", "Reject works as the first verb only", scene.url)
        return None
    leg.status = "busy" if element.attributes.get("reason") == "busy" else "no-answer"
    return "rejected"


SCREENING_VERBS: Mapping[str, Perform] = {
    "Say": say_or_play,
    "Play": say_or_play,
    "Gather": gather,
    "Hangup": hangup,
}
"""The top-level verbs of a Number's url document (Twilio docs: voice/twiml/number)."""

CALL_VERBS: Mapping[str, Perform] = {**SCREENING_VERBS, "Pause": pause, "Redirect": redirect, "Reject": reject}
"""The top-level verbs of a caller's document, besides Dial."""
