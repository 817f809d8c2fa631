"""Test calls: webhooks as the carrier would send them, to our own public address.

The client is as strict as a carrier: a redirect, a certificate that does not fit and a slow answer are all reported as
problems.
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
from hotline.core.calls.sound import file_at
from hotline.core.wording import Wording
from hotline.errors import LineUnreachable

PATIENCE = 10.0
"""Seconds to connect, and to wait for each part of the answer. A carrier stops after 15 in all."""
_MOST_BYTES = 64 * 1024
"""The most bytes read of an answer. A carrier reads no more TwiML than that (Twilio docs: errors/11750)."""
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
    """A TwiML document as a caller hears it: words and sounds, the verbs, and the next address after silence.

    `texts` are the spoken texts, and the `Sound.file` of each sound. `sounds` are the addresses of the sounds.
    """

    texts: tuple[str, ...]
    verbs: tuple[str, ...]
    silence: str | None
    positions: tuple[str, ...]
    sounds: tuple[str, ...] = ()


class PublicLine:
    """The hotline at its public address, requested as a carrier would. Each method raises LineUnreachable."""

    def __init__(self, public_url: str, token: str, patience: float = PATIENCE) -> None:
        self._public = public_url.rstrip("/")
        self._signed_as = signed_bases(public_url)[0]
        self._validator = RequestValidator(token)
        self._patience = patience

    def post(self, target: str, params: Mapping[str, str], *, signed: bool = True) -> SyntheticAnswer:
        """Send one webhook.

        `target` is a path with its query, below the public address or from its root as in TwiML.
        """
        path = self._below(target)
        signature = self._validator.compute_signature(self._signed_as + path, dict(params)) if signed else ""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", SIGNATURE_HEADER: signature}
        return self._ask("POST", path, urlencode(params), headers)

    def get(self, path: str) -> SyntheticAnswer:
        """Send an unsigned GET to an address below the public one."""
        return self._ask("GET", path, None, {})

    def find(self, target: str) -> SyntheticAnswer:
        """Send an unsigned HEAD, as to see whether a sound is there. `target` as for `post`."""
        return self._ask("HEAD", self._below(target), None, {})

    def connect(self) -> http.client.HTTPConnection:
        """A connection for one request; not opened yet."""
        parts = urlsplit(self._public)
        return _connection(parts.scheme, parts.hostname or "", parts.port, self._patience)

    def _below(self, target: str) -> str:
        """The rest of an address below ours: the part that is signed after the base."""
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
        if parts.username is not None:  # a carrier also sends them, after the server asks
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
    """Test calls from an account's number, identified by a mark. Implements `hotline.services.heartbeat.WayIn`."""

    def __init__(self, line: PublicLine, account_sid: str, token: str) -> None:
        self._line = line
        self._account = account_sid
        self._token = token

    def ask(self, target: str, number: str, call: str, *, signed: bool = True) -> SyntheticAnswer:
        """Send one webhook of a call to a number, and return any answer."""
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
        """Take one step of a call, and return the words heard. Every sound in it must be there."""
        answer = self.ask(target, number, call)
        if answer.status != 200:
            raise _refused(answer.status)
        heard = read_document(answer.body)
        for address in heard.sounds:
            status = self._line.find(address).status
            if status != 200:
                raise LineUnreachable(
                    Wording("A recording cannot be fetched (HTTP %(status)s): callers hear nothing.", status=status),
                    Wording("Have the proxy forward /sounds to Hotline, and give every machine the same files."),
                )
        return heard, answer.took


def ping(url: str, patience: float = PATIENCE) -> None:
    """Ping an outside monitor to say that we are up. Its address is a secret, and in no message."""
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
        texts=tuple(_heard(verb) for verb in root.iter() if verb.tag in ("Say", "Play")),
        verbs=tuple(verb.tag for verb in root.iter())[1:],
        silence=redirects[0] if redirects else None,
        sounds=tuple((verb.text or "").strip() for verb in root.iter("Play")),
        positions=tuple(address.partition("?at=")[2] for address in addresses if "?at=" in address),
    )


def _heard(verb: ElementTree.Element) -> str:
    """Return the words of a Say, or the `Sound.file` that a Play fetches."""
    text = " ".join((verb.text or "").split())
    return file_at(text) or text if verb.tag == "Play" else text


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
    """Return a problem, in words, and its remedy."""
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
