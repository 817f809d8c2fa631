"""Webhooks as the carrier would send them, to our own public address: what a test call is made of.

Nothing is followed that a carrier would not follow for us in good health: a redirect, a certificate that does not fit
and a slow answer are all told of in words.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlencode, urljoin, urlsplit, urlunsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from hotline.carrier.signature import SIGNATURE_HEADER, signed_bases
from hotline.core.calls.heartbeat import CALLER, FIELD, mark
from hotline.core.wording import Wording
from hotline.errors import LineUnreachable

PATIENCE = 10.0
"""Seconds to connect, and to wait for each part of the answer. A carrier gives up after 15 in all."""
_MOST_BYTES = 64 * 1024
"""Of an answer; a carrier reads no more TwiML than that (Twilio docs: errors/11750)."""
_SENT_BY = {"User-Agent": "Hotline heartbeat"}


@dataclass(frozen=True, slots=True)
class SyntheticAnswer:
    """The answer to a webhook: HTTP's status and Date header ("" for none), the TwiML, and in how many seconds."""

    status: int
    body: str
    date: str
    took: float
    url: str


@dataclass(frozen=True, slots=True)
class HeardDocument:
    """A TwiML document as a caller meets it: what is spoken, which verbs there are, and where silence leads."""

    texts: tuple[str, ...]
    verbs: tuple[str, ...]
    silence: str | None
    positions: tuple[str, ...]


