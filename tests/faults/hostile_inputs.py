"""What `make hostile` sends: webhooks, forms and files as nobody means them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from hotline.simulator.line.signature import sign
from tests.faults.hostile_target import PUBLIC, TOKEN, Asked, Sent, Target

SIDS = [f"CA{number:032x}" for number in (0x5EC2E7, 0xFACADE)]
STATUSES = ("ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled", "", "\x00", "COMPLETED")
FIELDS = (
    *("CallSid", "To", "From", "CallStatus", "Digits", "DialCallStatus", "DialCallDuration", "DialBridged"),
    *("ParentCallSid", "DialCallSid", "QueueResult", "QueueSid", "QueueTime", "StirVerstat", "Body", "MessageSid"),
    *("OptOutType", "at", "n", "AccountSid", "AnsweredBy"),
)
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/xml",
    "application/json",
    "",
    "application/x-www-form-urlencoded; charset=utf-16",
    "\xff/\xfe",
)
ELSEWHERE = "elsewhere.example"
PREMIUM = ("+19005550100", "+449098790000", "+979123456789", "+8821612345678", "+870773111632")
"""Numbers that cost much to dial, and are never dialled."""
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "post", "PROPFIND")


ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "\x00",
            "\ud7ff",
            "+14105550111",
            *PREMIUM,
            "sip:a@b",
            "9" * 400,
            "-1",
            "NaN",
            "1e999",
            "'",
            "<x>",
            "../../etc/passwd",
            "%00",
            "‮",
            "a" * 5_000,
            "\r\nX: y",
            "{{7*7}}",
            "True",
            "[]",
            "{}",
            "2099-12-31",
            "9999-99-99",
            "9999-12-31",
            "0000-00-00",
            "24:00",
            "amy",
            "rise",
            "two",
            "ben,cho",
            "\ufeff",
        ]
    ),
    st.integers(-(1 << 70), 1 << 70).map(str),
)
BYTES = st.one_of(
    st.binary(max_size=40), st.sampled_from([b"\x00", b"\xff\xfe", b"%", b"%zz", b"&&&", b"=", b"a" * 70_000])
)


@st.composite
def webhooks(draw: Any, base: list[Sent], paths: list[str]) -> tuple[Asked, str]:
    """A webhook, and how it is signed: well, badly or not at all."""
    method, target, fields = draw(st.sampled_from(base))
    path, _, query = target.partition("?")
    fields, parameters = list(fields), parse_qsl(query, keep_blank_values=True)
    for change in draw(st.lists(st.sampled_from(range(9)), max_size=3)):
        place = draw(st.integers(0, max(0, len(fields) - 1)))
        match change:
            case 0 if fields:
                fields[place] = (fields[place][0], draw(ODD))
            case 1 if fields:
                fields.append(fields[place])
            case 2 if fields:
                del fields[place]
            case 3:
                fields.append((draw(st.sampled_from(FIELDS)), draw(ODD)))
            case 4:
                fields.append((draw(ODD), draw(ODD)))
            case 5:
                path = draw(st.sampled_from(paths))
            case 6:
                other = parse_qsl(draw(st.sampled_from(base))[1].partition("?")[2])
                parameters = other or [("at", draw(ODD))]
            case 7 if parameters:
                name, value = parameters[0]
                at = draw(st.integers(0, max(0, len(value) - 1)))
                parameters[0] = (
                    name,
                    value[:at] + draw(st.sampled_from(["", "A", "_", "=", "\x00"])) + value[at + 1 :],
                )
            case 8:
                fields = [
                    (
                        name,
                        draw(st.sampled_from(STATUSES))
                        if name.endswith("Status")
                        else draw(st.sampled_from(SIDS))
                        if name == "CallSid"
                        else value,
                    )
                    for name, value in fields
                ]
    method = draw(st.sampled_from([method, method, method, "GET", draw(st.sampled_from(METHODS))]))
    path = draw(st.sampled_from([path, path, path, path + "/", "/" + path, path.upper(), path + "\x00"]))
    return _sealed(draw, method, path, urlencode(parameters, errors="replace"), fields)


def _sealed(draw: Any, method: str, path: str, query: str, fields: list[tuple[str, str]]) -> tuple[Asked, str]:
    posted = method == "POST"
    if not posted:
        query = "&".join(filter(None, [query, urlencode(fields, errors="replace")]))
    how = draw(st.sampled_from(["well", "well", "badly", "not"]))
    url = f"{PUBLIC}{path}?{query}" if query else PUBLIC + path
    signature = sign(TOKEN if how == "well" else "another", url, fields if posted else [])
    body = urlencode(fields, errors="replace").encode() if posted else b""
    kind = draw(st.sampled_from([TYPES[0]] * 6 + list(TYPES)))
    if draw(st.integers(0, 19)) == 0:
        body, how = draw(BYTES), "doubtfully" if how == "well" else how
    headers = [("Content-Type", kind)] + ([("X-Twilio-Signature", signature)] if how != "not" else [])
    if draw(st.integers(0, 29)) == 0:
        headers.append(
            (
                draw(st.sampled_from(["Content-Length", "Cookie", "X-Forwarded-For", "Range", "X-Twilio-Signature"])),
                draw(st.sampled_from(["-1", "x", "9" * 30, "\xff", "a=b; c"])),
            )
        )
        how = "doubtfully" if how != "not" else how
    return Asked(method, path.encode("utf-8", "surrogatepass"), query.encode(), body, tuple(headers)), how


@st.composite
def page_requests(draw: Any, rules: list[tuple[str, list[str]]], names: list[str], target: Target) -> Asked:
    """A request for a page, by somebody who may see it or not, with any fields."""
    rule, methods = draw(st.sampled_from(rules))
    path = re.sub(
        r"<(?:any\(([^)]*)\):|int:|path:)?\w+>",
        lambda found: draw(
            st.sampled_from(found[1].split(", "))
            if found[1]
            else st.one_of(st.sampled_from(["rise", "two", "amy", "0", "1", "2026-01-01"]), ODD)
        ),
        rule,
    )
    theirs = path.startswith("/mine")
    session = target.volunteer if theirs else target.coordinator
    query = draw(st.sampled_from(target.addresses)) if theirs and draw(st.integers(0, 4)) else ""
    some = draw(st.lists(st.tuples(st.one_of(st.sampled_from(names), ODD), ODD), max_size=8))
    method = draw(st.sampled_from([*methods * 3, draw(st.sampled_from(METHODS))]))
    inside = draw(st.integers(0, 4)) > 0
    fields = [("csrf_token", session.token), *some] if inside else some
    headers = [("Content-Type", draw(st.sampled_from([TYPES[0]] * 9 + list(TYPES))))]
    if inside:
        headers += [("Cookie", session.cookie), ("Origin", PUBLIC), ("Sec-Fetch-Site", "same-origin")]
    if draw(st.integers(0, 19)) == 0:
        headers.append((draw(st.sampled_from(["Host", "X-Forwarded-Host", "Forwarded", "Referer"])), ELSEWHERE))
    encoded = urlencode(fields, errors="replace")
    body = draw(st.sampled_from([encoded.encode()] * 9 + [draw(BYTES)])) if method == "POST" else b""
    query = query if method == "POST" else "&".join(filter(None, [query, encoded]))
    return Asked(method, path.encode("utf-8", "surrogatepass"), query.encode(), body, tuple(headers))


@st.composite
def damaged(draw: Any, good: list[dict[str, bytes]]) -> dict[str, bytes]:
    """Files of which something is damaged."""
    texts = dict(draw(st.sampled_from(good)))
    name = draw(st.sampled_from(sorted(texts)))
    lines = texts[name].split(b"\n")
    for change in draw(st.lists(st.sampled_from(range(8)), min_size=1, max_size=4)):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        match change:
            case 0:
                del lines[at : at + 1]
            case 1:
                lines.insert(at, lines[at] if lines else b"")
            case 2:
                lines.insert(at, draw(ODD).encode("utf-8", "surrogatepass"))
            case 3 if lines:
                key, colon, _ = lines[at].partition(b":")
                lines[at] = key + colon + b" " + draw(ODD).encode("utf-8", "surrogatepass")
            case 4 if lines:
                lines[at] = draw(BYTES)[:200]
            case 5 if lines:
                lines[at] = b" " * draw(st.integers(0, 6)) + lines[at].lstrip()
            case 6:
                lines.insert(
                    at,
                    draw(
                        st.sampled_from(
                            [
                                b"a: &a [*a]",
                                b"<<: *x",
                                b"? [a]: b",
                                b"!!python/object:os.system x",
                                b"---",
                                b"x: " + b"[" * 300,
                                b"x: 1_0:0_0",
                                b"%YAML 9.9",
                                b"\t- x",
                                b"x: !!binary =",
                            ]
                        )
                    ),
                )
            case 7:
                lines[at : at + 1] = [line[: draw(st.integers(0, 30))] for line in lines[at : at + 1]]
    texts[name] = b"\n".join(lines)
    return texts


def each(strategy: Any, number: int, start: int, check: Callable[[Any], None]) -> None:
    """Have hypothesis make so many examples. `check` raises for none, so each is tried once."""

    @seed(start)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def one(example: Any) -> None:
        check(example)

    one()
