"""A wrapper of the carrier's client library: request addresses, time limits, and our error classes.

Importing it takes a third of a second and 30 MB, so only `rest` does, at its first request. It never retries.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import RequestException, Session
from requests.exceptions import ConnectTimeout, InvalidURL
from twilio.base.page import Page
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from hotline.core.wording import Wording
from hotline.errors import CarrierError, CarrierLimit, CarrierNotYet, CarrierRefused, CarrierUnavailable

CONNECT_WITHIN, ANSWER_WITHIN = 3.0, 10.0
"""Seconds."""
NOT_YET = 60
"""The minimum wait in seconds while a record cannot be deleted yet (Twilio docs: api/errors/20009)."""
_API_VERSION = "/2010-04-01"
_MOST_PATIENCE = 24 * 3600
_LIMITS, _STILL_BUSY_WITH_IT = frozenset({20429, 10004}), 20009
"""Too many requests, or too many calls at once; a record that cannot be deleted yet (Twilio docs: api/errors)."""
_LISTS = {
    "Calls.json": "calls",
    "Messages.json": "messages",
    "IncomingPhoneNumbers.json": "incoming_phone_numbers",
    "Recordings.json": "recordings",
    "Queues.json": "queues",
}
"""The address endings of lists, and the key of the records in a page of each."""
_REMEDIES = {
    20003: "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (the primary token).",
    20005: "The account is not active. Check the carrier's console.",
    21210: "Calls can only be placed from a number of the account. See `hotline provision --dry-run`.",
    21212: "Calls can only be placed from a number of the account. See `hotline provision --dry-run`.",
    21215: "Allow calls to that country under Voice, Geo permissions, in the carrier's console.",
    21216: "The carrier blocks calls to that number.",
    21408: "Allow texts to that country under Messaging, Geo permissions, in the carrier's console.",
    21606: "Texts must come from a number of the account that can send texts.",
    21608: "A trial account reaches only verified numbers. Upgrade it, or verify the number.",
    21610: "They texted STOP to that number. Only they can undo it, by texting START.",
}


def client(account_sid: str, auth_token: str, base_url: str | None, patience: float | None = None) -> Client:
    """The SDK's client for an account. Its methods raise CarrierError, and almost no other error."""
    return Client(account_sid, auth_token, http_client=Http(base_url, patience))


