"""Whatever stands in a file: findings, never a traceback, and quickly."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.files import check_coverage, check_effects, check_holidays, check_limits, load_texts
from tests.files.good import EXAMPLES, FLOW, ROTA, texts

EXAMPLE_FLOW = (EXAMPLES / "call_flows/rise.yaml").read_text()
EXAMPLE_ROTA = (EXAMPLES / "rota/rise.yaml").read_text()
"""Seconds of work (not of waiting for a busy machine) that no small file may take."""


def read(flow: str | bytes, rota: str | bytes) -> None:
    loaded = load_texts(texts(flow, rota))
    for check in (check_coverage, check_holidays, check_limits):
        check(loaded, datetime(2026, 1, 5, tzinfo=UTC), 1)
    check_effects(loaded, datetime(2026, 1, 5, tzinfo=UTC))
    assert loaded.hotlines.keys() | loaded.broken == {"rise"}
    assert not loaded.hotlines.keys() & loaded.broken
    for one in loaded.findings:
        assert one.line >= 1
        assert one.column >= 1
        assert one.message
        assert one.help
    if loaded.broken:
        assert any(one.severity == "error" for one in loaded.findings)


@settings(max_examples=75)
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes(flow: bytes, rota: bytes) -> None:
    read(flow, rota)


@settings(max_examples=75)
@given(st.text(max_size=300), st.text(alphabet="ab:- {}[],\n\t\"'&*!|>#%@`0", max_size=300))
def test_any_text(flow: str, rota: str) -> None:
    read(flow.encode("utf-8", "surrogatepass"), rota)


pieces = st.sampled_from((
    "", " ", "\n", "\t", ":", ": ", "- ", "{", "}", "[", "]", ",", '"', "'", "&a", "*a", "!x", "---\n", "#",
    "|", ">", "\x00",
    "null", "~", "{}", "[]", "24h", "mon", "fri-mon", "2026-02-30", "0", "-1", "99999999999999999999", "é",
    "日本", "\U0001f600",
    "from: fri 18:00", "to: mon 08:00", "1st sat", "last fri", "2nd-4th ", "holidays", "every: 2 weeks", "also: true",
    "holidays: {country: US, region: MD}\n", "limits:\n", "say:", "then: welcome", "at_most: 2", "<<: *a", "?",
    "+1 410 555 0100", "988",
))  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 0, 1, 2, 5, 20, 80))))
        text = text[:start] + draw(pieces) + text[end:]
    return text


@settings(max_examples=150)
@given(st.sampled_from((EXAMPLE_FLOW, FLOW)).flatmap(mutated), st.sampled_from((EXAMPLE_ROTA, ROTA)).flatmap(mutated))
def test_mutated_files(flow: str, rota: str) -> None:
    read(flow, ROTA)
    read(FLOW, rota)


def anything(keys: st.SearchStrategy[str], words: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
    )


def as_yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_yaml(one) for one in value) + "]"
    return str(value)


rota_words = st.sampled_from(
    (
        "",
        "amy",
        "ben",
        "nobody",
        "UTC",
        "24h",
        "mon",
        "2026-01-05",
        "2",
        "20s",
        "'+14105550111'",
        "en",
        "weekly",
        "holidays",
        "1st sat",
        "last fri",
        "5th-1st mon",
        "2 weeks",
        "0 weeks",
        "true",
        "US",
        "MD",
        "GB",
        "XX",
    )
)
rota_keys = st.sampled_from((
    "timezone", "volunteers", "shifts", "rotations", "away", "cover", "backup", "ringing", "amy", "name",
    "phone", "languages",
    "days", "hours", "from", "to", "on_call", "turns", "change", "starting", "until", "who", "for", "say",
    "rounds", "group", "x", "every", "also", "holidays", "country", "region", "limits", "except", "calendar",
))  # fmt: skip
flow_words = st.sampled_from(
    ("", "a", "b", "on_call", "true", "en", "en-US", "3", "5s", "'988'", "'+14105550100'", "rise")
)
flow_keys = st.sampled_from((
    "name", "numbers", "rota", "languages", "start", "steps", "apology", "a", "b", "say", "menu", "ring",
    "dial", "hang_up",
    "then", "at_most", "wait", "no_key", "wrong_key", "answered", "not_answered", "between", "go",
    "language", "en", "1", "*", "x",
    "locale", "voice", "group",
))  # fmt: skip


@settings(max_examples=150)
@given(
    st.dictionaries(flow_keys, anything(flow_keys, flow_words)),
    st.dictionaries(rota_keys, anything(rota_keys, rota_words)),
)
def test_any_shape(flow: dict[str, object], rota: dict[str, object]) -> None:
    read(as_yaml(flow).replace("*:", "'*':"), ROTA)
    read(FLOW, as_yaml(rota))


day_words = st.sampled_from((
    "mon", "sun", "1st", "2nd", "3rd", "4th", "5th", "6th", "last", "first", "every", "day", "other", "holidays",
    "holiday", "and", "&", "-", "–", ",", "monday", "9", "", "日",
))  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(day_words, max_size=6).map(" ".join) | st.text(max_size=20),
    st.sampled_from(
        ("", "every: 2 weeks, ", "every: 9 weeks, starting: 2026-01-05, ", "also: true, ", "until: 9999-12-31, ")
    ),
    st.sampled_from(("", "holidays: {country: US}\n", "holidays: {country: GB, region: SCT}\n", "holidays:\n")),
)
def test_any_words_for_days(days: str, others: str, holidays: str) -> None:
    written = json.dumps(days, ensure_ascii=False)
    entry = f"  - {{days: {written}, {others}hours: 22:00-06:00, on_call: [amy]}}\n"
    read(FLOW, ROTA.replace("shifts:", f"{holidays}shifts:") + entry)


@pytest.mark.parametrize(
    "rota",
    [
        b"[" * 1_000_000,
        b"{a: " * 500_000,
        b"- " * 1_000_000,
        b"a: &a [*a]",
        b"? " * 100_000,
        b"'" * 1_000_000,
        b"\n" * 4_000_000,
        b"#" * 4_900_000,
        b"a" * 4_900_000,
        b"\xef\xbb\xbf" * 3,
        b"a: |\n" + b" x\n" * 1_000_000,
        b"%YAML 9.9\n---\na: b\n",
        b"&a a: &b b\n*a : *b\n",
        b"".join(b"k%d: v\n" % number for number in range(120_000)),
        b"volunteers:\n" + b"".join(b"  v%d: {phon: '1'}\n" % number for number in range(30_000)),
        b"backup: [" + b"amy, " * 200_000 + b"]",
    ],
    ids=range(16),
)
def test_hostile_files_are_refused_whole(rota: bytes) -> None:
    loaded = load_texts(texts(rota=rota))
    assert loaded.broken == {"rise"}


def test_a_rota_of_a_thousand_volunteers_is_read_whole() -> None:
    volunteers = [f"v{number}" for number in range(1_000)]
    lines = ["timezone: America/New_York", "volunteers:"]
    lines += [
        f'  {one}: {{name: V {place}, phone: "+1 410 555 {1000 + place}"}}' for place, one in enumerate(volunteers)
    ]
    lines.append("shifts:")
    for place in range(1_000):
        who = ", ".join(volunteers[(place * 7 + step) % 1_000] for step in range(3))
        lines.append(f"  - {{name: S, days: mon-fri, hours: {place % 24:02}:00-08:00, on_call: [{who}]}}")
    lines.append("cover:")
    for place in range(1_000):
        day = f"2026-{place % 12 + 1:02}-{place % 28 + 1:02}"
        lines.append(f"  - {{who: {volunteers[place]}, for: {volunteers[-place]}, from: {day} 08:00, to: {day} 18:00}}")
    raw = "\n".join(lines).encode()
    assert len(load_texts(texts(rota=raw)).hotlines["rise"].rota.cover) == 1_000
