"""`hotline doctor`: each check against a deployment in good health, and against one where just that is amiss."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from werkzeug.wrappers import Request, Response

from hotline.clock import now
from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.checkup.result import CheckResult, Verdict, passed
from hotline.core.jobs import Job
from hotline.doctor.checks import CHECKS, Check
from hotline.doctor.machine import file_system_of
from hotline.doctor.output import as_json
from hotline.doctor.running import run
from hotline.doctor.site import Site
from hotline.errors import LiveStateUnavailable
from hotline.simulator.rest_api.faults import Trouble
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.call_log import CallLog
from hotline.store.database.migrate import migrate
from hotline.store.disk.outbox import Outbox
from hotline.store.private import keep_private
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.store.redis.tallies import Tallies
from hotline.wiring.parts import Parts
from tests.doctor.deployment import FLOW, HERE, NUMBER, PUBLIC, ROTA, Deployment, as_printed
from tests.made import build_web
from tests.mailbox import Post, served

PASS, WARN, FAIL, SKIPPED = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.SKIPPED


@pytest.fixture
def deployment(tmp_path: Path, redis_url: str) -> Iterator[Deployment]:
    with RestApi() as api:
        yield Deployment(tmp_path, f"{redis_url}?db=11", api)


@pytest.fixture
def running(deployment: Deployment) -> Iterator[Deployment]:
    with deployment.running():
        yield deployment


def one(results: list[CheckResult]) -> tuple[Verdict, str, str]:
    (result,) = results
    return result.verdict, result.told, result.remedy


def test_a_deployment_in_good_health(running: Deployment) -> None:
    answers = running.look()
    assert [answer.check for answer in answers] == list(CHECKS)
    found = {(answer.check.name, result.verdict): result for answer in answers for result in answer.results}
    assert [name for name, verdict in found if verdict is not PASS] == ["mail"], "no mail server is set"
    assert as_json(answers)["well"] is True


def test_looking_changes_nothing_and_rings_nobody(running: Deployment) -> None:
    running.look()
    assert {asked.method for asked in running.api.requests} == {"GET"}
    assert list((running.directory / "data" / "spool").glob("*.log")) == []
    with Redis.from_url(running.redis_url, decode_responses=True) as redis:
        assert not [key for key in redis.keys("hotline:*") if key.split(":")[1] in ("last", "line", "ring", "call")]


def test_each_thing_that_is_wrong_comes_with_what_to_do(deployment: Deployment) -> None:
    """Everything at once: nothing runs, nothing is set, and each check still says its own."""
    deployment.environment = {"REDIS_URL": "redis://127.0.0.1:1", "DATABASE_URL": "postgresql://h@127.0.0.1:1/h"}
    deployment.number.set |= dict.fromkeys(HERE, "")
    answers = deployment.look()
    results = [result for answer in answers for result in answer.results]
    assert all(result.remedy for result in results if result.verdict in (WARN, FAIL))
    assert all(result.told.endswith((".", "?")) for result in results)
    failed = {answer.check.name for answer in answers if any(one.verdict is FAIL for one in answer.results)}
    assert failed >= {"test call", "numbers", "redis", "database"}
    assert as_json(answers)["well"] is False


# ------------------------------------------------------------------------------------------------------------- calls


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        (PUBLIC, PASS),
        ("http://hotline.example.org", FAIL),
        ("https://192.168.1.7", FAIL),
        ("https://localhost:8000", FAIL),
    ],
)
def test_the_public_address(deployment: Deployment, url: str, verdict: Verdict) -> None:
    deployment.environment["HOTLINE_PUBLIC_URL"] = url
    assert deployment.verdicts("public address") == [verdict]


def test_a_test_call_that_goes_through(running: Deployment) -> None:
    verdict, told, _ = one(running.results("test call"))
    assert verdict is PASS
    assert told.startswith("rise answered a signed test call within 0.")


def test_a_test_call_that_does_not(deployment: Deployment) -> None:
    verdict, told, remedy = one(deployment.results("test call"))
    assert verdict is FAIL
    assert told == "A test call to rise failed. Nothing listens at hotline.example.org. The connection is refused."
    assert remedy


def test_a_web_process_with_another_token(running: Deployment) -> None:
    running.tunnel_token = "another token"
    verdict, told, remedy = one(running.results("test call"))
    assert verdict is FAIL
    assert "refuses the signature" in told
    assert "TWILIO_AUTH_TOKEN" in remedy


def test_a_web_process_with_another_secret_key(deployment: Deployment) -> None:
    app = build_web(deployment.settings).app
    deployment.environment["HOTLINE_SECRET_KEY"] = "another key, on this machine"
    with deployment.running(app):
        verdict, told, remedy = one(deployment.results("test call"))
    assert verdict is FAIL
    assert "a different secret key" in told
    assert "HOTLINE_SECRET_KEY" in remedy


def test_an_unsigned_call_is_refused(running: Deployment) -> None:
    assert running.verdicts("unsigned call") == [PASS]


@pytest.mark.parametrize(("status", "verdict"), [(200, FAIL), (404, WARN), (500, WARN)])
def test_something_else_that_answers_an_unsigned_call(deployment: Deployment, status: int, verdict: Verdict) -> None:
    @Request.application
    def app(_: Request) -> Response:
        return Response("<Response/>", status)

    with deployment.running(app):
        assert deployment.verdicts("unsigned call") == [verdict]


def test_an_unsigned_call_that_reaches_nobody_proves_nothing(deployment: Deployment) -> None:
    assert deployment.verdicts("unsigned call", "public clock") == [SKIPPED, SKIPPED]


def test_signatures_that_did_not_fit_lately(running: Deployment) -> None:
    tallies = Tallies(running.redis_url)
    tallies.refused(signed=False)
    assert tallies.flush()
    assert running.verdicts("signatures") == [PASS], "anybody may ask without a signature, doctor among them"
    tallies.refused(signed=True)
    assert tallies.flush()
    verdict, told, remedy = one(running.results("signatures"))
    assert (verdict, told) == (WARN, "1 webhook was refused since yesterday: the signature did not fit.")
    assert "TWILIO_AUTH_TOKEN_PREVIOUS" in remedy


def test_a_web_process_counts_signatures_that_do_not_fit_without_serving_metrics(deployment: Deployment) -> None:
    assert deployment.settings.metrics_token is None
    with deployment.running():
        deployment.tunnel_token = "the token of another account"
        deployment.look("test call")
        deadline = time.monotonic() + 10
        while not Tallies(deployment.redis_url).misfits(now()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert deployment.verdicts("signatures") == [WARN]


def test_the_heartbeat(running: Deployment) -> None:
    assert running.verdicts("heartbeat") == [PASS]
    beats, at = RedisHeartbeats(running.redis_url), int(now().timestamp())
    beats.keep(Heartbeat(at, (Beat("rise", 0, "It is deaf.", "Shout."),)))
    assert one(running.results("heartbeat")) == (FAIL, "A test call failed (rise): It is deaf.", "Shout.")
    beats.keep(Heartbeat(at - 3_000, (Beat("rise", 0.1),)))
    assert running.verdicts("heartbeat") == [FAIL]
    beats.keep(Heartbeat(at, (Beat("rise", 0.1),), "The watcher answered with HTTP 404."))
    assert running.verdicts("heartbeat") == [PASS, WARN]
    running.environment["HOTLINE_HEARTBEAT_PING_URL"] = ""
    beats.keep(Heartbeat(at, (Beat("rise", 0.1),)))
    assert running.verdicts("heartbeat") == [PASS, WARN]
    with Redis.from_url(running.redis_url) as redis:
        redis.flushdb()
    assert running.verdicts("heartbeat") == [WARN]


# ----------------------------------------------------------------------------------------------------------- carrier


@pytest.mark.parametrize(
    ("status", "kind", "verdict"), [("active", "Full", PASS), ("suspended", "Full", FAIL), ("active", "Trial", WARN)]
)
def test_the_account(deployment: Deployment, status: str, kind: str, verdict: Verdict) -> None:
    deployment.api.status, deployment.api.type = status, kind
    assert deployment.verdicts("account") == [verdict]


def test_an_account_with_another_token(deployment: Deployment) -> None:
    deployment.environment["TWILIO_AUTH_TOKEN"] = "not-the-token"
    answers = deployment.look("account", "numbers", "recordings", "carrier's clock")
    found = {answer.check.name: answer.results[0] for answer in answers}
    assert found["account"].verdict is FAIL
    assert "TWILIO_AUTH_TOKEN" in found["account"].remedy
    assert {found[name].verdict for name in ("numbers", "recordings", "carrier's clock")} == {SKIPPED}
    assert len(deployment.api.requests) == 1, "one refusal is enough"


def test_a_carrier_that_does_not_answer(deployment: Deployment) -> None:
    deployment.api.fault("drops", times=None)
    assert deployment.verdicts("account", "countries") == [FAIL, SKIPPED]


def test_in_practice_mode_the_carriers_checks_are_skipped_with_what_to_do_to_go_live(deployment: Deployment) -> None:
    deployment.environment |= {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}
    with deployment.running():
        answers = deployment.look()
    at_carrier = [result for answer in answers if answer.check.at_carrier for result in answer.results]
    assert {result.verdict for result in at_carrier} == {SKIPPED}
    assert all("TWILIO_ACCOUNT_SID" in result.remedy for result in at_carrier)
    assert deployment.api.requests == []
    assert as_printed(answers).count("To go live") == 1, "not with each"


@pytest.mark.parametrize(
    ("wrong", "verdict", "told"),
    [
        ({"StatusCallback": ""}, FAIL, "A status callback is not configured"),
        (
            {"StatusCallback": "https://user:pw@old.example.com/ended?x=1"},
            FAIL,
            "go to https://old.example.com/ended.",
        ),
        ({"StatusCallbackMethod": "GET"}, WARN, "reported with GET"),
        ({"VoiceUrl": ""}, FAIL, "Calls go nowhere"),
        ({"VoiceUrl": f"{PUBLIC}/voice/"}, WARN, "leads here, but its address is misspelt"),
        ({"VoiceUrl": f"{PUBLIC}//Voice"}, WARN, "leads here, but its address is misspelt"),
        ({"VoiceUrl": f"{PUBLIC}/voices"}, FAIL, "does not lead here"),
        ({"StatusCallback": f"{PUBLIC}/voice/ended/"}, WARN, "reported here, at a misspelt address"),
        (
            {"VoiceUrl": "https://user:pw@old.example.com/voice?key=1"},
            FAIL,
            "Calls go to https://old.example.com/voice ",
        ),
        ({"VoiceMethod": "GET"}, WARN, "asks with GET"),
        ({"VoiceApplicationSid": "AP" + "1" * 32}, FAIL, "has a voice application"),
        ({"TrunkSid": "TK" + "1" * 32}, FAIL, "has a sip trunk"),
        ({"SmsUrl": ""}, WARN, "go nowhere"),
        ({"SmsMethod": "GET"}, WARN, "here by GET"),
    ],
)
def test_where_a_number_leads(deployment: Deployment, wrong: dict[str, str], verdict: Verdict, told: str) -> None:
    deployment.number.set |= wrong
    found, said, remedy = one(deployment.results("numbers"))
    assert (found, told in said) == (verdict, True), said
    assert "`hotline provision`" in remedy
    assert "pw" not in said
    assert "?" not in said


def test_a_number_that_the_account_does_not_have(deployment: Deployment) -> None:
    deployment.write(FLOW.replace(NUMBER, "+14105550177"))
    verdict, told, _ = one(deployment.results("numbers"))
    assert verdict is FAIL
    assert told == "+14105550177 is in a call flow, but the account does not have it."
    assert deployment.verdicts("texts", "caller names") == [SKIPPED, SKIPPED]


def test_a_fallback_that_is_not_there_or_would_be_down_with_us(deployment: Deployment) -> None:
    assert deployment.verdicts("fallback") == [PASS]
    deployment.number.set["VoiceFallbackUrl"] = f"{PUBLIC}/fallback.xml"
    assert "same host" in one(deployment.results("fallback"))[1]
    deployment.number.set["VoiceFallbackUrl"] = ""
    verdict, told, remedy = one(deployment.results("fallback"))
    assert (verdict, "hear an error message" in told, "`hotline fallback`" in remedy) == (WARN, True, True)


def test_countries_where_volunteers_phones_are(deployment: Deployment) -> None:
    verdict, told, _ = one(deployment.results("countries"))
    assert (verdict, told) == (PASS, "The carrier may dial the countries of all volunteers (GB, US).")
    deployment.api.barred = {"GB"}
    verdict, told, remedy = one(deployment.results("countries"))
    assert (verdict, told) == (FAIL, "The carrier is not allowed to dial numbers in GB. ben cannot be rung.")
    assert "Geo permissions" in remedy
    deployment.write(rota=ROTA.replace("+44 20 7946 0112", "+1 876 555 0112"))  # for fiction, and of Jamaica
    deployment.environment["HOTLINE_COUNTRIES"] = "US,JM"
    deployment.api.barred = {"JM"}
    assert one(deployment.results("countries"))[1].startswith("The carrier is not allowed to dial numbers in JM")
    deployment.api.barred = None
    assert deployment.verdicts("countries") == [WARN]
    assert all("/v1/DialingPermissions/Countries/" in asked.path for asked in deployment.api.asked(path="/v1/"))


def test_texts(deployment: Deployment) -> None:
    assert deployment.verdicts("texts") == [PASS]
    deployment.number.texts = False
    assert deployment.verdicts("texts") == [WARN]
    deployment.write(rota=ROTA.replace("name: Amy,", "name: Amy, texts: true,"))
    assert deployment.verdicts("texts") == [FAIL]


def test_recordings(deployment: Deployment) -> None:
    assert deployment.verdicts("recordings") == [PASS]
    deployment.api.recordings = 2
    verdict, told, _ = one(deployment.results("recordings"))
    assert (verdict, told[:28]) == (FAIL, "The account has 2 recordings")


def test_callers_names(deployment: Deployment) -> None:
    assert deployment.verdicts("caller names") == [PASS]
    deployment.number.looks_up_names = True
    assert deployment.verdicts("caller names") == [FAIL]


def test_records_that_are_not_deleted(deployment: Deployment) -> None:
    assert deployment.verdicts("call records") == [PASS]
    deployment.environment["HOTLINE_DELETE_RECORDS"] = "off"
    assert deployment.verdicts("call records") == [WARN]


@pytest.mark.parametrize(
    ("ahead", "verdict"), [(0, PASS), (3, PASS), (-20, WARN), (20, WARN), (-3_600, FAIL), (90, FAIL)]
)
def test_the_clock(deployment: Deployment, ahead: int, verdict: Verdict) -> None:
    deployment.api.now = lambda: datetime.now(UTC) - timedelta(seconds=ahead)
    (result,) = deployment.results("carrier's clock")
    assert result.verdict is verdict
    assert ("ahead of" in result.told) is (ahead > 3)
    assert ("behind" in result.told) is (ahead < 0)


# ------------------------------------------------------------------------------------------------------------- rotas


@pytest.mark.parametrize(
    ("rota", "files", "coverage"),
    [
        (ROTA, [PASS], [PASS]),
        (ROTA.replace("[amy, ben]", "[amy, bne]"), [FAIL, FAIL], []),
        (ROTA.replace("hours: 24h", "hours: 18:00-08:00"), [PASS], [WARN]),
        (ROTA.replace("hours: 24h", "hours: 18:00-08:00").replace("backup: [amy]", ""), [PASS], [FAIL]),
    ],
)
def test_files_and_coverage(deployment: Deployment, rota: str, files: list[Verdict], coverage: list[Verdict]) -> None:
    deployment.write(rota=rota)
    assert deployment.verdicts("files") == files
    assert deployment.verdicts("coverage") == coverage


SEVERAL = ROTA + "ringing: {at_once: 2, stagger: 4s}\n"


@pytest.mark.parametrize(
    ("rota", "kind", "profile", "verdicts", "told"),
    [
        (ROTA, "Trial", "", [PASS], "No rota rings several phones at once"),
        (SEVERAL, "Full", "twilio-approved", [PASS], "has an approved business profile"),
        (SEVERAL, "Full", "in-review", [WARN], "has no approved business profile of its own"),
        (SEVERAL, "Full", "", [WARN], "phones of rise that should ring at once ring a second apart."),
        (SEVERAL, "Full", None, [WARN], "cannot be known from here"),
        (SEVERAL, "Trial", "", [WARN], "A trial account places one call a second, and few at once"),
    ],
)
def test_several_phones_at_once_need_an_account_that_may(
    deployment: Deployment, rota: str, kind: str, profile: str | None, verdicts: list[Verdict], told: str
) -> None:
    deployment.write(rota=rota)
    deployment.api.type, deployment.api.trust_hub.profile = kind, profile
    results = deployment.results("call rate")
    assert [result.verdict for result in results] == verdicts
    assert told in results[0].told


@pytest.mark.parametrize(
    ("product", "assigned", "verdict", "told"),
    [
        ("twilio-approved", True, PASS, "are signed as yours"),
        ("twilio-approved", False, WARN, f"{NUMBER} to volunteers are not signed"),
        ("in-review", True, WARN, f"{NUMBER} to volunteers are not signed"),
        ("", True, WARN, f"{NUMBER} to volunteers are not signed"),
        (None, True, SKIPPED, "does not say"),
    ],
)
def test_whether_calls_to_volunteers_are_signed(
    deployment: Deployment, product: str | None, assigned: bool, verdict: Verdict, told: str
) -> None:
    deployment.api.trust_hub.shaken = product
    deployment.api.trust_hub.signed = [deployment.number.sid] if assigned else []
    result = one(deployment.results("shaken"))
    assert result[0] is verdict
    assert told in result[1]
    assert ("Trust Hub" in result[2]) is (verdict is WARN)


def test_calls_from_numbers_of_other_countries_are_not_signed_that_way(deployment: Deployment) -> None:
    deployment.api.numbers.clear()
    number = deployment.api.add_number("+442079460100", **HERE)
    deployment.write(FLOW.replace(NUMBER, number.number))
    verdict, told, _ = one(deployment.results("shaken"))
    assert (verdict, told) == (SKIPPED, "No number of a call flow is American; only calls from those are signed.")


def test_a_limit_that_was_reached_is_remembered_and_is_no_fault(deployment: Deployment) -> None:
    deployment.write(rota=SEVERAL)
    with deployment.running():
        Parts(deployment.settings).live.sign("rise", Sign.LIMITED, True)
        verdict, told, remedy = one(deployment.results("call rate"))
        assert (verdict, "limit was reached" in told, "(rise)" in told) == (WARN, True, True)
        assert "business profile" in remedy
        assert deployment.verdicts("test call") == [PASS]


@pytest.mark.parametrize(("code", "remedy"), [(30034, "A2P 10DLC"), (30032, "verified")])
def test_texts_from_a_number_that_is_not_registered(deployment: Deployment, code: int, remedy: str) -> None:
    api = deployment.api
    api.add_text("+14105550111", NUMBER, "You are on call.", "outbound-api", "undelivered", error=30003)
    api.add_text("+14105550111", "+14105550700", "Sale!", "outbound-api", "undelivered", error=code)
    assert deployment.verdicts("registration") == [PASS], "another error, and another number"
    usual, api.now = api.now, lambda: now() - timedelta(days=8)
    api.add_text("+14105550111", NUMBER, "You are on call.", "outbound-api", "undelivered", error=code)
    api.now = usual
    assert deployment.verdicts("registration") == [PASS], "long ago"
    for _ in range(2):
        api.add_text("+14105550111", NUMBER, "You are on call.", "outbound-api", "undelivered", error=code)
    verdict, told, how = one(deployment.results("registration"))
    assert (verdict, "2 texts" in told, str(code) in told, remedy in how) == (WARN, True, True, True)
    deployment.write(rota=ROTA + "coordinators:\n  dee: {name: Dee, phone: '+1 410 555 0119'}\n")
    assert deployment.verdicts("registration") == [FAIL], "somebody waits for texts"


def test_queues_that_were_left_behind(deployment: Deployment) -> None:
    api = deployment.api
    usual, api.now = api.now, lambda: now() - timedelta(hours=2)
    for name, size in (("Xk3-_9aBcDeF.0", 1), ("support", 0)):
        api.add_queue(name, size)
    api.now = usual
    api.add_queue("Xk3-_9aBcDeF.1")
    assert deployment.verdicts("queues") == [PASS], "in use, of another program, or fresh"
    api.now = lambda: now() - timedelta(hours=2)
    api.add_queue("Xk3-_9aBcDeF.2")
    verdict, told, remedy = one(deployment.results("queues"))
    assert (verdict, told) == (WARN, "The account has an empty queue of a call that is over.")
    assert "`hotline privacy --sweep`" in remedy


# ------------------------------------------------------------------------------------------------------------ behind


def test_redis_that_throws_jobs_away_or_keeps_a_list(running: Deployment) -> None:
    assert set(running.verdicts("redis")) == {PASS}
    with Redis.from_url(running.redis_url) as redis:
        before = {name: redis.config_get(name)[name] for name in ("maxmemory-policy", "save", "maxmemory")}
        try:
            redis.config_set("maxmemory-policy", "allkeys-lru")
            assert FAIL in running.verdicts("redis")
            redis.config_set("maxmemory-policy", "volatile-ttl")
            assert FAIL not in running.verdicts("redis")
            redis.config_set("save", "")
            assert [result.told for result in running.results("redis") if result.verdict is WARN] == [
                "It saves nothing. When it restarts, queued jobs are lost and the round robin starts at the top."
            ]
        finally:
            for name, value in before.items():
                redis.config_set(name, value)


def test_redis_that_is_away(deployment: Deployment) -> None:
    deployment.environment["REDIS_URL"] = "redis://:s3cret@127.0.0.1:1"
    results = deployment.results("redis", "processes", "jobs", "heartbeat")
    assert [result.verdict for result in results].count(FAIL) == 1, "said once"
    assert [result.told for result in results].count("It could not be checked. See redis.") == 3
    assert not any("s3cret" in result.told + result.remedy for result in results)


def test_the_database(deployment: Deployment) -> None:
    assert deployment.verdicts("database") == [WARN], "there are no tables yet"
    with deployment.running():
        assert deployment.verdicts("database") == [PASS]
    deployment.environment["DATABASE_URL"] = "postgresql://h:s3cret@127.0.0.1:1/h"
    verdict, told, remedy = one(deployment.results("database"))
    assert (verdict, "DATABASE_URL" in remedy, "s3cret" in told) == (FAIL, True, False)


def test_the_mail_server(deployment: Deployment) -> None:
    assert deployment.verdicts("mail") == [SKIPPED]
    deployment.write(rota=ROTA.replace('0111"', '0111", email: amy@example.org', 1))
    verdict, told, remedy = one(deployment.results("mail"))
    assert (verdict, told, remedy) == (
        WARN,
        "1 person of the rotas has an e-mail address, but no mail server is set.",
        "Set HOTLINE_SMTP_URL.",
    )
    deployment.environment["HOTLINE_MAIL_FROM"] = "line@example.org"
    with served(Post()) as address:
        deployment.environment["HOTLINE_SMTP_URL"] = f"smtp://127.0.0.1:{address.port}?tls=none"
        assert one(deployment.results("mail"))[1] == "The mail server answers without TLS."
    verdict, told, remedy = one(deployment.results("mail"))
    assert (verdict, "cannot be reached" in told, "HOTLINE_SMTP_URL" in remedy) == (FAIL, True, True)


def test_old_starts_that_are_not_rounded(deployment: Deployment) -> None:
    deployment.environment["HOTLINE_ROUND_AFTER_DAYS"] = "30"
    migrate(deployment.settings.database_url)
    assert deployment.results("database")[-1].told == "Old starts of calls are rounded."
    log = CallLog(deployment.settings.database_url)
    log.write([LogEntry("old", "rise", CallMoment.STARTED, int(now().timestamp()) - 40 * 86_400)])
    last = deployment.results("database")[-1]
    assert (last.verdict, last.told) == (WARN, "Old starts of calls are not rounded, or still in a file: rise.")
    log.round(now(), 30, {})
    log.close()
    assert deployment.results("database")[-1].verdict is PASS


def test_ends_that_were_never_reported(deployment: Deployment) -> None:
    assert deployment.verdicts("ends of calls") == [SKIPPED]
    assert deployment.verdicts("database") == [WARN], "looking has made no tables"
    migrate(deployment.settings.database_url)
    assert deployment.verdicts("ends of calls") == [PASS]
    log, lately = CallLog(deployment.settings.database_url), int(now().timestamp()) - 86_400
    log.write([LogEntry(str(number), "rise", CallMoment.STARTED, lately) for number in range(4)])
    log.close_unended(lately + 1)
    log.close()
    verdict, told, remedy = one(deployment.results("ends of calls"))
    assert verdict is FAIL
    assert told == "The end of 4 of 4 calls of the last 30 days was never reported."
    assert "/voice/ended" in remedy
    deployment.environment["DATABASE_URL"] = "postgresql://h@127.0.0.1:1/h"
    assert deployment.verdicts("database", "ends of calls") == [FAIL, SKIPPED]


def test_no_worker_and_no_clock(running: Deployment) -> None:
    assert running.verdicts("processes") == [PASS, PASS]
    with Redis.from_url(running.redis_url) as redis:
        redis.flushdb()
    assert running.verdicts("processes") == [FAIL, FAIL]


def test_jobs_that_failed_or_pile_up(running: Deployment) -> None:
    assert running.verdicts("jobs") == [PASS]
    with Redis.from_url(running.redis_url) as redis:
        redis.zadd("rq:failed:hotline-later", {"a": 1})
        redis.rpush("rq:queue:hotline-tonight", *map(str, range(101)))
    assert running.verdicts("jobs") == [WARN, WARN]


def test_what_waits_on_disk_for_too_long(deployment: Deployment) -> None:
    assert deployment.verdicts("backlog") == [PASS]
    outbox = Outbox(deployment.settings.data_dir / "outbox", b"k" * 32, clock=lambda: time.time() - 600)
    outbox.put(Job("nothing"))
    verdict, told, remedy = one(deployment.results("backlog"))
    assert verdict is FAIL
    assert told == "1 jobs for Redis wait on this machine's disk, the oldest for 10 minutes."
    assert "HOTLINE_DATA_DIR" in remedy
    outbox.close()


# ----------------------------------------------------------------------------------------------------------- machine


def test_a_folder_that_others_may_look_into(deployment: Deployment) -> None:
    assert deployment.verdicts("folder") == [PASS]
    deployment.settings.data_dir.chmod(0o755)
    verdict, _, remedy = one(deployment.results("folder"))
    assert (verdict, "chmod 700 " in remedy) == (WARN, True)


def test_files_that_others_may_read_are_named_and_the_remedy_works(deployment: Deployment) -> None:
    data = deployment.settings.data_dir
    data.mkdir(mode=0o700, exist_ok=True)
    (data / "spool").mkdir(mode=0o700, exist_ok=True)
    for name in ("valkey.rdb", "spool/1.jsonl"):
        (data / name).write_text("")
        (data / name).chmod(0o644)
    first, files = deployment.results("folder")
    assert (first.verdict, files.verdict) == (PASS, WARN)
    assert "valkey.rdb" in files.told
    assert "spool/1.jsonl" in files.told
    assert "`hotline migrate`" in files.remedy
    before = os.umask(0o022)
    keep_private(data, deployment.settings.config_dir)
    os.umask(before)
    assert deployment.verdicts("folder") == [PASS]


def test_a_folder_that_cannot_be_made(deployment: Deployment) -> None:
    (deployment.directory / "file").write_text("")
    deployment.environment["HOTLINE_DATA_DIR"] = str(deployment.directory / "file" / "data")
    assert deployment.verdicts("folder") == [FAIL]
    assert deployment.verdicts("disk") == [PASS], "of the folder above it"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/hotline/var", "nfs4"), ("/srv/hotline", "nfs4"), ("/srv/hotlines", "ext4"), ("/data disk/x", "fuse.sshfs")],
)
def test_the_kind_of_file_system(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/a / ext4 rw 0 0\nbox:/x /srv/hotline nfs4 rw 0 0\nbox:/y /data\\040disk fuse.sshfs rw 0 0\n"
    )
    assert file_system_of(Path(path), mounts) == kind
    assert file_system_of(Path(path), tmp_path / "nothing") is None


def test_a_database_that_is_no_file(deployment: Deployment) -> None:
    assert deployment.verdicts("file system") == [PASS]
    deployment.environment["DATABASE_URL"] = "postgresql://h@127.0.0.1:1/h"
    assert deployment.verdicts("file system") == [SKIPPED]


def test_a_key_that_is_of_one_machine(deployment: Deployment) -> None:
    assert deployment.verdicts("secret key") == [PASS]
    deployment.environment["HOTLINE_SECRET_KEY"] = ""
    verdict, told, remedy = one(deployment.results("secret key"))
    assert (verdict, "Each machine makes its own key" in told, "openssl" in remedy) == (WARN, True, True)
    deployment.environment["REDIS_URL"] = ""
    assert deployment.verdicts("secret key") == [PASS]


# ----------------------------------------------------------------------------------------------------------- running


def check(ask: Callable[[Site], Iterable[CheckResult]], name: str = "one") -> Check:
    return Check("Area", name, ask)


def test_a_check_that_is_broken_costs_no_other(deployment: Deployment) -> None:
    def broken(_: Site) -> Iterable[CheckResult]:
        raise ValueError("+14105550111 is in this message")

    def halfway(_: Site) -> Iterable[CheckResult]:
        yield passed("Fine so far.")
        raise LiveStateUnavailable("Gone.", "Start it.")

    answers = run(
        [check(broken), check(halfway, "two"), check(lambda _: [passed("Fine.")], "three")],
        Site(Parts(deployment.settings)),
    )
    first, second, third = (answer.results for answer in answers)
    assert (first[0].verdict, third) == (FAIL, (passed("Fine."),))
    assert "ValueError in broken:" in first[0].told
    assert "410555" not in first[0].told
    assert [result.told for result in second] == ["Gone."]


def test_a_check_that_never_ends_is_not_waited_for(deployment: Deployment) -> None:
    def endless(_: Site) -> Iterable[CheckResult]:
        time.sleep(3)
        return []

    began = time.monotonic()
    answers = run(
        [check(endless), check(lambda _: [passed("Fine.")], "two")], Site(Parts(deployment.settings)), within=0.2
    )
    assert time.monotonic() - began < 2
    assert [answer.results[0].verdict for answer in answers] == [FAIL, PASS]
    assert "did not finish" in answers[0].results[0].told


@pytest.mark.parametrize(("trouble", "verdict"), [("fails", WARN), ("drops", WARN), ("garbles", WARN)])
def test_a_part_of_the_carriers_that_fails_by_itself_is_told_of(
    deployment: Deployment, trouble: Trouble, verdict: Verdict
) -> None:
    deployment.api.fault(trouble, times=None, path="/v1/")
    (account, countries) = deployment.results("account", "countries")
    assert (account.verdict, countries.verdict) == (PASS, verdict)
    assert countries.told.startswith("The carrier could not be reached. ")
    assert countries.remedy


def test_names_of_checks_are_unlike_and_every_check_says_what_it_asks() -> None:
    names = [one.name for one in CHECKS]
    assert len(set(names)) == len(names)
    assert all((one.ask.__doc__ or "").strip().endswith((".", "?")) for one in CHECKS)


def test_data_for_programs(running: Deployment) -> None:
    found = json.loads(json.dumps(as_json(running.look("account", "disk"))))
    assert found["well"] is True
    assert [set(each) for each in found["checks"]] == [{"area", "check", "verdict", "told", "remedy", "seconds"}] * 2
    assert found["checks"][0] | {"seconds": 0} == {
        "area": "Carrier",
        "check": "account",
        "verdict": "pass",
        "told": "The account is active.",
        "remedy": "",
        "seconds": 0,
    }


def test_nothing_that_must_not_be_told_is(running: Deployment) -> None:
    """Hotlines' own numbers are told; volunteers' are not, nor what is secret."""
    running.api.barred = {"US", "GB"}
    call = running.api.add_call(NUMBER, "+14105550999", legs=["+14105550111"])
    text = as_printed(running.look()) + json.dumps(as_json(running.look()))
    for secret in ("5550111", "79460112", "5550999", call, "a key that all", running.api.token, running.api.account):
        assert secret not in text
    assert os.fspath(running.directory) in text
