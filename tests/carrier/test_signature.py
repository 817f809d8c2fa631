"""Whether a webhook comes from the carrier: what it signs, in all the ways it writes the address."""

from __future__ import annotations

import base64
import hmac

import pytest
from werkzeug.datastructures import MultiDict

from hotline.carrier.signature import SHARED_KEYS, TOKENS, SignatureCheck

TOKEN = "12345"
PUBLIC = "https://hotline.example.org"


def signed(url: str, *params: tuple[str, str], token: str = TOKEN) -> str:
    """The carrier's algorithm (carrier facts, 3), worked out here without any library of theirs.

    Names sorted; of a name sent several times, its distinct values sorted.
    """
    text = url
    for name in sorted({name for name, _ in params}):
        text += "".join(name + value for value in sorted({value for other, value in params if other == name}))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def passes(
    url: str, *params: tuple[str, str], public: str = PUBLIC, path: str = "/voice", query: str = "", token: str = TOKEN
) -> bool:
    """Whether a form, signed for `url`, is let in at `path`."""
    return SignatureCheck(public, [TOKEN]).passes(path, query, MultiDict(params), signed(url, *params, token=token))


def test_the_carriers_own_example() -> None:
    """The vector of Twilio's page usage/security, recomputed (carrier facts, 3)."""
    params = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675310"),
        ("Digits", "1234"),
        ("From", "+14158675310"),
        ("To", "+18005551212"),
    ]
    expected = "L/OH5YylLD5NRKLltdqwSvS0BnU="
    assert signed("https://example.com/myapp.php?foo=1&bar=2", *params) == expected
    check = SignatureCheck("https://example.com", [TOKEN])
    assert check.passes("/myapp.php", "foo=1&bar=2", MultiDict(params), expected)
    assert check.passes("/myapp.php", "foo=1&bar=2", MultiDict(reversed(params)), expected), "in any order"
    assert not check.passes("/myapp.php", "foo=1&bar=2", MultiDict(params), expected.lower())


@pytest.mark.parametrize(
    ("public", "signed_as", "lets_in"),
    [
        # A port is dropped for HTTPS, and by some written always; other ports are other addresses.
        ("https://h.example.org", "https://h.example.org", True),
        ("https://h.example.org", "https://h.example.org:443", True),
        ("https://h.example.org", "https://h.example.org:8443", False),
        ("https://h.example.org:8443", "https://h.example.org:8443", True),
        ("https://h.example.org:8443", "https://h.example.org", True),
        ("https://h.example.org:8443", "https://h.example.org:443", False),
        ("https://h.example.org:443", "https://h.example.org", True),
        # For HTTP it is kept.
        ("http://h.example.org:8000", "http://h.example.org:8000", True),
        ("http://h.example.org", "http://h.example.org:80", True),
        ("http://h.example.org", "https://h.example.org", False),
        ("https://h.example.org", "http://h.example.org", False),
        # User and password are left out.
        ("https://user:secret@h.example.org", "https://h.example.org", True),
        ("https://user:secret@h.example.org:8443", "https://h.example.org:8443", True),
        ("https://user:secret@h.example.org", "https://user:secret@h.example.org", False),
        # IPv6.
        ("http://[::1]:8000", "http://[::1]:8000", True),
        ("https://[2001:db8::1]", "https://[2001:db8::1]", True),
        ("https://[2001:db8::1]", "https://[2001:db8::1]:443", True),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]", True),
        # A path, with or without its last slash.
        ("https://h.example.org/lines", "https://h.example.org/lines", True),
        ("https://h.example.org/lines/", "https://h.example.org/lines", True),
        ("https://h.example.org/", "https://h.example.org", True),
        ("https://h.example.org/lines", "https://h.example.org", False),
        ("https://h.example.org", "https://other.example.org", False),
    ],
)
def test_the_public_address_is_understood_as_carriers_write_it(public: str, signed_as: str, lets_in: bool) -> None:
    assert passes(f"{signed_as}/voice", ("CallSid", "CA1"), public=public) is lets_in


@pytest.mark.parametrize(
    "query",
    [
        "foo=1&bar=2",
        "b=2&a=1",
        "at=%7Ex",
        "at=~x",
        "a=%31",
        "a=1&",
        "a",
        "a=",
        "a=b+c",
        "x=%C3%A9",
        "a=1&a=1",
        "?",
        "%",
    ],
)
def test_the_query_is_checked_as_it_was_sent(query: str) -> None:
    """Signature checks fail since the framework sorts or re-encodes the query (lessons): check what was sent."""
    assert passes(f"{PUBLIC}/voice?{query}", ("CallSid", "CA1"), query=query)
    assert not passes(f"{PUBLIC}/voice?{query}&x", ("CallSid", "CA1"), query=query)


def test_a_fragment_of_the_carriers_own_is_neither_sent_nor_signed() -> None:
    """`#rc=2` and the like override how the carrier fetches (carrier facts, 2)."""
    assert passes(f"{PUBLIC}/voice", ("CallSid", "CA1"))
    assert not passes(f"{PUBLIC}/voice#rc=2", ("CallSid", "CA1"))


