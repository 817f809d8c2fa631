"""Requests documents from the server as the carrier does: signed, retried, redirected, and with a time limit."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from hotline.simulator.line.signature import sign
from hotline.simulator.line.transport import Answer, NotDelivered, Request, Timeouts, Transport
from hotline.simulator.line.turn import TurnLock

MAX_REDIRECTS = 10


class Undelivered(Exception):
    """A missing or unusable answer. `code` is the carrier's error number and `url` the requested address."""

    def __init__(self, code: str, what: str, url: str) -> None:
        super().__init__(what)
        self.code = code
        self.url = url


@dataclass(frozen=True, slots=True)
class Overrides:
    """Overrides for one request, from the fragment of its URL (webhooks-connection-overrides)."""

    limits: Timeouts = field(default_factory=Timeouts)
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})

    @classmethod
    def read(cls, url: str) -> Overrides:
        """Read limits from `url`; values out of range are brought into it."""
        given = dict(parse_qsl(urlsplit(url).fragment))

        def number(key: str, low: int, high: int, default: int) -> int:
            text = given.get(key, "")
            return min(high, max(low, int(text))) if text.isdigit() else default

        policy = frozenset(given.get("rp", "ct").split(","))
        return cls(
            Timeouts(
                number("ct", 100, 10_000, 5_000) / 1000,
                number("rt", 100, 15_000, 15_000) / 1000,
                number("tt", 100, 15_000, 15_000) / 1000,
            ),
            number("rc", 0, 5, 1),
            frozenset({"ct", "rt", "4xx", "5xx"}) if "all" in policy else policy,
        )


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, and the URL it came from after any redirects; relative URLs in it start there."""

    url: str
    answer: Answer


class Webhooks:
    """Signs with `token` and sends over `transport`, setting `turn` aside until the answer is there."""

    def __init__(self, transport: Transport, token: str, rng: random.Random, idempotency: bool, turn: TurnLock) -> None:
        self._transport = transport
        self._turn = turn
        self._token = token
        self._rng = rng
        self._idempotency = idempotency

    def ask(self, url: str, method: str, params: Mapping[str, str], cookies: dict[str, str]) -> Fetched:
        """The answer to a webhook, with any status. Raises Undelivered (11205, 11200, 11215)."""
        overrides = Overrides.read(url)
        token = f"{self._rng.getrandbits(128):032x}" if self._idempotency else ""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._attempts(url, method, params, cookies, overrides, token)
            if answer.status not in (301, 302, 303, 307, 308) or not answer.header("location"):
                return Fetched(urlsplit(url)._replace(fragment="").geturl(), answer)
            url = urljoin(url, answer.header("location"))
            method = method if answer.status in (307, 308) else "GET"
        raise Undelivered("11215", f"more than {MAX_REDIRECTS} redirects", url)

    def _attempts(
        self, url: str, method: str, params: Mapping[str, str], cookies: dict[str, str], how: Overrides, token: str
    ) -> Answer:
        for attempt in range(how.retries + 1):
            last = attempt == how.retries
            try:
                answer = self._send(url, method, params, cookies, how.limits, token)
            except NotDelivered as error:
                if last or error.kind not in how.retry_on:
                    raise Undelivered("11205" if error.kind == "ct" else "11200", str(error), url) from error
                continue
            if last or f"{answer.status // 100}xx" not in how.retry_on:
                break
        return answer

    def _send(
        self, url: str, method: str, params: Mapping[str, str], cookies: dict[str, str], limits: Timeouts, token: str
    ) -> Answer:
        parts = urlsplit(url)
        userinfo, _, host = parts.netloc.rpartition("@")
        query = parts.query
        if method == "GET":
            query = "&".join(filter(None, [query, urlencode(list(params.items()))]))
        target = urlunsplit((parts.scheme, host, parts.path, query, ""))
        body = urlencode(list(params.items())).encode() if method == "POST" else b""
        headers = self._headers(target, method, params, cookies, token)
        request = Request(method, target, headers, body, limits)
        answer = self._deliver(request)
        if answer.status == 401 and userinfo:
            basic = base64.b64encode(unquote(userinfo).encode()).decode()
            answer = self._deliver(replace(request, headers=headers | {"Authorization": f"Basic {basic}"}))
        _remember(answer, cookies)
        return answer

    def _deliver(self, request: Request) -> Answer:
        with self._turn.aside():
            return self._transport.send(request)

    def _headers(
        self, target: str, method: str, params: Mapping[str, str], cookies: Mapping[str, str], token: str
    ) -> dict[str, str]:
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "X-Home-Region": "us1",
            "X-Twilio-Signature": sign(self._token, target, params.items() if method == "POST" else ()),
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        if token:
            headers["I-Twilio-Idempotency-Token"] = token
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return headers


def _remember(answer: Answer, cookies: dict[str, str]) -> None:
    for name, value in answer.headers:
        if name != "set-cookie":
            continue
        try:
            cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
        except CookieError:
            continue
