"""E-mails to a real mail server: with TLS and a password, refused in every way, and never twice."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from hotline.addresses import SmtpAddress
from hotline.carrier.mail import SmtpMail
from hotline.errors import CarrierRefused, CarrierUnavailable
from tests.certificates import Certificate, make_certificate
from tests.mailbox import Post, served

SENDER = "line@hotline.example"


Serve = Callable[..., SmtpAddress]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def serve(post: Post) -> Iterator[Serve]:
    """Starts a mail server on this machine."""
    with ExitStack() as running:

        def start(tls: str = "none", username: str = "", password: str = "", **more: object) -> SmtpAddress:
            address = running.enter_context(served(post, **more))
            return replace(address, tls=tls, username=username or None, password=password or None)  # type: ignore[arg-type]

        yield start


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of 127.0.0.1 that nobody signed, and its key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def send(mail: SmtpMail) -> None:
    mail.send(
        "amy@example.org", "RISE: a message\n for you", "Hoy está de guardia.\n\nhttps://x.example/mine?key=a", "0a1b"
    )


def test_it_arrives_whole_under_a_permanent_name(serve: Serve, post: Post) -> None:
    send(SmtpMail(serve(), SENDER))
    (got,) = post.got
    assert (got["From"], got["To"], got["Subject"]) == (SENDER, "amy@example.org", "RISE: a message for you")
    assert (got["Message-ID"], got["Auto-Submitted"]) == ("<0a1b@hotline.example>", "auto-generated")
    assert got.get_content().replace("\r", "") == "Hoy está de guardia.\n\nhttps://x.example/mine?key=a\n"


def test_with_starttls_and_a_password(serve: Serve, post: Post, certificate: Certificate) -> None:
    def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"right", handled=False)

    rules = {"authenticator": knows, "auth_required": True, "auth_require_tls": True, "require_starttls": True}
    address = serve("starttls", "line", "right", tls_context=certificate.server_side(), **rules)
    mail = SmtpMail(address, SENDER, lambda: ssl.create_default_context(cafile=certificate.made))
    mail.check()
    send(mail)
    assert len(post.got) == 1
    with pytest.raises(CarrierUnavailable, match=r"certificate or its TLS is not accepted"):
        send(SmtpMail(address, SENDER))
    wrong = SmtpAddress(address.host, address.port, "starttls", "line", "wrong-password")
    with pytest.raises(CarrierRefused, match=r"refuses the user or the password") as told:
        SmtpMail(wrong, SENDER, lambda: ssl.create_default_context(cafile=certificate.made)).check()
    assert "wrong-password" not in str(told.value)
    assert told.value.status != 400, "the account is wrong, and not this e-mail"


def test_with_tls_from_the_first_byte(serve: Serve, post: Post, certificate: Certificate) -> None:
    address = serve("tls", ssl_context=certificate.server_side())
    send(SmtpMail(address, SENDER, lambda: ssl.create_default_context(cafile=certificate.made)))
    assert len(post.got) == 1


def test_nothing_is_sent_in_the_clear_to_a_server_without_tls(serve: Serve, post: Post) -> None:
    with pytest.raises(CarrierRefused, match="does not offer TLS"):
        send(SmtpMail(serve("starttls"), SENDER))
    assert post.got == []


@pytest.mark.parametrize(
    ("command", "answer", "kind", "words"),
    [
        ("RCPT", "550 no such user amy@example.org", CarrierRefused, r"does not accept an address \(550\)"),
        ("RCPT", "450 greylisted", CarrierUnavailable, r"busy \(450\)"),
        ("DATA", "554 looks like spam", CarrierRefused, r"refused an e-mail \(554\)"),
        ("DATA", "451 try later", CarrierUnavailable, r"busy \(451\)"),
    ],
)
def test_a_refusal_is_told_without_the_servers_words(
    serve: Serve, post: Post, command: str, answer: str, kind: type[Exception], words: str
) -> None:
    post.answers[command] = answer
    with pytest.raises(kind, match=words) as told:
        send(SmtpMail(serve(), SENDER))
    assert "amy" not in str(told.value)
    assert not getattr(told.value, "in_doubt", False)


def test_a_server_that_hangs_up_after_the_last_byte_leaves_it_in_doubt(serve: Serve, post: Post) -> None:
    post.hangs_up = True
    with pytest.raises(CarrierUnavailable) as told:
        send(SmtpMail(serve(), SENDER))
    assert told.value.in_doubt
    assert len(post.got) == 1


def test_a_server_that_is_not_there_is_told(serve: Serve) -> None:
    with pytest.raises(CarrierUnavailable, match="cannot be reached") as told:
        send(SmtpMail(SmtpAddress("127.0.0.1", 1, "none"), SENDER))
    assert not told.value.in_doubt
