"""The carrier's REST API. Fits `ports.Carrier`, `ports.Records` and `ports.Numbers`; for workers and commands.

Nothing here is needed to answer a call. Nothing is retried: that is what jobs are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import Any

from hotline.core.carrier_records.records import Account, CarrierCall, CarrierText, OwnNumber, Pointing
from hotline.core.wording import Wording
from hotline.errors import CarrierRefused

_PAGE = 1000
"""Records asked for at once; the carrier's most."""
_LOOKED_THROUGH = 2000
_GONE, _GONE_FOR_GOOD = 404, 410
_FIELDS = {
    "voice_url": "voice_url",
    "voice_method": "voice_method",
    "fallback_url": "voice_fallback_url",
    "fallback_method": "voice_fallback_method",
    "status_callback": "status_callback",
    "status_callback_method": "status_callback_method",
    "sms_url": "sms_url",
    "sms_method": "sms_method",
    "voice_application": "voice_application_sid",
    "sms_application": "sms_application_sid",
    "trunk": "trunk_sid",
}
"""Our names for what a number points to, and the SDK's."""


class RestCarrier:
    """One account's side of the REST API. Connects to nothing, and imports no SDK, before its first request.

    `base_url` is another host that speaks the same API. Every method raises CarrierUnavailable or CarrierRefused.
    """

    def __init__(self, account_sid: str, auth_token: str, base_url: str | None = None) -> None:
        self._sid, self._token, self._base_url = account_sid, auth_token, base_url
        self._client: Any = None

    @property
    def client(self) -> Any:
        """The SDK's client, for what is not here; its methods raise the same errors."""
        if self._client is None:
            # Here, so that a process that only hands a RestCarrier on never pays for the SDK.
            from hotline.carrier.sdk import client

            self._client = client(self._sid, self._token, self._base_url)
        return self._client

    # Reaching a volunteer

    def send_text(self, to: str, sender: str, body: str) -> str:
        return str(self._api.messages.create(to=to, from_=sender, body=body).sid)

    def texts_sent(self, to: str, sender: str, since: int) -> Sequence[CarrierText]:
        # Not by the carrier's own date filter: a text has no date of sending before it is sent.
        found = self._api.messages.list(to=to, from_=sender, limit=_LOOKED_THROUGH, page_size=_PAGE)
        return [text for text in (_text(one, sender) for one in found) if _maybe_since(text, since)]

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        call = self._api.calls.create(
            to=to,
            from_=caller_id,
            url=url,
            method="POST",
            status_callback=ended_url,
            status_callback_method="POST",
            status_callback_event=["completed"],
            timeout=ring_for,
        )
        return str(call.sid)

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        # Not by the carrier's own filter on the start: a call has none before it is dialled.
        found = self._api.calls.list(to=to, from_=caller_id, limit=_LOOKED_THROUGH, page_size=_PAGE)
        return [call for call in map(_call, found) if _maybe_since(call, since)]

    # What the carrier keeps

    def legs(self, call: str) -> Sequence[CarrierCall]:
        return [_call(one) for one in self._api.calls.list(parent_call_sid=call, page_size=_PAGE)]

    def calls(self, number: str, since: int | None = None) -> Iterator[CarrierCall]:
        when = {} if since is None else {"start_time_after": _day(since)}
        for side in ("to", "from_"):
            for one in self._api.calls.stream(**{side: number}, **when, page_size=_PAGE):
                call = _call(one)
                if since is None or _maybe_since(call, since):
                    yield call

    def texts(self, number: str, since: int | None = None) -> Iterator[CarrierText]:
        when = {} if since is None else {"date_sent_after": _day(since)}
        for side in ("to", "from_"):
            for one in self._api.messages.stream(**{side: number}, **when, page_size=_PAGE):
                text = _text(one, number)
                if since is None or _maybe_since(text, since):
                    yield text

    def recordings(self, since: int | None = None) -> int | None:
        when = {} if since is None else {"date_created_after": _day(since)}
        try:
            return sum(1 for _ in self._api.recordings.stream(**when, page_size=_PAGE))
        except CarrierRefused as error:
            if error.status != _GONE:
                raise
            return None  # a compatible carrier, without this part of the API

    def delete_call(self, sid: str) -> bool:
        return _delete(self._api.calls(sid))

    def delete_text(self, sid: str) -> bool:
        return _delete(self._api.messages(sid))

    # The account

    def account(self) -> Account:
        """The account itself, and what time the carrier has."""
        found = self._api.fetch()
        date = parsedate_tz(self.client.http_client.date)
        return Account(str(found.status or ""), found.type == "Trial", None if date is None else mktime_tz(date))

    def may_dial(self, country: str) -> bool | None:
        """Return whether calls to a country (ISO 3166, two letters) are allowed; None if the carrier does not say.

        Twilio docs: voice/api/dialingpermissions-country-resource. Raises CarrierUnavailable.
        """
        try:
            found = self.client.voice.v1.dialing_permissions.countries(country).fetch()
        except CarrierRefused:  # a compatible carrier, without this part of the API
            return None
        allowed: bool | None = found.low_risk_numbers_enabled
        return allowed

    def numbers(self) -> Sequence[OwnNumber]:
        return [_number(one) for one in self._api.incoming_phone_numbers.list(page_size=_PAGE)]

    def point(self, number: OwnNumber, pointing: Pointing) -> None:
        # Only what differs is sent: some numbers cannot have some of it.
        changes = {
            theirs: wanted
            for field, theirs in _FIELDS.items()
            if (wanted := getattr(pointing, field)) != getattr(number.pointing, field)
        }
        if changes:
            self._api.incoming_phone_numbers(number.sid).update(**changes)

    @property
    def _api(self) -> Any:
        return self.client.api.v2010.accounts(self._sid)