@pytest.mark.parametrize(
    "params",
    [
        [],
        [("Empty", ""), ("CallSid", "CA1")],
        [("CallSid", "CA1"), ("FromCity", "São Paulo"), ("CallToken", '{"a":"b&c=d"}')],
        [("CallSid", "CA1"), ("Spaces", "  kept  "), ("Lines", "one\ntwo")],
        [("b", "1"), ("B", "2"), ("a", "3"), ("_", "4"), ("Z", "5")],
        [("Repeated", "b"), ("Repeated", "a"), ("CallSid", "CA1")],
        [("Repeated", "a"), ("Repeated", "a")],
        [("SomethingNobodyKnowsYet", "1"), ("CallSid", "CA1")],
    ],
)
def test_every_parameter_counts_whatever_it_is(params: list[tuple[str, str]]) -> None:
    assert passes(f"{PUBLIC}/voice", *params)
    more = [*params, ("Digits", "1")]
    check = SignatureCheck(PUBLIC, [TOKEN])
    assert not check.passes("/voice", "", MultiDict(more), signed(f"{PUBLIC}/voice", *params)), "one was added"
    assert not check.passes("/voice", "", MultiDict(params), signed(f"{PUBLIC}/voice", *more)), "one was taken out"


def test_a_get_has_everything_in_its_query() -> None:
    query = "CallSid=CA1&To=%2B14105550100&Digits="
    check = SignatureCheck(PUBLIC, [TOKEN])
    signature = signed(f"{PUBLIC}/voice?{query}")
    assert check.passes("/voice", query, None, signature)
    assert not check.passes("/voice", query + "1", None, signature)
    assert not check.passes("/voice/key", query, None, signature), "another path"


@pytest.mark.parametrize(
    "signature", ["", " ", "no", "é", "\udc80".encode("utf-8", "replace").decode(), "L/OH5YylLD5NRKLltdqwSvS0BnU"]
)
def test_anything_else_is_no_signature(signature: str) -> None:
    assert not SignatureCheck(PUBLIC, [TOKEN]).passes("/voice", "", MultiDict(), signature)


def test_another_token_signs_for_somebody_else() -> None:
    assert not passes(f"{PUBLIC}/voice", ("CallSid", "CA1"), token="54321")


@pytest.mark.parametrize(("token", "lets_in"), [(TOKEN, True), ("the-one-before", True), ("54321", False)])
def test_while_a_token_is_changed_both_are_good(token: str, lets_in: bool) -> None:
    check = SignatureCheck(PUBLIC, [TOKEN, "the-one-before"])
    params = ("CallSid", "CA1")
    assert check.passes("/voice", "", MultiDict([params]), signed(f"{PUBLIC}/voice", params, token=token)) is lets_in


@pytest.mark.parametrize(
    ("key", "digest", "settings", "lets_in"),
    [
        ("shared", "sha256", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", True),
        ("shared", "sha1", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA1", True),
        ("shared", "sha256", "", False),
        ("shared", "sha1", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", False),
        ("the-one-before", "sha256", "key=webhooks_sharedkey_0,algorithm=HMAC_SHA256", True),
        ("the-one-before", "sha256", "", False),
        ("other", "sha256", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", False),
        (TOKEN, "sha256", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", False),
        (TOKEN, "sha1", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA1", False),
        (TOKEN, "sha1", "", True),
    ],
)
def test_a_shared_key_signs_where_the_header_says_so(key: str, digest: str, settings: str, lets_in: bool) -> None:
    """Twilio docs: usage/webhooks/webhook-shared-keys. Only the key and the hash change."""
    text = f"{PUBLIC}/voiceCallSidCA1"
    signature = base64.b64encode(hmac.digest(key.encode(), text.encode(), digest)).decode()
    check = SignatureCheck(PUBLIC, [TOKEN], ["shared", "the-one-before"])
    assert check.passes("/voice", "", MultiDict([("CallSid", "CA1")]), signature, settings) is lets_in
    assert not SignatureCheck(PUBLIC, [TOKEN]).passes("/voice", "", MultiDict([("CallSid", "CA1")]), "", settings)


def test_which_secret_signed_is_told_by_its_setting() -> None:
    params = MultiDict([("CallSid", "CA1")])
    check = SignatureCheck(PUBLIC, [TOKEN, "token-before"], ["shared", "shared-before"])
    settings = {"TWILIO_SHARED_KEY": "shared", "TWILIO_SHARED_KEY_PREVIOUS": "shared-before"}
    for setting, secret in settings.items():
        signature = base64.b64encode(hmac.digest(secret.encode(), f"{PUBLIC}/voiceCallSidCA1".encode(), "sha256"))
        header = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
        assert check.signed_with("/voice", "", params, signature.decode(), header) == setting
    for setting, secret in {"TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_AUTH_TOKEN_PREVIOUS": "token-before"}.items():
        signature = signed(f"{PUBLIC}/voice", ("CallSid", "CA1"), token=secret)
        assert check.signed_with("/voice", "", params, signature) == setting


def test_a_secret_is_being_changed_while_there_are_two() -> None:
    check = SignatureCheck(PUBLIC, [TOKEN], ["shared", "shared-before"])
    assert [check.changing(setting) for setting in (*TOKENS, *SHARED_KEYS)] == [False, False, True, True]
