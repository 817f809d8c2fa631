"""E-mail addresses, as written in rotas."""

from __future__ import annotations

from hotline.addresses import BadAddress, mail_address
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable, clip, text


def mail(value: object) -> str:
    """An e-mail address: `amy@example.org`. Raises `Unreadable`."""
    written = text(value, "email: amy@example.org")
    try:
        return mail_address(written)
    except BadAddress:
        raise Unreadable(
            "bad-email",
            Wording("`%(written)s` is not an e-mail address.", written=clip(written)),
            Wording("Write it like amy@example.org, without a name before it."),
        ) from None