class PublicLine:
    """The hotline at its public address, asked like a carrier asks. Each method raises LineUnreachable."""

    def __init__(self, public_url: str, token: str, patience: float = PATIENCE) -> None:
        self._public = public_url.rstrip("/")
        self._signed_as = signed_bases(public_url)[0]
        self._validator = RequestValidator(token)
        self._patience = patience

    def post(self, target: str, params: Mapping[str, str], *, signed: bool = True) -> SyntheticAnswer:
        """Send one webhook: `target` is a path with its query, below the public address or from its root as TwiML has
        it."""
        path = self._below(target)
        signature = self._validator.compute_signature(self._signed_as + path, dict(params)) if signed else ""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", SIGNATURE_HEADER: signature}
        return self._ask("POST", path, urlencode(params), headers)

    def get(self, path: str) -> SyntheticAnswer:
        """An unsigned look at an address below the public one."""
        return self._ask("GET", path, None, {})

    def connect(self) -> http.client.HTTPConnection:
        """A connection for one request; not opened yet."""
        parts = urlsplit(self._public)
        return _connection(parts.scheme, parts.hostname or "", parts.port, self._patience)

    def _below(self, target: str) -> str:
        """The rest of an address below ours, which is what is signed after the base."""
        try:
            url = urljoin(f"{self._public}/voice", target)
        except ValueError:
            url = ""
        if target.startswith("/") and not url.startswith(f"{self._public}/"):
            url = self._public + target
        if not url.startswith(f"{self._public}/"):
            raise LineUnreachable(
                Wording("It sends the carrier to another address than the public one."),
                Wording("Check whether something between the carrier and Hotline rewrites its answers."),
            )
        return url.removeprefix(self._public)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> SyntheticAnswer:
        parts = urlsplit(self._public)
        began = time.perf_counter()
        connection = self.connect()
        if parts.username is not None:  # a carrier sends them, too, once it is asked to
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        try:
            connection.request(method, parts.path.rstrip("/") + path, body, {**_SENT_BY, **headers})
            response = connection.getresponse()
            text = response.read(_MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise _told(error, parts.hostname or "", self._patience) from None
        finally:
            connection.close()
        if response.status in {301, 302, 303, 307, 308}:
            to = urlsplit(response.headers.get("Location", ""))
            raise LineUnreachable(
                Wording(
                    "It redirects to %(address)s (HTTP %(status)s).",
                    address=f"{to.scheme}://{to.netloc}{to.path}",
                    status=response.status,
                )
                if to.netloc
                else Wording("It redirects (HTTP %(status)s).", status=response.status),
                Wording(
                    "Set HOTLINE_PUBLIC_URL to the address that answers by itself: the carrier's signature covers it."
                ),
            )
        if len(text) > _MOST_BYTES:
            raise LineUnreachable(
                Wording("Its answer is longer than 64 kB."), Wording("Carriers accept no longer answer. See the logs.")
            )
        took = time.perf_counter() - began
        date = response.headers.get("Date", "")
        return SyntheticAnswer(response.status, text.decode("utf-8", "replace"), date, took, self._public + path)


class SyntheticCalls:
    """Fits `hotline.services.heartbeat.WayIn`: calls that say what they are by a mark, from an account's number."""

    def __init__(self, line: PublicLine, account_sid: str, token: str) -> None:
        self._line = line
        self._account = account_sid
        self._token = token

    def ask(self, target: str, number: str, call: str, *, signed: bool = True) -> SyntheticAnswer:
        """Send one webhook of a call to a number, and return whatever comes back."""
        params = {
            "AccountSid": self._account,
            "ApiVersion": "2010-04-01",
            "CallSid": call,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "From": CALLER,
            "To": number,
            FIELD: mark(call, self._token),
        }
        return self._line.post(target, params, signed=signed)

    def step(self, target: str, number: str, call: str) -> tuple[HeardDocument, float]:
        """Take one step of a call, and return what was heard."""
        answer = self.ask(target, number, call)
        if answer.status != 200:
            raise _refused(answer.status)
        return read_document(answer.body), answer.took


def ping(url: str, patience: float = PATIENCE) -> None:
    """Tell an outside watcher that all is well. Its address is a secret, and in no message."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, patience)
    try:
        connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=_SENT_BY)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        told = _told(error, "of the watcher", patience)
        raise LineUnreachable(told.message, Wording("See HOTLINE_HEARTBEAT_PING_URL.")) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise LineUnreachable(
            Wording("The watcher answered with HTTP %(status)s.", status=status),
            Wording("See HOTLINE_HEARTBEAT_PING_URL."),
        )


def read_document(body: str) -> HeardDocument:
    """A TwiML document. Raises LineUnreachable for anything else."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - from our own address, and no more than 64 kB of it
    except (ElementTree.ParseError, ValueError):
        root = None
    if root is None or root.tag != "Response":
        raise LineUnreachable(
            Wording("What answers there does not speak TwiML."),
            Wording("Check that HOTLINE_PUBLIC_URL leads to Hotline."),
        )
    redirects = [(verb.text or "").strip() for verb in root.iter("Redirect")]
    addresses = [verb.attrib.get("action", "") for verb in root.iter()] + redirects
    return HeardDocument(
        texts=tuple(" ".join((say.text or "").split()) for say in root.iter("Say")),
        verbs=tuple(verb.tag for verb in root.iter())[1:],
        silence=redirects[0] if redirects else None,
        positions=tuple(address.partition("?at=")[2] for address in addresses if "?at=" in address),
    )


def _refused(status: int) -> LineUnreachable:
    if status == 403:
        return LineUnreachable(
            Wording("It refuses the signature of a call (HTTP 403)."),
            Wording(
                "HOTLINE_PUBLIC_URL must be exactly the address the carrier calls. TWILIO_AUTH_TOKEN must be "
                "the same on every machine. A proxy must not change the path or query."
            ),
        )
    if status == 404:
        return LineUnreachable(
            Wording("There is no such page there (HTTP 404)."),
            Wording(
                "Check that the proxy forwards to Hotline and removes the path of HOTLINE_PUBLIC_URL, if it has one."
            ),
        )
    if status in {502, 503, 504}:
        return LineUnreachable(
            Wording("The proxy cannot reach the server behind it (HTTP %(status)s).", status=status),
            Wording("Start web, and check where the proxy forwards to."),
        )
    return LineUnreachable(
        Wording("It answers with HTTP %(status)s.", status=status), Wording("Check the logs of the proxy and of web.")
    )


def _connection(scheme: str, host: str, port: int | None, patience: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=patience, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=patience)


def _told(error: Exception, host: str, patience: float) -> LineUnreachable:
    """Return what went wrong, in words, and what to do about it."""
    match error:
        case ssl.SSLCertVerificationError():
            return LineUnreachable(
                Wording("Its certificate is not accepted: %(why)s.", why=error.verify_message),
                Wording(
                    "Renew it, let the proxy send the whole chain, or correct the name. The carrier ends calls to "
                    "such an address."
                ),
            )
        case ssl.SSLError():
            return LineUnreachable(
                Wording(
                    "No TLS connection can be made (%(why)s).",
                    why=(error.reason or "no reason given").replace("_", " ").lower(),
                ),
                Wording("Check whether HOTLINE_PUBLIC_URL says https although there is none, and see the proxy's log."),
            )
        case socket.gaierror():
            return LineUnreachable(
                Wording("The name %(host)s cannot be found.", host=host),
                Wording("Check its DNS record and this machine's name server."),
            )
        case TimeoutError():
            return LineUnreachable(
                Wording("No answer within %(seconds)s seconds.", seconds=f"{patience:.0f}"),
                Wording(
                    "Check for a firewall, a slow proxy or an overloaded machine. The carrier gives up after 15 "
                    "seconds."
                ),
            )
        case ConnectionRefusedError():
            return LineUnreachable(
                Wording("Nothing listens at %(host)s. The connection is refused.", host=host),
                Wording("Start web, or the proxy before it."),
            )
        case http.client.HTTPException() | ConnectionError():
            return LineUnreachable(
                Wording("The connection was closed before the answer."),
                Wording("Check the logs of the proxy and of web."),
            )
    return LineUnreachable(
        Wording("It cannot be reached (%(error)s).", error=type(error).__name__),
        Wording("Try the public address from this machine, with curl."),
    )
