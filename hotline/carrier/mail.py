"""Sends e-mails through any mail server that speaks SMTP (RFC 5321), with TLS. They say nothing about calls.

Errors are those of the carrier of texts. One after the server had the whole e-mail is `in_doubt`: it may be on its way.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from hotline.addresses import SmtpAddress
from hotline.core.wording import Wording
from hotline.errors import CarrierRefused, CarrierUnavailable

_TIMEOUT = 15.0
"""Seconds for each answer of the server. Nobody waits for an e-mail."""
_ABOUT_THIS_ONE = 400
"""The status of a refusal that is about one e-mail, as for texts."""
_CHECK = Wording("Check HOTLINE_SMTP_URL and the mail server.")


class SmtpMail:
    """Implements `hotline.ports.Mail`. `trust`: the certificates to trust, instead of the machine's."""

    def __init__(self, server: SmtpAddress, sender: str, trust: Callable[[], ssl.SSLContext] | None = None) -> None:
        self._server = server
        self._sender = sender
        self._trust = trust or ssl.create_default_context

    def send(self, to: str, subject: str, body: str, name: str) -> None:
        raw = self._written(to, subject, body, name)
        with self._session() as session:
            self._address(session, to)
            self._hand_over(session, raw)

    def check(self) -> None:
        """Greet the server and sign in, without sending anything. Raises CarrierError."""
        with self._session() as session, _unavailable():
            session.noop()

    def _written(self, to: str, subject: str, body: str, name: str) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self._sender, to, " ".join(subject.split())
        message["Date"], message["Message-ID"] = formatdate(), f"<{name}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # so that no out-of-office note comes back (RFC 3834)
        message.set_content(body, cte="quoted-printable")
        return message.as_bytes()

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        with _unavailable():
            session: smtplib.SMTP
            if server.tls == "tls":
                session = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=self._trust())
            else:
                session = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
        try:
            with _unavailable():
                session.ehlo_or_helo_if_needed()
                if server.tls == "starttls":
                    session.starttls(context=self._trust())
                    session.ehlo()
                if server.username and server.password:
                    session.login(server.username, server.password)
            yield session
        finally:
            with suppress(smtplib.SMTPException, OSError):
                session.quit()

    def _address(self, session: smtplib.SMTP, to: str) -> None:
        with _unavailable():
            code, _ = session.mail(self._sender)
            if code >= 500:
                raise _refused(code, Wording("The mail server does not accept the sender."), _SENDER)
            if code >= 400:
                raise CarrierUnavailable(Wording("The mail server is busy (%(code)s).", code=code), _CHECK)
            code, _ = session.rcpt(to)
        if code >= 500:
            words = Wording("The mail server does not accept an address (%(code)s).", code=code)
            raise CarrierRefused(words, _ADDRESS, _ABOUT_THIS_ONE, code)
        if code >= 400:
            raise CarrierUnavailable(Wording("The mail server is busy (%(code)s).", code=code), _CHECK)

    def _hand_over(self, session: smtplib.SMTP, raw: bytes) -> None:
        try:
            code, _ = session.data(raw)
        except smtplib.SMTPDataError as error:  # it did not want to begin
            code = error.smtp_code
        except (smtplib.SMTPException, OSError):
            raise CarrierUnavailable(
                Wording("The mail server did not confirm an e-mail."), _CHECK, in_doubt=True
            ) from None
        if code >= 500:
            words = Wording("The mail server refused an e-mail (%(code)s).", code=code)
            raise CarrierRefused(words, _CHECK, _ABOUT_THIS_ONE, code)
        if code >= 400:
            raise CarrierUnavailable(Wording("The mail server is busy (%(code)s).", code=code), _CHECK)


_SENDER = Wording("Check HOTLINE_MAIL_FROM: the account may send only from its own address.")
_ADDRESS = Wording("Check the address in the rota.")


def _refused(code: int, words: Wording, remedy: Wording) -> CarrierRefused:
    return CarrierRefused(words, remedy, code, code)


@contextmanager
def _unavailable() -> Iterator[None]:
    """Raise what a server or the network says, without its words: they may name people."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        words = Wording("The mail server refuses the user or the password.")
        raise _refused(error.smtp_code, words, _CHECK) from None
    except smtplib.SMTPNotSupportedError:
        words = Wording("The mail server does not offer TLS or sign-in as asked.")
        raise _refused(
            0, words, Wording("Use smtps://, leave out the user, or add ?tls=none for a server on this machine.")
        ) from None
    except ssl.SSLError:
        words = Wording("The mail server's certificate or its TLS is not accepted.")
        raise CarrierUnavailable(words, _CHECK) from None
    except (smtplib.SMTPException, OSError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise CarrierUnavailable(Wording("The mail server cannot be reached: %(why)s.", why=why), _CHECK) from None