def _delete(record: Any) -> bool:
    try:
        record.delete()
    except CarrierRefused as error:
        if error.status != _GONE:
            raise
        if _is_there(record):
            raise CarrierRefused(
                Wording("The carrier still has a record, but says it cannot find it to delete."),
                Wording(
                    "It cannot delete records this way. Ask its support how long it keeps records, and have them "
                    "deleted."
                ),
                status=error.status,
                code=error.code,
            ) from None
        return False
    return True


def _is_there(record: Any) -> bool:
    try:
        record.fetch()
    except CarrierRefused as error:
        if error.status not in (_GONE, _GONE_FOR_GOOD):
            raise
        return False
    return True


def _day(instant: int) -> str:
    """The date in UTC, as the carrier's filters document it; later ones are sorted out here."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"


def _maybe_since(record: CarrierCall | CarrierText, since: int) -> bool:
    """Return whether a record is of an instant or later. One without a date may be: nobody can say that it is not."""
    return not record.since or record.since >= since


def _seconds(*dates: datetime | None) -> int:
    return next((int(date.timestamp()) for date in dates if date is not None), 0)


def _call(one: Any) -> CarrierCall:
    since = _seconds(one.start_time, one.date_created)
    placed = one.direction == "outbound-api"
    return CarrierCall(str(one.sid), one.parent_call_sid or "", str(one.status), since, placed)


def _text(one: Any, ours: str) -> CarrierText:
    other = one.from_ if one.to == ours else one.to
    sent = one.direction in ("outbound-api", "outbound-call")
    since = _seconds(one.date_created, one.date_sent)
    return CarrierText(str(one.sid), str(one.status), since, sent, other or "", one.body or "")


def _number(one: Any) -> OwnNumber:
    pointing = Pointing(**{field: getattr(one, theirs) or "" for field, theirs in _FIELDS.items()})
    texts = bool((one.capabilities or {}).get("sms", True))
    return OwnNumber(str(one.sid), str(one.phone_number), pointing, texts, bool(one.voice_caller_id_lookup))
