"""Settings: read once from the environment into a frozen object; every bad variable is reported at once."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from hotline.addresses import (
    BadAddress,
    SmtpAddress,
    check_database,
    check_web,
    mail_address,
    redis_address,
    smtp_address,
)
from hotline.errors import SettingsError

PRACTICE_ACCOUNT = "AC" + "0" * 32
DEFAULT_PORT = 8000
DEFAULT_CONCURRENCY = 2
DEFAULT_KEEP_MONTHS = 25
DEFAULT_HEARTBEAT = 300
_SWITCHES = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_GOES_WITH = {
    "TWILIO_AUTH_TOKEN_PREVIOUS": "TWILIO_AUTH_TOKEN",
    "TWILIO_SHARED_KEY": "TWILIO_AUTH_TOKEN",
    "TWILIO_SHARED_KEY_PREVIOUS": "TWILIO_SHARED_KEY",
}
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_OF_KUBERNETES = re.compile(r"HOTLINE_(SERVICE_(HOST|PORT)|PORT(_\d+_(TCP|UDP)|$))")


class Pages(Enum):
    """The setting for pages: whether a web process serves them beside the webhooks, or instead of them."""

    ON = "on"
    OFF = "off"
    ONLY = "only"


class Editing(Enum):
    """The setting for editing: whether the pages write call flow and rota files: `auto`: where it would last, so not in
    a git work tree."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Oidc:
    """An identity provider through which people sign in to the pages (OpenID Connect).

    `coordinators` are e-mail addresses whose owners may sign in without having been added. `trust_email`: addresses
    count as verified where the provider does not say whether they are.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    coordinators: tuple[str, ...] = ()
    trust_email: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration of a process. See "Settings" in docs/operators.md for each variable."""

    public_url: str
    account_sid: str | None
    auth_token: str | None = field(repr=False)
    api_base_url: str | None
    fallback_url: str | None
    delete_records: bool
    redis_url: str | None = field(repr=False)
    database_url: str = field(repr=False)
    secret_key: str | None = field(repr=False)
    data_dir: Path
    config_dir: Path
    port: int
    web_concurrency: int
    pages: Pages = Pages.ON
    oidc: Oidc | None = None
    heartbeat_seconds: int = DEFAULT_HEARTBEAT
    heartbeat_ping_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    editing: Editing = Editing.AUTO
    keep_months: int = DEFAULT_KEEP_MONTHS
    round_after_days: int | None = None
    previous_auth_token: str | None = field(default=None, repr=False)
    shared_keys: tuple[str, ...] = field(default=(), repr=False)
    """The current shared key and the one before it, as far as they are set."""
    countries: tuple[str, ...] = ()
    """The countries whose numbers may be dialled, by ISO 3166 code; empty: those of each hotline's own numbers."""
    smtp: SmtpAddress | None = field(default=None, repr=False)
    mail_from: str = ""

    @property
    def path(self) -> str:
        """The path of the public address, which a proxy takes off; "" for none."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def account(self) -> str:
        """The account that calls come from: the carrier's, or the one of practice calls."""
        return self.account_sid or PRACTICE_ACCOUNT

    @property
    def spool_dir(self) -> Path:
        """The folder in which facts about calls wait for the database."""
        return self.data_dir / "spool"

    @property
    def outbox_dir(self) -> Path:
        """The folder in which jobs wait for the queue."""
        return self.data_dir / "outbox"

    @property
    def absences_file(self) -> Path:
        """The file with this machine's copy of the times for which volunteers have set themselves off."""
        return self.data_dir / "absences" / "said.json"

    @property
    def practice(self) -> bool:
        """Return whether there is no carrier account, so that calls come from the simulator."""
        return self.auth_token is None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in the environment. Raises SettingsError naming every variable that cannot be used."""
    reader = _Reader(os.environ if environment is None else environment)
    port = reader.number("PORT", DEFAULT_PORT, 1, 65_535)
    data_dir = reader.folder("HOTLINE_DATA_DIR", "var")
    account_sid, auth_token = _account(reader)
    previous, shared_keys = _other_keys(reader, auth_token)
    smtp, mail_from = _mail(reader)
    settings = Settings(
        public_url=reader.url("HOTLINE_PUBLIC_URL", ("http", "https")) or f"http://127.0.0.1:{port}",
        account_sid=account_sid,
        auth_token=auth_token,
        api_base_url=reader.url("TWILIO_API_BASE_URL", ("http", "https")),
        fallback_url=reader.url("HOTLINE_FALLBACK_URL", ("http", "https")),
        delete_records=reader.switch("HOTLINE_DELETE_RECORDS", True),
        redis_url=reader.redis("REDIS_URL"),
        database_url=reader.database("DATABASE_URL") or f"sqlite:///{data_dir / 'hotline.db'}",
        secret_key=reader.secret("HOTLINE_SECRET_KEY"),
        data_dir=data_dir,
        config_dir=reader.folder("HOTLINE_CONFIG_DIR", "."),
        port=port,
        web_concurrency=reader.number("WEB_CONCURRENCY", DEFAULT_CONCURRENCY, 1, 64),
        oidc=_oidc(reader),
        pages=Pages(reader.one_of("HOTLINE_PAGES", [page.value for page in Pages])),
        heartbeat_seconds=reader.number("HOTLINE_HEARTBEAT_SECONDS", DEFAULT_HEARTBEAT, 60, 86_400),
        heartbeat_ping_url=reader.url("HOTLINE_HEARTBEAT_PING_URL", ("http", "https"), exactly=True),
        metrics_token=reader.secret("HOTLINE_METRICS_TOKEN"),
        editing=Editing(reader.one_of("HOTLINE_EDIT", [one.value for one in Editing])),
        keep_months=reader.number("HOTLINE_KEEP_MONTHS", DEFAULT_KEEP_MONTHS, 1, 600),
        round_after_days=reader.days("HOTLINE_ROUND_AFTER_DAYS", 7, 3_650),  # by then a week's Thursday is over
        previous_auth_token=previous,
        shared_keys=shared_keys,
        countries=reader.countries("HOTLINE_COUNTRIES"),
        smtp=smtp,
        mail_from=mail_from,
    )
    reader.unknown()
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def read_countries(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The countries that may be dialled, and no other setting. Raises SettingsError."""
    reader = _Reader(os.environ if environment is None else environment)
    found = reader.countries("HOTLINE_COUNTRIES")
    if reader.problems:
        raise SettingsError(reader.problems)
    return found