class Http(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """Sends the SDK's requests, each on a new connection.

    A kept one may be closed meanwhile, which would leave us in doubt.

    `base_url` replaces every host of the carrier's; it may have a path. `date` is that of the last answer.
    """

    def __init__(self, base_url: str | None, patience: float | None = None) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)  # never used: it would receive numbers and SIDs
        self._base = None if base_url is None else urlsplit(base_url.rstrip("/").removesuffix(_API_VERSION))
        self._waits = (min(patience or CONNECT_WITHIN, CONNECT_WITHIN), patience or ANSWER_WITHIN)
        self.date = ""

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request, and read an answer of 200 to 299. Raises CarrierError."""
        acts = method.upper() == "POST"
        try:
            with Session() as session:
                answer = session.request(
                    method.upper(),
                    self._placed(url),
                    params=params,
                    data=data,
                    headers=headers,
                    auth=auth,
                    timeout=(self._waits[0], timeout or self._waits[1]),
                    allow_redirects=False,
                )
        except InvalidURL:
            raise CarrierRefused(
                Wording("The address of the carrier's REST API is not valid."), Wording("Check TWILIO_API_BASE_URL.")
            ) from None
        except RequestException as error:
            # Its message contains the address, which contains the SID of a call or somebody's number.
            raise CarrierUnavailable(
                Wording("The carrier's REST API did not answer (%(error)s).", error=type(error).__name__),
                Wording("Check the network, TWILIO_API_BASE_URL if it is set, and the carrier's status page."),
                in_doubt=acts and not _never_sent(error),
            ) from None
        self.date = answer.headers.get("Date", "")
        if not 200 <= answer.status_code < 300:
            raise _error(answer.status_code, answer.text, answer.headers, acts)
        listed = None if acts else _LISTS.get(urlsplit(url).path.rpartition("/")[2])
        text = answer.text if answer.status_code == 204 else _readable(answer.text, listed)
        if text is None:
            raise CarrierUnavailable(
                Wording("The answer of the carrier's REST API cannot be read."),
                Wording("Check TWILIO_API_BASE_URL."),
                in_doubt=acts,
            )
        return Response(answer.status_code, text, answer.headers)

    def _placed(self, url: str) -> str:
        """Replace the carrier's scheme, host and path in an address by the base's."""
        if self._base is None:
            return url
        parts, path = urlsplit(url), self._base.path
        # Pages give the path of the next one, which already includes the base's.
        whole = parts.path if path and parts.path.startswith(f"{path}/") else path + parts.path
        return urlunsplit((self._base.scheme, self._base.netloc, whole, parts.query, ""))


def _never_sent(error: RequestException) -> bool:
    """Return whether a request cannot have reached the carrier: there was no connection."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _error(status: int, text: str, headers: Mapping[str, str], acts: bool) -> CarrierError:
    """Return the error for an answer that is not a success.

    The carrier's own words are left out: they may name a number.
    """
    code = _code(text)
    told = f"HTTP {status}, code {code}" if code else f"HTTP {status}"
    if code == _STILL_BUSY_WITH_IT or status == 409:
        after = max(NOT_YET, _retry_after(headers) or 0)
        return CarrierNotYet(
            Wording("The carrier is still working on this record (%(told)s).", told=told),
            Wording("Hotline will try again."),
            after,
        )
    if code in _LIMITS or status == 429:
        return CarrierLimit(
            Wording("The carrier asks Hotline to slow down (%(told)s).", told=told),
            Wording("Try again in a minute."),
            _retry_after(headers),
        )
    if status >= 500 or status == 408:
        return CarrierUnavailable(
            Wording("The carrier's REST API failed (%(told)s).", told=told),
            Wording("See the carrier's status page if it continues."),
            _retry_after(headers),
            in_doubt=acts,
        )
    if status < 400:
        return CarrierRefused(
            Wording("The carrier's REST API has moved (%(told)s).", told=told),
            Wording("Check TWILIO_API_BASE_URL."),
            status,
            code,
        )
    remedy = _REMEDIES.get(20003 if status == 401 else code)
    if remedy is None:
        remedy = f"See https://www.twilio.com/docs/api/errors/{code}." if code else "Check TWILIO_API_BASE_URL."
    return CarrierRefused(Wording("The carrier refused (%(told)s).", told=told), remedy, status, code)


def _code(text: str) -> int:
    """The carrier's own number for an error; 0 if there is none."""
    code = _json(text).get("code")
    return code if isinstance(code, int) else 0


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds the carrier asked us to wait, a day at most. It may name an instant (RFC 9110, section 10.2.3).

    An instant counts from the answer's own date, so it does not matter whose clock is right.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), _MOST_PATIENCE)
    then, now = (parsedate_tz(one) for one in (text, headers.get("Date", "")))
    try:
        wait = mktime_tz(then) - mktime_tz(now) if then and now else None
    except (ValueError, OverflowError):  # no such day
        return None
    return None if wait is None else max(0, min(wait, _MOST_PATIENCE))


def _readable(text: str, listed: str | None) -> str | None:
    """An answer that the SDK can read: a record, or a page of those under `listed`. None for anything else.

    The SDK refuses a page with an unknown field.
    """
    found = _json(text)
    if listed is None:
        return text if found else None
    records = found.get(listed)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        return None
    known = {name: value for name, value in found.items() if name in Page.META_KEYS}
    return json.dumps(known | {listed: records})


def _json(text: str) -> dict[str, Any]:
    """An answer's object; empty for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
