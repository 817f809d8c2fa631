"""The carrier's REST API. Implements `ports.Carrier`, `ports.Records` and `ports.Numbers`; for workers and commands.

Nothing here is needed to answer a call. Nothing is retried: that is what jobs are for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from itertools import takewhile
from typing import Any

from hotline.core.carrier_records.records import Account, CarrierCall, CarrierQueue, CarrierText, OwnNumber, Pointing
from hotline.core.wording import Wording
from hotline.errors import CarrierRefused

_PAGE = 1000
"""Records per request; the carrier's maximum."""
_LOOKED_THROUGH = 2000
_NEWEST_FIRST = 50
"""Records per request where the first, which are the newest, are mostly enough."""
_OUT_OF_ORDER = 3600
"""Seconds by which a list of records may be out of order."""
_GONE, _GONE_FOR_GOOD = 404, 410
_NOT_LIVE = 21220
"""The code for a call that is over already (Twilio docs: voice/api/call-resource)."""
_SHAKEN_POLICY = "RN7a97559effdf62d00f4298208492a5ea"
"""The policy of SHAKEN/STIR products, the same for all accounts."""
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
"""Our names for a number's settings, and the SDK's."""


class RestCarrier:
    """A client of one account's REST API. Connects to nothing, and imports no SDK, before its first request.

    `base_url` is another host with the same API. Every method raises CarrierUnavailable or CarrierRefused.
    """

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str | None = None, patience: float | None = None
    ) -> None:
        self._sid, self._token, self._base_url = account_sid, auth_token, base_url
        self._patience = patience
        self._client: Any = None

    @property
    def client(self) -> Any:
        """The SDK's client, for requests that are not here. Its methods raise the same errors."""
        if self._client is None:
            # Imported here, so that a process that only passes a RestCarrier on never pays for the SDK.
            from hotline.carrier.sdk import client

            self._client = client(self._sid, self._token, self._base_url, self._patience)
        return self._client

    # Reaching a volunteer

    def send_text(self, to: str, sender: str, body: str) -> str:
        return str(self._api.messages.create(to=to, from_=sender, body=body).sid)

    def texts_sent(self, to: str, sender: str, since: int) -> Sequence[CarrierText]:
        # Not by the carrier's own date filter: an unsent text has no date of sending.
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

    def end_call(self, sid: str) -> None:
        try:
            self._api.calls(sid).update(status="completed")
        except CarrierRefused as error:
            if error.code != _NOT_LIVE and error.status != _GONE:
                raise

    def redirect_call(self, sid: str, url: str) -> None:
        self._api.calls(sid).update(url=url, method="POST")

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        # Not by the carrier's own filter on the start: a call has none before it is dialled.
        found = map(
            _call, self._api.calls.stream(to=to, from_=caller_id, limit=_LOOKED_THROUGH, page_size=_NEWEST_FIRST)
        )
        recent = takewhile(lambda call: _maybe_since(call, since - _OUT_OF_ORDER), found)
        return [call for call in recent if _maybe_since(call, since)]

    # The carrier's records

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

    def queues(self) -> Sequence[CarrierQueue]:
        try:
            found = self._api.queues.list(page_size=_PAGE)
        except CarrierRefused as error:
            if error.status != _GONE:
                raise
            return ()  # a compatible carrier, without this part of the API
        return [
            CarrierQueue(str(one.sid), one.friendly_name or "", one.current_size or 0, _seconds(one.date_created))
            for one in found
        ]

    def delete_queue(self, sid: str) -> bool:
        return _delete(self._api.queues(sid))

    def text_errors(self, number: str, since: int) -> Counter[int]:
        """Return the errors of texts from a number of ours since an instant, and how many had each."""
        found = self._api.messages.list(from_=number, limit=_LOOKED_THROUGH, page_size=_PAGE)
        return Counter(one.error_code for one in found if one.error_code and _maybe_since(_text(one, number), since))

    # The account

    def account(self) -> Account:
        """The account's status, and the carrier's time."""
        found = self._api.fetch()
        date = parsedate_tz(self.client.http_client.date)
        return Account(str(found.status or ""), found.type == "Trial", None if date is None else mktime_tz(date))

    def has_approved_profile(self) -> bool | None:
        """Return whether the account has an approved business profile; None if the carrier does not say.

        Twilio docs: trust-hub/trusthub-rest-api/customer-profiles. Raises CarrierUnavailable.
        """
        try:
            return bool(self.client.trusthub.v1.customer_profiles.list(status="twilio-approved", limit=1))
        except CarrierRefused:  # a compatible carrier, without this part of the API
            return None

    def signed_numbers(self) -> set[str] | None:
        """Return the SIDs of numbers whose calls the carrier signs as the account's own (SHAKEN/STIR attestation A).

        They are assigned to an approved product of that policy. None if the carrier does not say. Twilio docs:
        voice/trusted-calling-with-shakenstir/shakenstir-onboarding/shaken-stir-trust-hub-api-direct-customer. Raises
        CarrierUnavailable.
        """
        products = self.client.trusthub.v1.trust_products
        try:
            found = [
                assigned
                for product in products.list(status="twilio-approved", policy_sid=_SHAKEN_POLICY)
                for assigned in products(product.sid).trust_products_channel_endpoint_assignment.list()
            ]
        except CarrierRefused:  # a compatible carrier, without this part of the API
            return None
        return {str(one.channel_endpoint_sid) for one in found}

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
        # Only changes are sent: some numbers do not support every setting.
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
    """Format the date in UTC, as the carrier's filters document it. Later records are filtered out here."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"


def _maybe_since(record: CarrierCall | CarrierText, since: int) -> bool:
    """Return whether a record is of an instant or later. One without a date may be."""
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