def _account(reader: _Reader) -> tuple[str | None, str | None]:
    """The carrier account and its auth token: both, or neither."""
    account_sid, auth_token = reader.account("TWILIO_ACCOUNT_SID"), reader.token("TWILIO_AUTH_TOKEN")
    account_given = reader.given("TWILIO_ACCOUNT_SID")
    if account_given != reader.given("TWILIO_AUTH_TOKEN"):
        missing = "TWILIO_AUTH_TOKEN" if account_given else "TWILIO_ACCOUNT_SID"
        reader.problems.append(
            f"{missing} is not set. Set both TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or neither for practice mode."
        )
    return account_sid, auth_token


def _other_keys(reader: _Reader, auth_token: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The auth token before this one, and the shared keys: webhooks signed with them are accepted too."""
    previous = reader.token("TWILIO_AUTH_TOKEN_PREVIOUS")
    shared = (reader.token("TWILIO_SHARED_KEY"), reader.token("TWILIO_SHARED_KEY_PREVIOUS"))
    secrets = {"TWILIO_AUTH_TOKEN": auth_token, **dict(zip(_GOES_WITH, (previous, *shared), strict=True))}
    names = list(secrets)
    for name, goes_with in _GOES_WITH.items():
        value = secrets[name]
        same = next((other for other in names[: names.index(name)] if secrets[other] == value), None)
        if value is not None and not reader.given(goes_with):
            reader.problems.append(f"{name} goes with {goes_with}, which is not set. Set both, or leave it out.")
        elif value is not None and same is not None:
            reader.problems.append(f"{name} is the same as {same}. Set another one, or leave it out.")
    return previous, tuple(key for key in shared if key is not None)


def _oidc(reader: _Reader) -> Oidc | None:
    """The identity provider: all three variables of it, or none."""
    issuer = reader.url("HOTLINE_OIDC_ISSUER", ("https", "http"))
    client_id, client_secret = reader.text("HOTLINE_OIDC_CLIENT_ID"), reader.text("HOTLINE_OIDC_CLIENT_SECRET")
    listed = (reader.text("HOTLINE_OIDC_COORDINATORS") or "").casefold().replace(",", " ").split()
    names = ("HOTLINE_OIDC_ISSUER", "HOTLINE_OIDC_CLIENT_ID", "HOTLINE_OIDC_CLIENT_SECRET")
    missing = [name for name in names if not reader.given(name)]
    if missing and (len(missing) < len(names) or listed):
        reader.problems.append(f"{missing[0]} is not set. Set {', '.join(names)} together, or none of them.")
    for one in listed:
        if "@" not in one:
            reader.problems.append(
                f"HOTLINE_OIDC_COORDINATORS has {one!r}. Write e-mail addresses, separated by commas."
            )
    if (
        issuer
        and urlsplit(issuer).scheme == "http"
        and urlsplit(issuer).hostname not in {"127.0.0.1", "localhost", "::1"}
    ):
        reader.problems.append("HOTLINE_OIDC_ISSUER is not safe. Begin it with https://.")
    trust_email = reader.switch("HOTLINE_OIDC_TRUST_EMAIL", False)
    return (
        Oidc(issuer, client_id, client_secret, tuple(listed), trust_email)
        if issuer and client_id and client_secret
        else None
    )


def _mail(reader: _Reader) -> tuple[SmtpAddress | None, str]:
    """The mail server and the sender of e-mails: both, or neither."""
    smtp, sender = reader.smtp("HOTLINE_SMTP_URL"), reader.mail_address("HOTLINE_MAIL_FROM")
    names = ("HOTLINE_SMTP_URL", "HOTLINE_MAIL_FROM")
    missing = [name for name in names if not reader.given(name)]
    if len(missing) == 1:
        reader.problems.append(
            f"{missing[0]} is not set. Set {' and '.join(names)}, or neither: then no e-mail is sent."
        )
    return (smtp, sender) if smtp and sender else (None, "")


def _is_slip(name: str, near: Sequence[str]) -> bool:
    """Return whether a variable's name is one of ours, mistyped: one so long that nobody else's is like it."""
    return bool(near) and len(near[0]) > 8 and difflib.SequenceMatcher(None, name.upper(), near[0]).ratio() > 0.9


class _Reader:
    """Reads variables one by one, and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: set[str] = set()
        self._quoted: set[str] = set()
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """A variable's text; set to nothing counts as not set."""
        self._known.add(name)
        text = self._environment.get(name, "").strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" and name not in self._quoted:
            self._quoted.add(name)
            self.problems.append(f"{name} has quotes around it. Leave them out.")
        return None if name in self._quoted else text or None

    def given(self, name: str) -> bool:
        """Return whether a variable is set to something, usable or not."""
        return bool(self._environment.get(name, "").strip())

    def unknown(self) -> None:
        """Tell of variables that look like ours, and are none. Kubernetes sets some for a service named hotline."""
        for name in sorted(self._environment):
            mistyped = name not in self._known and name.upper().startswith("HOTLINE_")
            near = difflib.get_close_matches(name.upper(), sorted(self._known), 1, 0.8)
            if name in self._known or _OF_KUBERNETES.match(name) or not (mistyped or _is_slip(name, near)):
                continue
            self.problems.append(
                f"{name} is not a setting. Did you mean {near[0]}?"
                if near
                else f"{name} is not a setting. Remove it; docs/operators.md lists all settings."
            )

    def countries(self, name: str) -> tuple[str, ...]:
        """Countries by their ISO 3166 codes, sorted. Imports `phonenumbers` only where the variable is set."""
        written = (self.text(name) or "").upper().replace(",", " ").split()
        if not written:
            return ()
        import phonenumbers as library

        for one in written:
            if one not in library.SUPPORTED_REGIONS:
                code = one.lstrip("+")
                meant = library.region_code_for_country_code(int(code)) if code.isdigit() and len(code) < 5 else ""
                meant = {"UK": "GB", "EN": "GB"}.get(one, meant)
                hint = f" Did you mean {meant}?" if meant in library.SUPPORTED_REGIONS else ""
                self.problems.append(
                    f"{name} has {one!r}, which is not a country.{hint} Write two-letter country codes: US,CA."
                )
        return tuple(sorted(set(written)))

    def folder(self, name: str, default: str) -> Path:
        path = Path(self.text(name) or default).absolute()
        if not str(path).isprintable() or "?" in str(path):
            self.problems.append(f"{name} has a '?' or an invisible character in its path. Choose another folder.")
        return path

    def account(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and not _ACCOUNT.fullmatch(text):
            kinds = {"SK": "an API key's", "AP": "an application's", "PN": "a number's", "MG": "a messaging service's"}
            told = f"is {kinds[text[:2]]} SID" if text[:2] in kinds else "is not an account's SID"
            self.problems.append(
                f"{name} {told}. Copy the Account SID from the console: AC and 32 digits or letters a to f."
            )
        return text

    def token(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and (
            not text.isascii() or not text.isprintable() or text[0] in "'\"" or _SID.fullmatch(text)
        ):
            what = "a shared key. Copy its secret, as it was shown once"
            if not name.startswith("TWILIO_SHARED_KEY"):
                what = "an auth token. Copy the Auth Token from the console's first page"
            self.problems.append(f"{name} is not {what}, and nothing else.")
        elif text is not None and "," in text and not name.startswith("TWILIO_SHARED_KEY"):
            self.problems.append(
                f"{name} has a comma. Set one token; the one before it goes into TWILIO_AUTH_TOKEN_PREVIOUS."
            )
        return text

    def redis(self, name: str) -> str | None:
        return self._checked(name, redis_address, "redis:// or rediss:// or unix:// or redis+sentinel://")

    def database(self, name: str) -> str | None:
        return self._checked(name, check_database, "postgresql://user:password@host/name or sqlite:////path/to/file")

    def smtp(self, name: str) -> SmtpAddress | None:
        text = self._checked(name, smtp_address, "smtp://user:password@host:587 or smtps://user:password@host")
        return smtp_address(text) if text else None

    def mail_address(self, name: str) -> str:
        text = self.text(name)
        try:
            return mail_address(text) if text else ""
        except BadAddress as problem:
            self.problems.append(f"{name} is {text!r}. {problem}")
            return ""

    def _checked(self, name: str, check: Callable[[str], object], like: str) -> str | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            check(text)
        except BadAddress as problem:
            # Such addresses may hold a password: the value is not repeated.
            self.problems.append(f"{name} is not a full address, beginning with {like}. {problem}")
            return None
        return text

    def number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
            self.problems.append(f"{name} is {text!r}. It must be a whole number from {least} to {most}.")
            return default
        return int(text)

    def days(self, name: str, least: int, most: int) -> int | None:
        """A number of days; None where the variable is not set, or is "off"."""
        if (self.text(name) or "off").lower() in {"off", "no", "false"}:
            return None
        return self.number(name, least, least, most)

    def switch(self, name: str, default: bool) -> bool:
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in _SWITCHES:
            self.problems.append(f"{name} is {text!r}. Write on or off.")
            return default
        return _SWITCHES[text.lower()]

    def one_of(self, name: str, words: Sequence[str]) -> str:
        """Read one of some words; the first where the variable is not set."""
        text = self.text(name) or words[0]
        if text not in words:
            self.problems.append(f"{name} is {text!r}. It must be one of: {', '.join(words)}.")
            return words[0]
        return text

    def url(self, name: str, schemes: tuple[str, ...], *, exactly: bool = False) -> str | None:
        """An address; `exactly`: with the slash at its end, if it has one."""
        text = self.text(name)
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            complete = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not set(text) & set(" ")
        except ValueError:
            complete = False
        if not complete:
            starts = " or ".join(f"{scheme}://" for scheme in schemes)
            # Such addresses may hold a password: the value is not repeated.
            self.problems.append(f"{name} is not a full address. Write it out, beginning with {starts}.")
            return None
        if name in {"HOTLINE_PUBLIC_URL", "TWILIO_API_BASE_URL", "HOTLINE_OIDC_ISSUER"} and set(text) & set("?#"):
            self.problems.append(f"{name} has a query or a fragment. Leave out everything from '?' or '#' on.")
            return None
        try:
            check_web(text, public=name == "HOTLINE_PUBLIC_URL")
        except BadAddress as problem:
            self.problems.append(f"{name} cannot be used. {problem}")
            return None
        return text if exactly else text.rstrip("/")

    def secret(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and len(text) < 16:
            self.problems.append(f"{name} is too short to be secret. Use at least 16 random characters.")
        elif text is not None and not text.isprintable():
            self.problems.append(f"{name} has an invisible character in it. Copy it again, without line breaks.")
        return text
