"""A secret that signs webhooks is changed while calls come in: none is refused, and doctor says what is left to do."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from hotline.clock import now
from hotline.core.checkup.result import Verdict
from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.tallies import Tallies
from tests.doctor.deployment import NUMBER, PUBLIC, Deployment

PASS, WARN = Verdict.PASS, Verdict.WARN
BY_SHARED_KEY = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_01,algorithm=HMAC_SHA256"}


@pytest.fixture
def deployment(tmp_path: Path, redis_url: str) -> Iterator[Deployment]:
    with RestApi(account="AC" + "b" * 32, token="the-auth-token") as api:
        yield Deployment(tmp_path, f"{redis_url}?db=13", api)


def call(deployment: Deployment, secret: str, shared: bool) -> str:
    """What a call is answered with, signed with a secret; worked out without any code of the carrier's or ours."""
    text = f"{PUBLIC}/voiceCallSidCA{'1' * 32}To{NUMBER}"
    signature = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256" if shared else "sha1")).decode()
    headers = {"X-Twilio-Signature": signature, **(BY_SHARED_KEY if shared else {})}
    body = f"CallSid=CA{'1' * 32}&To={NUMBER.replace('+', '%2B')}".encode()
    with urlopen(Request(f"http://127.0.0.1:{deployment.port}/voice", body, headers), timeout=10) as answer:
        return answer.read().decode()


def seen(deployment: Deployment, setting: str) -> bool:
    """Whether a web process has noted that the carrier signed with a setting's secret; it does within a minute."""
    deadline = time.monotonic() + 20
    while not (found := setting in Tallies(deployment.redis_url).signed_lately(now())) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.mark.parametrize(
    ("setting", "shared"), [("TWILIO_SHARED_KEY", True), ("TWILIO_AUTH_TOKEN", False)], ids=["shared-key", "auth-token"]
)
def test_no_call_is_refused_while_a_secret_is_changed(deployment: Deployment, setting: str, shared: bool) -> None:
    before = deployment.api.token if not shared else "the-shared-key-of-before"
    after = "the-secret-after-it"

    def told() -> list[tuple[Verdict, str]]:
        return [(result.verdict, f"{result.told} {result.remedy}") for result in deployment.results("signatures")]

    deployment.environment[setting] = before
    with deployment.running():
        assert "Welcome" in call(deployment, before, shared)
        assert [verdict for verdict, _ in told()] == [PASS]

    deployment.environment |= {setting: after, f"{setting}_PREVIOUS": before}
    with deployment.running():
        deployment.tunnel_token = deployment.settings.auth_token or ""
        deployment.look("test call")
        (fits, (verdict, words)) = told()
        assert (fits[0], verdict) == (PASS, WARN)
        assert "No call since yesterday shows" in words, "doctor's own calls and heartbeats prove nothing"

        assert "Welcome" in call(deployment, after, shared)
        assert seen(deployment, setting)
        (_, (verdict, words)) = told()
        assert (verdict, f"Remove {setting}_PREVIOUS" in words) == (WARN, True)

        assert "Welcome" in call(deployment, before, shared)
        assert seen(deployment, f"{setting}_PREVIOUS")
        (_, (verdict, words)) = told()
        assert (verdict, "Keep it set" in words) == (WARN, True)

    del deployment.environment[f"{setting}_PREVIOUS"]
    with deployment.running():
        assert "Welcome" in call(deployment, after, shared)
        assert [verdict for verdict, _ in told()] == [PASS]


def test_nothing_is_noted_of_a_secret_that_is_not_changed(deployment: Deployment) -> None:
    deployment.environment["TWILIO_SHARED_KEY"] = "the-only-shared-key"
    with deployment.running():
        call(deployment, "the-only-shared-key", shared=True)
        deployment.tunnel_token = "another account's token"
        deployment.look("test call")
        tallies = Tallies(deployment.redis_url)
        deadline = time.monotonic() + 20
        while not tallies.misfits(now()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert tallies.misfits(now()), "this process has written its counts"
        assert tallies.signed_lately(now()) == frozenset()
