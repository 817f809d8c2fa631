"""The carrier account, for commands that need one."""

from __future__ import annotations

from hotline.carrier.rest import RestCarrier
from hotline.errors import SettingsError
from hotline.settings import Settings
from hotline.wiring.parts import Parts


def account(settings: Settings) -> RestCarrier:
    """The account's REST API. Raises SettingsError in practice mode."""
    found = Parts(settings).carrier
    if found is None:
        raise SettingsError(
            ["This is practice mode without a carrier account. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."]
        )
    return found
