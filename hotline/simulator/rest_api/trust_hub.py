"""The simulated Trust Hub of the carrier: its business profile, and the product that signs calls (SHAKEN/STIR).

Fields after Twilio docs: trust-hub/trusthub-rest-api, its pages customer-profiles, trust-products and
channel-endpoint-assignments-tp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from hotline.simulator.rest_api.records import Json
from hotline.simulator.rest_api.running import ApiError

SHAKEN_POLICY = "RN7a97559effdf62d00f4298208492a5ea"
_PROFILES, _PRODUCTS = "/v1/CustomerProfiles", "/v1/TrustProducts"
_PRODUCT = "BU" + "2" * 32
_HOST = "https://trusthub.twilio.com"


@dataclass
class TrustHub:
    """The state of the account's profile and of its SHAKEN/STIR product; "": it has none. None: an API without it.

    `signed`: the SIDs of the numbers that are assigned to the product.
    """

    profile: str | None = "twilio-approved"
    shaken: str | None = "twilio-approved"
    signed: list[str] = field(default_factory=list)

    def has(self, path: str) -> bool:
        """Return whether a path is one of the Trust Hub's."""
        return path.startswith((_PROFILES, _PRODUCTS))

    def answer(self, path: str, params: Mapping[str, str], account: str) -> Json:
        """Return a page of a list."""
        one = {"account_sid": account, "date_created": "2026-01-04T10:00:00Z", "date_updated": "2026-01-04T10:00:00Z"}
        if path == _PROFILES and self.profile is not None:
            found = [{**one, "sid": "BU" + "1" * 32, "status": self.profile}] if self.profile else []
        elif path == _PRODUCTS and self.shaken is not None:
            product = {**one, "sid": _PRODUCT, "policy_sid": SHAKEN_POLICY, "status": self.shaken}
            found = [product] if self.shaken else []
        elif path == f"{_PRODUCTS}/{_PRODUCT}/ChannelEndpointAssignments" and self.shaken:
            kind = {"trust_product_sid": _PRODUCT, "channel_endpoint_type": "phone-number"}
            found = [
                {**one, **kind, "sid": f"RA{at:032x}", "channel_endpoint_sid": sid}
                for at, sid in enumerate(self.signed)
            ]
        else:
            raise ApiError(404, 20404, f"The requested resource {path} was not found")
        wanted = {"Status": "status", "PolicySid": "policy_sid"}
        asked = {wanted[name]: value for name, value in params.items() if name in wanted}
        return _page(path, [each for each in found if asked.items() <= each.items()], params)


def _page(path: str, found: Sequence[Json], params: Mapping[str, str]) -> Json:
    size, page = int(params.get("PageSize", "50")), int(params.get("Page", "0"))
    more = len(found) > (page + 1) * size
    following = {**params, "PageSize": size, "Page": page + 1, "PageToken": f"PA{page + 1}"}
    meta = {
        "page": page,
        "page_size": size,
        "key": "results",
        "next_page_url": f"{_HOST}{path}?{urlencode(following)}" if more else None,
        "previous_page_url": None,
    }
    return {"results": list(found[page * size : (page + 1) * size]), "meta": meta}
