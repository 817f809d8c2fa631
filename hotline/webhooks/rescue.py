"""The rescue when answering a webhook fails, for any reason: an apology, and the backup's phones.

The last handler. It shares as little as possible with the parts that may have failed: no service, no live state, no
sealed positions, no rendering of replies. Its position in the call is a count in the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from hotline.carrier.twiml import dial_timeout
from hotline.core.calls import spoken
from hotline.core.calls.flow import Flow, Hotline
from hotline.core.calls.reply import Say
from hotline.core.calls.transitions import LONGEST_TALK
from hotline.core.rota.absence import Absence
from hotline.ports import Absences, Clock, Directory, Notices
from hotline.webhooks.webhook import Webhook, as_twiml

NOTHING_ELSE = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="en-US">I\'m sorry, this line is out of order just '
    "now. Please call again in a few minutes.</Say><Hangup/></Response>"
)
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_LISTEN_FOR = 6
_RING_FOR = 20
_PLAIN = '<Say language="en-US">{}</Say>'
_NAMELESS = "a hotline of yours"
"""The words if not even a name is known."""


class Rescue:
    """Keeps a caller whose call failed on our side. `prefix` is the path of the public address, "" for none."""

    def __init__(self, directory: Directory, absences: Absences, clock: Clock, prefix: str, notice: Notices) -> None:
        self._directory = directory
        self._absences = absences
        self._clock = clock
        self._prefix = prefix
        self._notice = notice

    def add_routes(self, voice: Blueprint) -> None:
        """The addresses the carrier comes back to during a rescue."""

        def rung() -> Response:
            hook = Webhook.of(request)
            if hook.over or hook.bridged:
                return as_twiml(EMPTY)
            count = request.args.get("n", "0")
            return self._guarded(hook, int(count) if count.isascii() and count.isdigit() else 0)

        def screening() -> Response:
            return self.answer(Webhook.of(request, volunteers_leg=True), volunteers_leg=True)

        def screened() -> Response:
            hook = Webhook.of(request, volunteers_leg=True)
            hotline = self._hotline(hook)
            if hotline is None:
                accepted = hook.key == "1" and bool(self._directory.stranded(hook.line))
            else:
                accepted = hook.key == hotline.rota.ringing.accept_key
            return as_twiml(EMPTY if accepted else _document("<Hangup/>"))

        voice.add_url_rule("/voice/rescue", "rescue", rung, methods=["GET", "POST"])
        voice.add_url_rule("/voice/rescue/screening", "rescue_screening", screening, methods=["GET", "POST"])
        voice.add_url_rule("/voice/rescue/screened", "rescue_screened", screened, methods=["GET", "POST"])

    def answer(self, hook: Webhook, volunteers_leg: bool) -> Response:
        """Continue a call whose webhook failed."""
        if hook.over:
            return as_twiml(EMPTY)
        if not volunteers_leg:
            return self._guarded(hook, 0)
        try:
            return as_twiml(self._screen(hook))
        except Exception:  # noqa: BLE001 - the caller goes on to the next volunteer
            return as_twiml(_document("<Hangup/>"))

    def _guarded(self, hook: Webhook, count: int) -> Response:
        try:
            return as_twiml(self._ring(hook, count))
        except Exception as error:  # noqa: BLE001 - the last words must be spoken
            self._notice("rescue_failed", error=type(error).__name__)
            return as_twiml(NOTHING_ELSE)

    def _ring(self, hook: Webhook, count: int) -> str:
        hotline = self._hotline(hook)
        if hotline is None:
            return self._ring_stranded(hook, count)
        flow, phones = hotline.flow, self._phones(hotline)
        if count >= len(phones):
            return _document(_say(_words(flow, {}, spoken.GOODBYE)) + "<Hangup/>")
        apology = _say(_words(flow, flow.apology, spoken.APOLOGY)) if count == 0 else ""
        rung = quoteattr(f"{self._prefix}/voice/rescue?n={count + 1}")
        screening = quoteattr(f"{self._prefix}/voice/rescue/screening")
        return _document(
            f'{apology}<Dial action={rung} method="POST" callerId={quoteattr(flow.number)} answerOnBridge="true" '
            f'timeout="{dial_timeout(hotline.rota.ringing.ring_for)}" timeLimit="{LONGEST_TALK}">'
            f'<Number url={screening} method="POST">{escape(phones[count])}</Number></Dial>'
        )

    def _ring_stranded(self, hook: Webhook, count: int) -> str:
        """An apology and the backup of a number whose files cannot be used. Never another hotline's people."""
        phones = self._directory.stranded(hook.line)
        if count >= len(phones):
            return NOTHING_ELSE
        apology = "" if count else _PLAIN.format(escape(spoken.APOLOGY["en"]))
        return _document(
            f'{apology}<Dial action={quoteattr(f"{self._prefix}/voice/rescue?n={count + 1}")} method="POST" '
            f'callerId={quoteattr(hook.line)} answerOnBridge="true" timeout="{dial_timeout(_RING_FOR)}" '
            f'timeLimit="{LONGEST_TALK}"><Number url={quoteattr(f"{self._prefix}/voice/rescue/screening")} '
            f'method="POST">{escape(phones[count])}</Number></Dial>'
        )

    def _screen(self, hook: Webhook) -> str:
        hotline = self._hotline(hook)
        if hotline is None:
            if not self._directory.stranded(hook.line):
                return _document("<Hangup/>")
            said = spoken.FALLBACK_SCREENING["en"].format(name=_NAMELESS, accept="1")
            return self._asked(_PLAIN.format(escape(said)))
        flow, ringing = hotline.flow, hotline.rota.ringing
        keys = {"name": flow.name, "accept": ringing.accept_key, "pass_on": ringing.pass_key}
        prompt = _say(_words(flow, ringing.say, spoken.SCREENING, **keys))
        return self._asked(prompt)

    def _asked(self, prompt: str) -> str:
        screened = quoteattr(f"{self._prefix}/voice/rescue/screened")
        return _document(
            f'<Gather action={screened} method="POST" numDigits="1" finishOnKey="" timeout="{_LISTEN_FOR}">'
            f"{prompt}</Gather><Hangup/>"
        )

    def _hotline(self, hook: Webhook) -> Hotline | None:
        return self._directory.by_number(hook.line) or self._directory.any()

    def _phones(self, hotline: Hotline) -> list[str]:
        """The backup first, as the backup is for this, then the volunteers on call if they can be worked out.

        Without volunteers who are off, if that is known.
        """
        rota = hotline.rota
        try:
            now = self._clock()
            who = hotline.schedule.with_absences(self._off(rota.id)).at(now)
            if who.nobody:  # a caller is on the line: ring even those who are off
                who = hotline.schedule.at(now)
            volunteers = (*who.backup, *who.on_call)
        except Exception:  # noqa: BLE001 - the backup needs no working out
            volunteers = rota.backup
        return [rota.volunteers[fromkey].phone for fromkey in dict.fromkeys(volunteers)]

    def _off(self, rota: str) -> Sequence[Absence]:
        try:
            return self._absences.of(rota)
        except Exception:  # noqa: BLE001 - rather ring someone who is off than nobody
            return ()


def _words(flow: Flow, own: Mapping[str, str], default: Mapping[str, str], **names: str) -> Say:
    return spoken.surely_spoken(flow, flow.first_language, own, default, **names)


def _say(say: Say) -> str:
    voice = f" voice={quoteattr(say.language.voice)}" if say.language.voice else ""
    return f"<Say language={quoteattr(say.language.locale)}{voice}>{escape(say.text)}</Say>"


def _document(verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'
