"""Replies as TwiML. Verbs and attributes after Twilio docs: voice/twiml, within the limits that carriers have.

Building a document costs more than all else in answering a webhook, and most calls get the same few. So documents are
cached with placeholders for their addresses, which differ from call to call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from xml.sax.saxutils import escape

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.core.calls.position import Position
from hotline.core.calls.reply import (
    Accept,
    Connect,
    Enqueue,
    HangUp,
    KeepWaiting,
    Leave,
    Listen,
    OfferWayOut,
    Pause,
    Redirect,
    Reply,
    RingVolunteer,
    Say,
    Screen,
    TakeCaller,
    Verb,
)
from hotline.core.calls.several import hunt_name
from hotline.core.calls.sound import LANGUAGE

Address = Callable[[str, Position], str]
"""Builds the address for the carrier's next request, from a route's name below and the position."""
SoundAddress = Callable[[str], str]
"""Builds the address of a sound from its `Sound.file`."""

KEY, NEXT, RUNG, DIALLED, SCREENING, SCREENED, LEG = "key", "next", "rung", "dialled", "screening", "screened", "leg"
WAITING, LEFT, WAY_OUT, BRIDGED, TALKED = "waiting", "left", "out", "bridged", "talked"
_OWN_QUEUE, _CALLERS_QUEUE = "<own>", "<caller's>"
"""Marks in place of a route: the name of the queue, by the caller's position and by a volunteer's."""
_TAKE_FOR = 5
"""Seconds that a volunteer waits for the caller to come into the queue."""

_CONNECT_FOR = 30
_ADDED, _LEAST = 5, 5
"""Seconds that the carrier adds to a dial's time-out, and the shortest it takes (Twilio docs: voice/twiml/dial)."""
# The marks are characters that XML cannot contain, so no words can look like a placeholder.
_PLACE, _PLACES = "\x01{}\x02", re.compile("\x01([0-9a-z.]+)\x02")


def render(reply: Reply, address: Address, sound: SoundAddress = str) -> str:
    """The TwiML document for a reply."""
    pieces = _document(reply)
    if len(pieces) == 1:
        return pieces[0]
    targets = _targets(reply)

    def filled(piece: str) -> str:
        return _filled(targets[int(piece)], address) if piece.isdigit() else sound(piece)

    return "".join(filled(piece) if odd % 2 else piece for odd, piece in enumerate(pieces))


def dial_timeout(ring_for: int) -> int:
    """The timeout with which the carrier lets a phone ring for so many seconds."""
    return max(_LEAST, ring_for - _ADDED)


def render_texts(texts: Sequence[str]) -> str:
    """The document that answers a text with texts, or with none (Twilio docs: messaging/twiml/message)."""
    response = MessagingResponse()
    for text in texts:
        response.message(text)
    return str(response)


def _filled(target: tuple[str, Position], address: Address) -> str:
    route, position = target
    if route == _OWN_QUEUE:
        return hunt_name(position)
    if route == _CALLERS_QUEUE:
        return position.token
    return escape(address(route, position), {'"': "&quot;"})


def _targets(reply: Reply) -> list[tuple[str, Position]]:
    """Return the target of each placeholder of the document, in the order of `_document`."""
    targets: list[tuple[str, Position]] = []
    for verb in reply:
        match verb:
            case Listen(position=position):
                targets += [(KEY, position), (NEXT, position)]
            case Redirect(position=position):
                targets.append((NEXT, position))
            case RingVolunteer(position=position):
                targets += [(RUNG, position), (SCREENING, position), (LEG, position)]
            case Enqueue(position=position):
                targets += [(LEFT, position), (WAITING, position), (_OWN_QUEUE, position)]
            case KeepWaiting(position=position):
                targets.append((WAITING, position))
            case OfferWayOut(position=position):
                targets += [(WAY_OUT, position), (WAITING, position)]
            case TakeCaller(position=position):
                targets += [(TALKED, position), (BRIDGED, position), (_CALLERS_QUEUE, position)]
            case Connect(position=position):
                targets.append((DIALLED, position))
            case Screen(position=position):
                targets.append((SCREENED, position))
    return targets


@lru_cache(4096)
def _document(reply: Reply) -> tuple[str, ...]:
    """The document in pieces: text, then alternately a placeholder and text.

    A placeholder is a number, or the `file` of a sound.
    """
    response = VoiceResponse()
    places = map(_PLACE.format, count())
    for verb in reply:
        _append(response, verb, places)
    return tuple(_PLACES.split(str(response)))


def _append(response: VoiceResponse, verb: Verb, places: Iterator[str]) -> None:
    match verb:
        case Say() | Pause():
            _speak(response, (verb,))
        case Listen(words=words, wait=wait):
            _speak(_gather(response, next(places), wait), words)
            # Silence falls through a Gather to the next verb; with none, the carrier would drop the caller.
            response.redirect(next(places), method="POST")
        case Redirect() | KeepWaiting():
            response.redirect(next(places), method="POST")
        case Enqueue():
            left, waiting, name = next(places), next(places), next(places)
            response.enqueue(name, action=left, method="POST", wait_url=waiting, wait_url_method="POST")
        case OfferWayOut(words=words, wait=wait):
            _speak(_gather(response, next(places), wait), words)
            response.redirect(next(places), method="POST")
        case Leave():
            response.leave()
        case TakeCaller(talk_for=talk_for):
            dial = response.dial(action=next(places), method="POST", timeout=_TAKE_FOR, time_limit=talk_for)
            bridged = next(places)
            dial.queue(next(places), url=bridged, method="POST")
        case RingVolunteer(phone=phone, caller_id=caller_id, ring_for=ring_for, talk_for=talk_for):
            dial = _dial(response, next(places), caller_id, ring_for, talk_for)
            screening, leg = next(places), next(places)
            dial.number(
                phone,
                url=screening,
                method="POST",
                status_callback=leg,
                status_callback_method="POST",
                status_callback_event="completed",
            )
        case Connect(number=number, caller_id=caller_id, talk_for=talk_for):
            _dial(response, next(places), caller_id, _CONNECT_FOR, talk_for).number(number)
        case Screen(words=words, wait=wait):
            _speak(_gather(response, next(places), wait), words)
        case HangUp():
            response.hangup()
        case Accept():
            pass  # reaching the end of a screening document connects


def _speak(to: VoiceResponse | Gather, words: tuple[Say | Pause, ...]) -> None:
    for word in words:
        if isinstance(word, Pause):
            to.pause(length=word.seconds)
        elif word.sound:
            # The language changes nothing: it tells readers of the document, and rehearsals, which words these are.
            to.play(f"{_PLACE.format(word.sound)}?{LANGUAGE}={word.language.code}")
        else:
            to.say(word.text, language=word.language.locale, voice=word.language.voice)


def _gather(response: VoiceResponse, action: str, wait: int) -> Gather:
    # An empty finishOnKey makes "#" a key like any other.
    return response.gather(action=action, method="POST", num_digits=1, timeout=wait, finish_on_key="")


def _dial(response: VoiceResponse, action: str, caller_id: str, ring_for: int, talk_for: int) -> Dial:
    return response.dial(
        action=action,
        method="POST",
        caller_id=caller_id,
        timeout=dial_timeout(ring_for),
        time_limit=talk_for,
        answer_on_bridge=True,
    )
