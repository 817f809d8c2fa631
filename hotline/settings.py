"""Settings: read once from the environment into a frozen object; every bad variable is reported at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from hotline.errors import SettingsError

DEFAULT_PORT = 8000
DEFAULT_CONCURRENCY = 2
DEFAULT_KEEP_MONTHS = 25
DEFAULT_HEARTBEAT = 300
_SWITCHES = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}


class Pages(Enum):
    """Whether a web process serves the coordinators' pages beside the webhooks, or instead of them."""

    ON = "on"
    OFF = "off"
    ONLY = "only"


class Editing(Enum):
    """Whether the pages write call flow and rota files: `auto`: where it would last, so not in a git work tree."""

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
    """The whole configuration of a process. See "Settings" in the README for each variable."""

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

    @property
    def path(self) -> str:
        """The path of the public address, which a proxy takes off; "" for none."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def practice(self) -> bool:
        """Whether there is no carrier account: calls come from the simulator."""
        return self.auth_token is None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in the environment. Raises SettingsError naming every variable that cannot be used."""
    reader = _Reader(os.environ if environment is None else environment)
    port = reader.number("PORT", DEFAULT_PORT, 1, 65_535)
    data_dir = Path(reader.text("HOTLINE_DATA_DIR") or "var").absolute()
    account_sid, auth_token = reader.text("TWILIO_ACCOUNT_SID"), reader.text("TWILIO_AUTH_TOKEN")
    if (account_sid is None) != (auth_token is None):
        missing = "TWILIO_AUTH_TOKEN" if account_sid else "TWILIO_ACCOUNT_SID"
        reader.problems.append(
            f"{missing} is not set. Set both TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or neither for practice mode."
        )
    settings = Settings(
        public_url=reader.url("HOTLINE_PUBLIC_URL", ("http", "https")) or f"http://127.0.0.1:{port}",
        account_sid=account_sid,
        auth_token=auth_token,
        api_base_url=reader.url("TWILIO_API_BASE_URL", ("http", "https")),
        fallback_url=reader.url("HOTLINE_FALLBACK_URL", ("http", "https")),
        delete_records=reader.switch("HOTLINE_DELETE_RECORDS", True),
        redis_url=reader.url("REDIS_URL", ("redis", "rediss", "unix")),
        database_url=reader.database("DATABASE_URL") or f"sqlite:///{data_dir / 'hotline.db'}",
        secret_key=reader.secret("HOTLINE_SECRET_KEY"),
        data_dir=data_dir,
        config_dir=Path(reader.text("HOTLINE_CONFIG_DIR") or ".").absolute(),
        port=port,
        web_concurrency=reader.number("WEB_CONCURRENCY", DEFAULT_CONCURRENCY, 1, 64),
        oidc=_oidc(reader),
        pages=Pages(reader.one_of("HOTLINE_PAGES", [one.value for one in Pages])),
        heartbeat_seconds=reader.number("HOTLINE_HEARTBEAT_SECONDS", DEFAULT_HEARTBEAT, 60, 86_400),
        heartbeat_ping_url=reader.url("HOTLINE_HEARTBEAT_PING_URL", ("http", "https"), exactly=True),
        metrics_token=reader.secret("HOTLINE_METRICS_TOKEN"),
        editing=Editing(reader.one_of("HOTLINE_EDIT", [one.value for one in Editing])),
        keep_months=reader.number("HOTLINE_KEEP_MONTHS", DEFAULT_KEEP_MONTHS, 1, 600),
    )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def _oidc(reader: _Reader) -> Oidc | None:
    """The identity provider: all three variables of it, or none."""
    issuer = reader.url("HOTLINE_OIDC_ISSUER", ("https", "http"))
    client_id, client_secret = reader.text("HOTLINE_OIDC_CLIENT_ID"), reader.text("HOTLINE_OIDC_CLIENT_SECRET")
    listed = (reader.text("HOTLINE_OIDC_COORDINATORS") or "").casefold().replace(",", " ").split()
    given = {
        "HOTLINE_OIDC_ISSUER": issuer or reader.text("HOTLINE_OIDC_ISSUER"),
        "HOTLINE_OIDC_CLIENT_ID": client_id,
        "HOTLINE_OIDC_CLIENT_SECRET": client_secret,
    }
    missing = [name for name, value in given.items() if not value]
    if missing and (len(missing) < len(given) or listed):
        reader.problems.append(f"{missing[0]} is not set. Set {', '.join(given)} together, or none of them.")
    for one in listed:
        if "@" not in one:
            reader.problems.append(f"HOTLINE_OIDC_COORDINATORS has {one!r}. It must be e-mail addresses, with commas.")
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


class _Reader:
    """Reads variables one by one, and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """A variable's text; set to nothing counts as not set."""
        return self._environment.get(name, "").strip() or None

    def number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
            self.problems.append(f"{name} is {text!r}. It must be a whole number from {least} to {most}.")
            return default
        return int(text)

    def switch(self, name: str, default: bool) -> bool:
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in _SWITCHES:
            self.problems.append(f"{name} is {text!r}. Write on or off.")
            return default
        return _SWITCHES[text.lower()]

    def one_of(self, name: str, words: Sequence[str]) -> str:
        """One of some words; the first where the variable is not set."""
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
            there = parts.path.strip("/") if parts.scheme == "unix" else parts.hostname
            complete = parts.scheme in schemes and bool(there) and parts.port != 0 and not set(text) & set(" \t\r\n")
        except ValueError:
            complete = False
        if not complete:
            starts = " or ".join(f"{scheme}://" for scheme in schemes)
            # Such addresses may hold a password: the value is not repeated.
            self.problems.append(f"{name} is not a full address. Write it out, beginning with {starts}.")
            return None
        if name == "HOTLINE_PUBLIC_URL" and set(text) & set("?#"):
            self.problems.append(f"{name} has a query or a fragment. Leave out everything from '?' or '#' on.")
        return text if exactly else text.rstrip("/")

    def database(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and "://" not in text[1:]:
            self.problems.append(
                f"{name} is not a database address. Write one like postgresql://user:password@host/name."
            )
            return None
        return text

    def secret(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and len(text) < 16:
            self.problems.append(f"{name} is too short to be secret. Use at least 16 random characters.")
        return text
