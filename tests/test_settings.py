"""Settings: the environment is the whole configuration, and whatever is wrong with it is told at once."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from hotline.errors import SettingsError
from hotline.settings import Editing, Pages, Settings, read_settings
from hotline.store.database.engine import engine_for
from hotline.store.redis.client import redis_client
from hotline.store.redis.live import RedisLive

ROOT = Path(__file__).parents[1]
VARIABLES = [
    "HOTLINE_PUBLIC_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_PREVIOUS",
    "TWILIO_SHARED_KEY",
    "TWILIO_SHARED_KEY_PREVIOUS",
    "TWILIO_API_BASE_URL",
    "HOTLINE_FALLBACK_URL",
    "HOTLINE_KEEP_MONTHS",
    "HOTLINE_ROUND_AFTER_DAYS",
    "HOTLINE_DELETE_RECORDS",
    "REDIS_URL",
    "DATABASE_URL",
    "HOTLINE_SECRET_KEY",
    "HOTLINE_DATA_DIR",
    "HOTLINE_CONFIG_DIR",
    "HOTLINE_COUNTRIES",
    "HOTLINE_OIDC_ISSUER",
    "HOTLINE_OIDC_CLIENT_ID",
    "HOTLINE_OIDC_CLIENT_SECRET",
    "HOTLINE_OIDC_COORDINATORS",
    "HOTLINE_OIDC_TRUST_EMAIL",
    "HOTLINE_PAGES",
    "HOTLINE_EDIT",
    "PORT",
    "WEB_CONCURRENCY",
    "HOTLINE_HEARTBEAT_SECONDS",
    "HOTLINE_HEARTBEAT_PING_URL",
    "HOTLINE_METRICS_TOKEN",
    "HOTLINE_SMTP_URL",
    "HOTLINE_MAIL_FROM",
]
ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "an-auth-token"}
SECRET = "a-password-nobody-may-read"


def problems(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return caught.value.problems


def test_with_nothing_set_everything_has_a_default() -> None:
    here = Path.cwd()
    assert read_settings({}) == Settings(
        public_url="http://127.0.0.1:8000",
        account_sid=None,
        auth_token=None,
        api_base_url=None,
        fallback_url=None,
        delete_records=True,
        redis_url=None,
        database_url=f"sqlite:///{here}/var/hotline.db",
        secret_key=None,
        data_dir=here / "var",
        config_dir=here,
        port=8000,
        web_concurrency=2,
        heartbeat_seconds=300,
        heartbeat_ping_url=None,
        metrics_token=None,
    )


def test_set_to_nothing_counts_as_not_set() -> None:
    assert read_settings(dict.fromkeys(VARIABLES, "")) == read_settings({})
    assert read_settings(dict.fromkeys(VARIABLES, "  \t")) == read_settings({})


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org", "public_url", "https://hotline.example.org"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org/", "public_url", "https://hotline.example.org"),
        ("HOTLINE_PUBLIC_URL", " https://h.example.org:8443/lines/ ", "public_url", "https://h.example.org:8443/lines"),
        ("HOTLINE_PUBLIC_URL", "http://[::1]:8000", "public_url", "http://[::1]:8000"),
        ("TWILIO_API_BASE_URL", "http://127.0.0.1:9000/", "api_base_url", "http://127.0.0.1:9000"),
        ("HOTLINE_FALLBACK_URL", "https://files.example.net/f.xml", "fallback_url", "https://files.example.net/f.xml"),
        ("HOTLINE_DELETE_RECORDS", "off", "delete_records", False),
        ("HOTLINE_DELETE_RECORDS", "No", "delete_records", False),
        ("HOTLINE_DELETE_RECORDS", "ON", "delete_records", True),
        ("REDIS_URL", "redis://:secret@cache.example.org:6379/2", "redis_url", None),
        ("REDIS_URL", "rediss://cache.example.org", "redis_url", None),
        ("REDIS_URL", "unix:///run/valkey/valkey.sock", "redis_url", None),
        ("REDIS_URL", "unix:///run/valkey.sock?db=1", "redis_url", None),
        ("DATABASE_URL", "postgresql://hotline@/calls?host=/run/postgresql", "database_url", None),
        ("DATABASE_URL", "postgresql://hotline@db1,db2:5433,[::1]:5434/calls", "database_url", None),
        ("DATABASE_URL", "sqlite:////data/calls.db", "database_url", None),
        ("HOTLINE_SECRET_KEY", "0123456789abcdef", "secret_key", None),
        ("HOTLINE_DATA_DIR", "/data/hotline", "data_dir", Path("/data/hotline")),
        ("HOTLINE_DATA_DIR", "data", "data_dir", Path.cwd() / "data"),
        ("HOTLINE_CONFIG_DIR", "/etc/hotline", "config_dir", Path("/etc/hotline")),
        ("HOTLINE_PAGES", "only", "pages", Pages.ONLY),
        ("HOTLINE_EDIT", "off", "editing", Editing.OFF),
        ("PORT", "1", "port", 1),
        ("PORT", "65535", "port", 65535),
        ("WEB_CONCURRENCY", " 64 ", "web_concurrency", 64),
        ("HOTLINE_HEARTBEAT_SECONDS", "60", "heartbeat_seconds", 60),
        ("HOTLINE_HEARTBEAT_PING_URL", "https://watch.example.org/1/", "heartbeat_ping_url", None),
        ("HOTLINE_METRICS_TOKEN", "0123456789abcdef", "metrics_token", None),
        ("HOTLINE_KEEP_MONTHS", "13", "keep_months", 13),
        ("HOTLINE_ROUND_AFTER_DAYS", "30", "round_after_days", 30),
        ("HOTLINE_COUNTRIES", "US", "countries", ("US",)),
        ("HOTLINE_COUNTRIES", " us, ca gb,", "countries", ("CA", "GB", "US")),
    ],
)
def test_a_good_value_is_taken_as_it_is_meant(name: str, text: str, field: str, value: object) -> None:
    assert getattr(read_settings({name: text}), field) == (text if value is None else value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("HOTLINE_PUBLIC_URL", "hotline.example.org", "beginning with http:// or https://"),
        ("HOTLINE_PUBLIC_URL", "ftp://hotline.example.org", "beginning with http:// or https://"),
        ("HOTLINE_PUBLIC_URL", "https://", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://:8443", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org:port", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org:0", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org:99999", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://hot line.example.org", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://[::1", "not a full address"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org/voice?line=1", "from '?' or '#' on"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org?", "from '?' or '#' on"),
        ("HOTLINE_PUBLIC_URL", "https://hotline.example.org#rp=all", "from '?' or '#' on"),
        ("TWILIO_API_BASE_URL", "api.example.org", "not a full address"),
        ("HOTLINE_FALLBACK_URL", "files.example.net/f.xml", "not a full address"),
        ("HOTLINE_DELETE_RECORDS", "never", "'never'. Write on or off"),
        ("REDIS_URL", "localhost:6379", "beginning with redis:// or rediss:// or unix://"),
        ("REDIS_URL", "http://localhost:6379", "beginning with redis:// or rediss:// or unix://"),
        ("REDIS_URL", "redis://", "not a full address"),
        ("REDIS_URL", "unix://", "not a full address"),
        ("DATABASE_URL", "calls.db", "postgresql://user:password@host/name"),
        ("DATABASE_URL", "://calls", "postgresql://user:password@host/name"),
        ("HOTLINE_SECRET_KEY", "short", "at least 16 random characters"),
        ("PORT", "0", "'0'. It must be a whole number from 1 to 65535"),
        ("PORT", "65536", "'65536'. It must be"),
        ("PORT", "http", "'http'. It must be"),
        ("PORT", "-1", "'-1'. It must be"),
        ("PORT", "80.5", "'80.5'. It must be"),
        ("PORT", "٨٠", "'٨٠'. It must be"),
        ("PORT", "9" * 5000, "It must be a whole number"),
        ("WEB_CONCURRENCY", "0", "'0'. It must be a whole number from 1 to 64"),
        ("WEB_CONCURRENCY", "many", "'many'. It must be"),
        ("HOTLINE_HEARTBEAT_SECONDS", "59", "'59'. It must be a whole number from 60 to 86400"),
        ("HOTLINE_HEARTBEAT_PING_URL", "watch.example.org", "not a full address"),
        ("HOTLINE_METRICS_TOKEN", "short", "at least 16 random characters"),
        ("HOTLINE_COUNTRIES", "US,UK", "'UK', which is not a country. Did you mean GB?"),
        ("HOTLINE_COUNTRIES", "+44", "'+44', which is not a country. Did you mean GB?"),
        ("HOTLINE_COUNTRIES", "979", "'979', which is not a country. Write"),
        ("HOTLINE_COUNTRIES", "US;CA", "two-letter country codes: US,CA"),
        ("HOTLINE_COUNTRIES", "everywhere", "two-letter country codes: US,CA"),
        ("HOTLINE_KEEP_MONTHS", "0", "'0'. It must be a whole number from 1 to 600"),
        ("HOTLINE_ROUND_AFTER_DAYS", "6", "'6'. It must be a whole number from 7 to 3650"),
        ("HOTLINE_PUBLIC_URL", "https://h.example.org/voice", "Leave out /voice"),
        ("HOTLINE_PUBLIC_URL", "https://h.example.org/lines/voice/ended/", "Leave out /voice"),
        ("HOTLINE_PUBLIC_URL", "https://h.example.org/health/live", "Leave out"),
        ("HOTLINE_PUBLIC_URL", "https://me:pw@h.example.org", "before '@'"),
        ("HOTLINE_PUBLIC_URL", "https://*.example.org", "host name is not valid"),
        ("HOTLINE_PUBLIC_URL", "https://h.example.org/*", "'*'"),
        ("HOTLINE_PUBLIC_URL", "https://h.example.org//x", "empty part"),
        ("HOTLINE_PUBLIC_URL", "https://0.0.0.0:8000", "every address"),
        ("HOTLINE_PUBLIC_URL", "https://höt.example.org", "xn--"),
        ("HOTLINE_PUBLIC_URL", "'https://h.example.org'", "quotes around it"),
        ("HOTLINE_PULIC_URL", "https://h.example.org", "Did you mean HOTLINE_PUBLIC_URL?"),
        ("Hotline_Public_Url", "https://h.example.org", "Did you mean HOTLINE_PUBLIC_URL?"),
        ("HOTLINE_COLOUR", "blue", "not a setting"),
        ("TWILIO_AUTH_TOKN", "x", "Did you mean TWILIO_AUTH_TOKEN?"),
        ("DATABASE_URLS", "x", "Did you mean DATABASE_URL?"),
        ("HOTLINE_DATA_DIR", "/srv/what?", "'?'"),
        ("HOTLINE_SECRET_KEY", '"0123456789abcdef"', "quotes around it"),
        ("HOTLINE_METRICS_TOKEN", "0123456789\nabcdef", "invisible"),
        ("REDIS_URL", "redis://host?ssl_cert_reqs=none", "not used here"),
        ("REDIS_URL", "redis://host?unknown=1", "not used here"),
        ("REDIS_URL", "redis://host?family=IPv4", "not used here"),
        ("REDIS_URL", "redis://host?socket_timeout=x", "not used here"),
        ("REDIS_URL", "redis://host?db=x", "Its db must be a number"),
        ("REDIS_URL", "redis://host?db=", "no value"),
        ("REDIS_URL", "redis://host?db=1&db=2", "twice"),
        ("REDIS_URL", "redis://host/one", "Its db must be a number"),
        ("REDIS_URL", "redis://host/1/2", "once"),
        ("REDIS_URL", "redis://host,other", "only one host"),
        ("REDIS_URL", "redis://:pa#ss@host", "%23"),
        ("REDIS_URL", "redis://:pa/ss@host", "%2F"),
        ("REDIS_URL", "redis://:pa@ss@host", "%40"),
        ("REDIS_URL", "redis://host:99999", "port"),
        ("REDIS_URL", "rediss://host?ssl_cert_reqs=sometimes", "required, optional or none"),
        ("REDIS_URL", "rediss://host?ssl_ca_certs=/nowhere.pem", "cannot be read"),
        ("REDIS_URL", "rediss://host?ssl_ca_certs=/etc/hostname", "not a PEM file"),
        ("REDIS_URL", "rediss://host?ssl_certfile=/etc/hostname", "together"),
        ("REDIS_URL", "redis+sentinel://host", "Name the service"),
        ("REDIS_URL", "redis+sentinel://host/mine/x", "Its db must be a number"),
        ("REDIS_URL", "unix://run/valkey.sock", "three slashes"),
        ("DATABASE_URL", "postgresql+psycopg2://u:p@host/db", "with the driver that Hotline brings"),
        ("DATABASE_URL", "postgresql+asyncpg://u:p@host/db", "with the driver that Hotline brings"),
        ("DATABASE_URL", "mysql://u:p@host/db", "Only PostgreSQL and SQLite"),
        ("DATABASE_URL", "sqllite:///x.db", "Did you mean sqlite://?"),
        ("DATABASE_URL", "postgres+ql://h/x", "Only PostgreSQL and SQLite"),
        ("DATABASE_URL", "postgresql://hot:Tr0ub4dor@Horse9@127.0.0.1:5999/db", "%40"),
        ("DATABASE_URL", "postgresql://u:p@host:port/db", "port"),
        ("DATABASE_URL", "postgresql://u:p@one,two:port/db", "port"),
        ("DATABASE_URL", "postgresql://u:p@one,/db", "no host"),
        ("DATABASE_URL", "postgresql://u:p@host/db?sslmode=yes", "cannot be used"),
        ("DATABASE_URL", "postgresql://u:p@host/db?sslrootcert=/nowhere", "cannot be read"),
        ("DATABASE_URL", "postgresql://u:p@host/db?colour=blue", "not used here"),
        ("DATABASE_URL", "sqlite://", "Name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "Name a file"),
        ("DATABASE_URL", "sqlite:///x.db?mode=ro", "from '?' on"),
    ],
)
def test_a_bad_value_is_told_of_by_name_with_the_remedy(name: str, text: str, told: str) -> None:
    (problem,) = problems(**{name: text})
    assert problem.startswith(name)
    assert told in problem


def test_every_bad_variable_is_told_of_at_once() -> None:
    bad = {
        "HOTLINE_PUBLIC_URL": "x",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_API_BASE_URL": "x",
        "HOTLINE_FALLBACK_URL": "x",
        "HOTLINE_DELETE_RECORDS": "x",
        "REDIS_URL": "x",
        "DATABASE_URL": "x",
        "HOTLINE_SECRET_KEY": "x",
        "PORT": "x",
        "WEB_CONCURRENCY": "x",
        "HOTLINE_HEARTBEAT_SECONDS": "x",
        "HOTLINE_HEARTBEAT_PING_URL": "x",
        "HOTLINE_METRICS_TOKEN": "x",
        "HOTLINE_KEEP_MONTHS": "x",
        "HOTLINE_COUNTRIES": "x",
    }
    told = problems(**bad)
    assert len(told) == len(bad)
    named = {problem.split()[0] for problem in told}
    assert named == (bad.keys() - {"TWILIO_ACCOUNT_SID"}) | {"TWILIO_AUTH_TOKEN"}


@pytest.mark.parametrize(
    "name", ["HOTLINE_PUBLIC_URL", "TWILIO_API_BASE_URL", "REDIS_URL", "DATABASE_URL", "HOTLINE_SECRET_KEY"]
)
def test_what_may_hold_a_secret_is_not_repeated(name: str) -> None:
    text = "s3cret" if name == "HOTLINE_SECRET_KEY" else f"user:{SECRET}@somewhere"
    assert text not in "".join(problems(**{name: text}))
    assert SECRET not in "".join(problems(**{name: text}))


@pytest.mark.parametrize(
    ("given", "missing"),
    [("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID")],
)
@pytest.mark.parametrize("environment", [{}, dict.fromkeys(VARIABLES, "")])
def test_one_half_of_a_carrier_account_is_none(given: str, missing: str, environment: dict[str, str]) -> None:
    (problem,) = problems(**{**environment, given: ACCOUNT[given]})
    assert problem.startswith(f"{missing} is not set.")
    assert "neither for practice mode" in problem


def test_without_a_carrier_account_it_is_practice_mode() -> None:
    assert read_settings({}).practice
    assert not read_settings(ACCOUNT).practice


def test_the_public_address_follows_the_port_unless_it_is_set() -> None:
    assert read_settings({"PORT": "8123"}).public_url == "http://127.0.0.1:8123"
    assert read_settings({"PORT": "8123", "HOTLINE_PUBLIC_URL": "https://h.example.org"}).public_url.endswith("org")


def test_the_database_follows_the_data_directory_unless_it_is_set() -> None:
    assert read_settings({"HOTLINE_DATA_DIR": "/data"}).database_url == "sqlite:////data/hotline.db"


@pytest.mark.parametrize(
    ("sid", "told"),
    [("SK" + "1" * 32, "an API key's"), ("AP" + "1" * 32, "application's"), ("AC12", "account's"), ("x", "account's")],
)
def test_another_sid_than_an_accounts_is_refused(sid: str, told: str) -> None:
    (problem,) = problems(**{**ACCOUNT, "TWILIO_ACCOUNT_SID": sid})
    assert told in problem
    assert sid not in problem or sid == "x"


@pytest.mark.parametrize("token", ["SK" + "1" * 32, "'a-token'"])
def test_what_is_no_auth_token_is_refused_and_not_repeated(token: str) -> None:
    (problem, *_) = problems(**{**ACCOUNT, "TWILIO_AUTH_TOKEN": token})
    assert problem.startswith("TWILIO_AUTH_TOKEN")
    assert token not in problem


def test_the_token_before_and_shared_keys_are_read_and_not_repeated() -> None:
    keys = {"TWILIO_AUTH_TOKEN_PREVIOUS": SECRET, "TWILIO_SHARED_KEY": f"{SECRET}-2"}
    found = read_settings(ACCOUNT | keys)
    assert (found.auth_token, found.previous_auth_token) == (ACCOUNT["TWILIO_AUTH_TOKEN"], SECRET)
    assert found.shared_keys == (f"{SECRET}-2",)
    found = read_settings(ACCOUNT | keys | {"TWILIO_SHARED_KEY_PREVIOUS": f"{SECRET}-1"})
    assert found.shared_keys == (f"{SECRET}-2", f"{SECRET}-1")
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TWILIO_AUTH_TOKEN_PREVIOUS": SECRET}, "TWILIO_AUTH_TOKEN_PREVIOUS goes with TWILIO_AUTH_TOKEN"),
        ({"TWILIO_SHARED_KEY": SECRET}, "TWILIO_SHARED_KEY goes with TWILIO_AUTH_TOKEN"),
        ({**ACCOUNT, "TWILIO_AUTH_TOKEN": f"a,{SECRET}"}, "the one before it goes into TWILIO_AUTH_TOKEN_PREVIOUS"),
        ({**ACCOUNT, "TWILIO_AUTH_TOKEN_PREVIOUS": f"a,{SECRET}"}, "TWILIO_AUTH_TOKEN_PREVIOUS has a comma"),
        (
            {**ACCOUNT, "TWILIO_AUTH_TOKEN": SECRET, "TWILIO_AUTH_TOKEN_PREVIOUS": SECRET},
            "TWILIO_AUTH_TOKEN_PREVIOUS is the same as TWILIO_AUTH_TOKEN",
        ),
        (
            {**ACCOUNT, "TWILIO_AUTH_TOKEN": SECRET, "TWILIO_SHARED_KEY": SECRET},
            "TWILIO_SHARED_KEY is the same as TWILIO_AUTH_TOKEN",
        ),
        (
            {**ACCOUNT, "TWILIO_SHARED_KEY_PREVIOUS": SECRET},
            "TWILIO_SHARED_KEY_PREVIOUS goes with TWILIO_SHARED_KEY, which is not set",
        ),
        (
            {**ACCOUNT, "TWILIO_SHARED_KEY": SECRET, "TWILIO_SHARED_KEY_PREVIOUS": SECRET},
            "TWILIO_SHARED_KEY_PREVIOUS is the same as TWILIO_SHARED_KEY",
        ),
        (
            {**ACCOUNT, "TWILIO_SHARED_KEY": "another", "TWILIO_SHARED_KEY_PREVIOUS": ACCOUNT["TWILIO_AUTH_TOKEN"]},
            "TWILIO_SHARED_KEY_PREVIOUS is the same as TWILIO_AUTH_TOKEN",
        ),
    ],
)
def test_a_token_before_that_cannot_be_one(environment: dict[str, str], told: str) -> None:
    (problem,) = problems(**environment)
    assert told in problem
    assert SECRET not in problem


def test_what_kubernetes_sets_for_a_service_of_our_name_is_no_mistake() -> None:
    read_settings({"HOTLINE_SERVICE_HOST": "10.0.0.1", "HOTLINE_PORT": "x", "HOTLINE_PORT_8000_TCP_ADDR": "10.0.0.1"})


_OPTION_NAMES = (
    *("db", "username", "password", "protocol", "ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_certs", "ssl_keyfile"),
    *("ssl_ciphers", "ssl_min_version", "socket_timeout", "health_check_interval", "max_connections", "client_name"),
    *("decode_responses", "encoding", "retry_on_error", "sentinel_password", "family", "host", "port", "sslmode"),
    *("connect_timeout", "sslrootcert", "options", "timeout", "check_same_thread", "uri", "isolation_level"),
)
_VALUES = st.sampled_from(["", "0", "1", "x", "none", "true", "3", "-1", "/nowhere", "a,b", "%41", "require"])
_ADDRESSES = st.builds(
    lambda scheme, who, host, path, options: (
        f"{scheme}://{who}{host}{path}"
        + ("?" + "&".join(f"{name}={value}" for name, value in options) if options else "")
    ),
    st.sampled_from(
        [
            *("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "postgresql", "postgres", "sqlite"),
            *("postgresql+psycopg", "postgresql+psycopg2", "mysql", "sqllite", "sqlite+pysqlite", "oracle"),
        ]
    ),
    st.sampled_from(["", "u@", ":p@", "u:p@", "u:p%40w@", "u:p@w@", "u:p:w@", "u:p/w@", "u:p?w@", "u:p#w@", "u:50%@"]),
    st.sampled_from(
        ["", "h", "h:1", "h:0", "h:x", "h,i", "h:1,i:2", "[::1]", "[::1]:5", "[x", "a..b", "a" * 64, "h_1"]
    ),
    st.sampled_from(["", "/", "/0", "/x", "/x/1", "/x/y", "//t/x.db", "/tmp", "/%00", "/x y", "/:memory:"]),
    st.lists(st.tuples(st.sampled_from(_OPTION_NAMES), _VALUES), max_size=2),
)


@given(_ADDRESSES)
def test_whatever_address_is_accepted_can_be_used_to_make_a_client_and_its_connections(address: str) -> None:
    with suppress(SettingsError):
        url = read_settings({"REDIS_URL": address}).redis_url
        for text in (True, False):
            client = redis_client(str(url), 0.1, text=text, name="me")
            client.connection_pool.make_connection()
        RedisLive(str(url), b"key")
    with suppress(SettingsError):
        settings = read_settings({"DATABASE_URL": address})
        engine = engine_for(settings.database_url)
        if engine.dialect.name == "postgresql":
            arguments, named = engine.dialect.create_connect_args(engine.url)
            named.pop("context", None)  # SQLAlchemy's own
            make_conninfo(*arguments, **named)
        engine.dispose()


def test_settings_cannot_be_changed() -> None:
    settings = read_settings({})
    for field in fields(Settings):
        with pytest.raises(FrozenInstanceError):
            setattr(settings, field.name, None)


def test_secrets_are_not_in_what_is_printed_of_settings() -> None:
    secrets = {
        "TWILIO_AUTH_TOKEN": f"{SECRET}-1",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "REDIS_URL": f"redis://:{SECRET}-2@cache/0",
        "DATABASE_URL": f"postgresql://user:{SECRET}-3@host/name",
        "HOTLINE_SECRET_KEY": f"{SECRET}-4",
        "HOTLINE_HEARTBEAT_PING_URL": f"https://watch.example.org/{SECRET}-5",
        "HOTLINE_METRICS_TOKEN": f"{SECRET}-6",
    }
    assert SECRET not in repr(read_settings(secrets))
    assert SECRET not in str(read_settings(secrets))


# ------------------------------------------------------------------------------------------- what documents say


def test_every_variable_that_is_read_is_in_the_readme_and_no_other() -> None:
    source = (ROOT / "hotline" / "settings.py").read_text()
    read = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "reader"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert read == set(VARIABLES)
    page = (ROOT / "docs" / "operators.md").read_text()
    table = page.split("## Settings", 1)[1].split("\n## ", 1)[0]
    documented = [
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`([A-Z_]+)`", row)
    ]
    assert documented == VARIABLES, "in this order"


def test_nothing_else_reads_the_environment() -> None:
    """Settings come from one place. gunicorn needs WEB_CONCURRENCY before us; `hotline up` hands its own on.

    The machine's time zone, which `hotline init` proposes, is no setting of ours.
    """
    reading = {
        path.relative_to(ROOT / "hotline").as_posix(): sorted(
            {node.attr for node in ast.walk(ast.parse(path.read_text())) if _reads_environment(node)}
        )
        for path in (ROOT / "hotline").rglob("*.py")
    }
    found = {path: names for path, names in reading.items() if names}
    reads = ("settings.py", "processes/gunicorn_conf.py", "commands/up.py", "commands/support/machine_zone.py")
    assert found == {path: ["environ"] for path in reads}
    assert re.findall(r"environ\W+get\(\"(\w+)\"", (ROOT / "hotline/processes/gunicorn_conf.py").read_text()) == [
        "WEB_CONCURRENCY"
    ]


def _reads_environment(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )


@pytest.mark.parametrize(
    ("url", "sender", "told"),
    [
        ("smtp://mail.example.org", "", "HOTLINE_MAIL_FROM is not set"),
        ("", "line@example.org", "HOTLINE_SMTP_URL is not set"),
        ("mail.example.org", "line@example.org", "Begin it with smtp://"),
        (f"smtp://line:{SECRET}@mail.example.org?tls=none", "line@example.org", "sent in the clear"),
        ("smtp://line@mail.example.org", "line@example.org", "both a user and a password"),
        ("smtp://mail.example.org/inbox", "line@example.org", "Leave out the path"),
        ("smtps://mail.example.org?tls=none", "line@example.org", "option that is not used"),
        ("smtp://mail.example.org", "RISE <line@example.org>", "not an e-mail address"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_told(url: str, sender: str, told: str) -> None:
    (problem,) = problems(HOTLINE_SMTP_URL=url, HOTLINE_MAIL_FROM=sender)
    assert told in problem
    assert SECRET not in problem


def test_a_mail_server_is_spoken_to_with_tls_unless_it_has_none() -> None:
    sender = {"HOTLINE_MAIL_FROM": "line@example.org"}
    read = [
        read_settings({"HOTLINE_SMTP_URL": url, **sender}).smtp
        for url in ("smtp://a:b%40c@mail.example.org", "smtps://mail.example.org", "smtp://127.0.0.1:25?tls=none")
    ]
    assert [(one.host, one.port, one.tls, one.password) for one in read if one] == [
        ("mail.example.org", 587, "starttls", "b@c"),
        ("mail.example.org", 465, "tls", None),
        ("127.0.0.1", 25, "none", None),
    ]


@pytest.mark.parametrize("name", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
def test_a_setting_in_quotes_is_not_said_to_be_missing(name: str) -> None:
    assert problems(**ACCOUNT | {name: f'"{ACCOUNT[name]}"'}) == [f"{name} has quotes around it. Leave them out."]


def test_other_settings_in_quotes_are_not_said_to_be_missing() -> None:
    mail = {"HOTLINE_SMTP_URL": "'smtp://localhost'", "HOTLINE_MAIL_FROM": "a@example.org"}
    assert problems(**mail) == ["HOTLINE_SMTP_URL has quotes around it. Leave them out."]
    oidc = dict.fromkeys(("HOTLINE_OIDC_CLIENT_ID", "HOTLINE_OIDC_CLIENT_SECRET"), "x")
    assert problems(**oidc, HOTLINE_OIDC_ISSUER="'https://id.example.org'") == [
        "HOTLINE_OIDC_ISSUER has quotes around it. Leave them out."
    ]
    keys = {**ACCOUNT, "TWILIO_AUTH_TOKEN": "'token'", "TWILIO_AUTH_TOKEN_PREVIOUS": "older"}
    assert problems(**keys) == ["TWILIO_AUTH_TOKEN has quotes around it. Leave them out."]
