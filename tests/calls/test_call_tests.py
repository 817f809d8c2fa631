"""Call tests: what coordinators write to prove a change, how it is read, run and told of."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.errors import LiveStateUnavailable
from hotline.files import explain, load, load_texts
from hotline.files.findings.explained_tests import TESTS
from hotline.files.loading.call_tests import FileOfCallTests, read_call_tests
from hotline.files.shapes.call_tests import EXPECTATIONS, WHAT_PHONES_DO
from hotline.files.yaml.guard import MOST_BYTES
from hotline.practice.call_tests import CallTestResult, Fresh, borrowed_live_states, live_states, run_tests
from hotline.practice.expectations import disappointments
from hotline.simulator.line.behaviour import BY_NAME
from tests.calls.conftest import texts
from tests.calls.test_other_people import files
from tests.warm import hotline

ROOT = Path(__file__).parents[2]
FILE = "call_flows/tests/rise.yaml"
LINE = load_texts(texts())
SHIPPED = (ROOT / FILE).read_text()
GUIDE = (ROOT / "docs/call-tests.md").read_text()

CALL = """\
tests:
  - name: A call
    at: 2026-03-04 12:00
    keys: "1"
    phones: {amy: no-answer, ben: accept}
"""


@pytest.fixture
def fresh(redis_url: str) -> Iterator[Fresh]:
    with borrowed_live_states(redis_url) as made:
        yield made


def reading(text: str | bytes) -> FileOfCallTests:
    return read_call_tests({FILE: text.encode() if isinstance(text, str) else text}, LINE)


def run(text: str, fresh: Fresh) -> list[CallTestResult]:
    read = reading(text)
    assert read.findings == ()
    return list(run_tests(read.tests, fresh))


def told(result: CallTestResult) -> list[str]:
    """Each failure as its code, the underlined part of its line, and its message."""
    return [
        f"{one.code} at {one.source[one.column - 1 : one.column - 1 + one.length]}: {one.message}"
        for one in result.failures
    ]


# What a call came to


@pytest.mark.parametrize(
    "expected",
    [
        'hears: [Welcome, "to hear about us", "FINDING  SOMEONE for you.", still trying, Thank you for calling]',
        "hears: [{en: press 1}, {en: Thank you}]",
        "does_not_hear: [Nobody could pick up, {es: Welcome}]",
        "volunteer_hears: [Call from the line, pass it on]",
        "rings: [amy, ben]",
        "rings_first: [amy]",
        "never_rings: [cho, dee]",
        "talks_with: ben",
        "answered_within: 2m",
        "connected_within: 2m",
        "ended_by: hotline",
    ],
)
def test_a_test_passes_where_the_call_comes_out_as_expected(fresh: Fresh, expected: str) -> None:
    (result,) = run(f"{CALL}    {expected}\n", fresh)
    assert result.passed, told(result)


@pytest.mark.parametrize(
    ("expected", "failure", "help"),
    [
        (
            "hears: [Welcome, finding nobody for you]",
            "hears at finding nobody for you: "
            "Expected the caller to hear “finding nobody for you” after “Welcome”, but they did not.",
            ": “We are finding someone for you.”",
        ),
        (
            "hears: [finding someone, Welcome]",
            "hears at Welcome: Expected the caller to hear “Welcome” after “finding someone”, but they did not.",
            "It was said at 0:00, before “finding someone”. Put the two in the order of the call.",
        ),
        (
            "hears: [still trying, still trying]",
            "hears at still trying: Expected the caller to hear “still trying” after “still trying”, but they did not.",
            "It was said fewer times than that.",
        ),
        (
            "hears: [{es: Welcome}]",
            "hears at {es: Welcome}: Expected the caller to hear “Welcome” in `es`, but they did not.",
            "It was said in en-US, at 0:00.",
        ),
        (
            "hears: [zzzzz]",
            "hears at zzzzz: Expected the caller to hear “zzzzz”, but they did not.",
            "The last words they heard: “Thank you for calling.”",
        ),
        (
            "does_not_hear: [oprima 7, oprima 9]",
            "does_not_hear at oprima 9: Expected the caller not to hear “oprima 9”, but they did.",
            "It was said at 0:00: “Welcome.",
        ),
        (
            "volunteer_hears: [press 3]",
            "volunteer_hears at press 3: Expected a volunteer to hear “press 3”, but they did not.",
            "The most similar words, at",
        ),
        (
            "rings: [amy, cho]",
            "rings at cho: Expected cho's phone to ring second, but ben's did.",
            "If this is how it should be, write rings: [amy, ben]",
        ),
        (
            "rings: [amy, ben, cho]",
            "rings at cho: Expected cho's phone to ring third, but no more phones did.",
            "write rings: [amy, ben]",
        ),
        (
            "rings: [amy]",
            "rings at [amy]: Expected no phone to ring after amy's, but ben's did.",
            "write rings: [amy, ben]",
        ),
        ("rings: []", "rings at []: Expected no phone to ring, but amy's did.", "write rings: [amy, ben]"),
        (
            "rings_first: [ben]",
            "rings_first at ben: Expected ben's phone to ring first, but amy's did.",
            "write rings_first: [amy]",
        ),
        (
            "never_rings: [dee, ben]",
            "never_rings at ben: Expected ben's phone not to ring, but it did after 0:",
            "hotline who",
        ),
        (
            "talks_with: amy",
            "talks_with at amy: Expected the caller to talk with amy, but they talked with ben.",
            "amy's phone rang, and does “no-answer” in this test. To let amy take the call, write"
            " phones: {amy: accept}",
        ),
        (
            "talks_with: dee",
            "talks_with at dee: Expected the caller to talk with dee, but they talked with ben.",
            "dee's phone never rang.",
        ),
        (
            "talks_with: nobody",
            "talks_with at nobody: Expected the caller to talk with nobody, but they talked with ben.",
            "The call below shows",
        ),
        (
            "answered_within: 20s",
            "answered_within at 20s: Expected the caller to be answered within 0:20, but it took ",
            "ben answered then.",
        ),
        (
            "connected_within: 20s",
            "connected_within at 20s: Expected the caller to talk with a volunteer within 0:20, but it took ",
            "It was ben who answered then. The first phone rang after ",
        ),
        (
            "ended_by: caller",
            "ended_by at caller: Expected the caller to end the call, but the hotline did.",
            "hangs_up_after",
        ),
    ],
)
def test_a_failure_says_what_was_expected_what_happened_and_where_that_is_written(
    fresh: Fresh, expected: str, failure: str, help: str
) -> None:
    (result,) = run(f"{CALL}    {expected}\n", fresh)
    assert len(result.failures) == 1
    assert told(result)[0].startswith(failure)
    assert help in result.failures[0].help
    assert result.failures[0].line == 6


def test_every_kind_of_expectation_is_seen_to_fail() -> None:
    mark = next(
        one
        for one in test_a_failure_says_what_was_expected_what_happened_and_where_that_is_written.pytestmark
        if one.name == "parametrize"
    )
    assert {case[0].split(":")[0] for case in mark.args[1]} == set(EXPECTATIONS)


def test_a_caller_nobody_answers_is_told_of(fresh: Fresh) -> None:
    (result,) = run(CALL.replace("ben: accept", "988: busy") + "    answered_within: 1h\n", fresh)
    (failure,) = result.failures
    assert failure.message == "Expected the caller to be answered within 60:00, but nobody answered."


@pytest.mark.parametrize(
    ("phones", "help"),
    [
        ("{amy: no-answer}", "These rang: amy, ben, cho, chaplain."),
        ("{}\n    hangs_up_after: 1s", "No volunteer's phone rang."),
    ],
)
def test_a_number_that_is_dialled_is_no_volunteer(fresh: Fresh, phones: str, help: str) -> None:
    text = CALL.replace("{amy: no-answer, ben: accept}", phones).replace('"1"', '"1 2"') + "    connected_within: 1h\n"
    (result,) = run(text, fresh)
    (failure,) = result.failures
    assert failure.message == "Expected the caller to talk with a volunteer within 60:00, but they talked with none."
    assert failure.help.endswith(help)


def test_all_that_failed_is_told_of(fresh: Fresh) -> None:
    (result,) = run(f"{CALL}    rings: [ben]\n    talks_with: cho\n    ended_by: caller\n", fresh)
    assert [one.code for one in result.failures] == ["rings", "talks_with", "ended_by"]


def test_a_caller_who_hangs_up_does_so_at_that_moment(fresh: Fresh) -> None:
    text = CALL + "    hangs_up_after: 30s\n    rings: [amy]\n    talks_with: nobody\n    ended_by: hotline\n"
    (result,) = run(text, fresh)
    assert told(result) == ["ended_by at hotline: Expected the hotline to end the call, but the caller did."]
    assert result.call.duration == 30


def test_a_number_that_a_step_dials_goes_by_its_number(fresh: Fresh) -> None:
    text = CALL.replace('"1"', '"1 2"').replace("ben: accept", '"988": accept') + '    talks_with: "988"\n'
    (result,) = run(text, fresh)
    assert result.passed, told(result)
    (result,) = run(text.replace('"988": accept', "988: busy"), fresh)
    assert told(result) == ['talks_with at "988": Expected the caller to talk with 988, but they talked with nobody.']


def test_other_calls_come_before_or_meanwhile(fresh: Fresh) -> None:
    text = CALL.replace("{amy: no-answer, ben: accept}", "{amy: accept, ben: accept}")
    before = '    other_calls: [{at: 2026-03-04 11:58, keys: "1"}]\n    rings: [ben]\n'
    meanwhile = '    other_calls: [{at: 2026-03-04 12:00, keys: "1", talks_for: 20m}]\n    rings: [ben]\n'
    later = '    other_calls: [{at: 2026-03-04 12:05, keys: "1"}]\n    rings: [amy]\n'
    for others in (before, meanwhile, later):
        (result,) = run(text + others, fresh)
        assert result.passed, told(result)


def test_each_test_begins_as_if_nobody_had_called(fresh: Fresh) -> None:
    one = CALL.removeprefix("tests:\n") + "    rings: [amy, ben]\n"
    assert all(result.passed for result in run("tests:\n" + 3 * one, fresh))


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2026-03-04 12:00", "2026-03-04T17:00:00+00:00"),
        ("2026-03-08 02:30", "2026-03-08T07:00:00+00:00"),
        ("2026-11-01 01:30", "2026-11-01T05:30:00+00:00"),
    ],
)
def test_a_call_comes_in_on_the_rotas_clock_through_its_changes(fresh: Fresh, at: str, instant: str) -> None:
    (result,) = run(CALL.replace("2026-03-04 12:00", at) + "    hears: [Welcome]\n", fresh)
    assert result.call.began == instant


def test_a_call_that_goes_round_for_ever_fails_whatever_is_expected(fresh: Fresh) -> None:
    flow = texts()["call_flows/rise.yaml"].decode().replace("    at_most: 3\n    then: lifeline\n", "")
    flow = flow.replace('"2": lifeline}\n    wait: 6s', '"2": lifeline}\n    wait: 60s')
    loaded = load_texts(texts(flow=flow))
    text = CALL.replace("ben: accept", "ben: busy") + "    hears: [Welcome]\n"
    (result,) = run_tests(read_call_tests({FILE: text.encode()}, loaded).tests, fresh)
    assert [one.message for one in result.failures] == [
        "The call went wrong: it looped for four hours, until the carrier hung up."
    ]


def test_whatever_breaks_in_a_call_fails_its_test(fresh: Fresh) -> None:
    (result,) = run(CALL + "    rings: [amy, ben]\n", fresh)
    (finding,) = disappointments(result.test, result.call, ["11200: no answer"])
    assert (finding.line, finding.message) == (2, "The call went wrong: 11200: no answer")


def test_a_phone_can_do_what_the_simulators_phones_can() -> None:
    assert set(WHAT_PHONES_DO) == set(BY_NAME)


@pytest.mark.parametrize("does", WHAT_PHONES_DO)
def test_only_a_phone_that_accepts_gets_the_call(fresh: Fresh, does: str) -> None:
    talked = "ben" if does in ("accept", "wrong-key") else "cho"
    text = CALL.replace("{amy: no-answer, ben: accept}", f"{{amy: busy, ben: {does}, cho: accept after 2s}}")
    (result,) = run(f"{text}    talks_with: {talked}\n", fresh)
    assert result.passed, told(result)


def test_nothing_stays_in_a_redis_that_was_borrowed(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        with borrowed_live_states(redis_url) as fresh:
            run(CALL + "    rings: [amy, ben]\n", fresh)
            assert list(connection.scan_iter("hotline-test:*"))
        assert not list(connection.scan_iter("hotline-test:*"))


def test_without_a_redis_that_answers_no_test_is_run() -> None:
    with borrowed_live_states("redis://127.0.0.1:1/0") as fresh, pytest.raises(LiveStateUnavailable):
        run(CALL + "    rings: [amy, ben]\n", fresh)


def test_a_redis_is_started_for_the_tests_and_is_gone_afterwards() -> None:
    with live_states(None) as fresh:
        (result,) = run(CALL + "    rings: [amy, ben]\n", fresh)
    assert result.passed
    with pytest.raises(LiveStateUnavailable):
        fresh()


# The tests that ship


def test_the_line_that_ships_passes_its_tests(fresh: Fresh) -> None:
    read = read_call_tests({FILE: SHIPPED.encode()}, load(ROOT))
    assert read.findings == ()
    results = list(run_tests(read.tests, fresh))
    assert len(results) >= 15
    assert {result.test.name: told(result) for result in results if not result.passed} == {}


# Files with mistakes in them


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["file-empty 1:1"]),
        ("tests: [", ["yaml-syntax 1:9"]),
        ("[]", ["wrong-type 1:1"]),
        ("tests: []", ["missing-field 1:8"]),
        ("tests: soon", ["wrong-type 1:8"]),
        ("flow: rise", ["missing-field 1:1"]),
        ("flow: ries\n" + CALL + "    rings: []", ["unknown-flow 1:7"]),
        (CALL, ["nothing-expected 2:5"]),
        ("tests:\n  - rings: []", ["missing-field 2:5", "missing-field 2:5"]),
        (CALL + "    rings: [amy]\n    rings: [ben]", ["duplicate-key 7:5"]),
        (CALL + "    ring: [amy]", ["nothing-expected 2:5", "unknown-field 6:5"]),
        (CALL + "    rings: amy", ["wrong-type 6:12"]),
        (CALL + "    rings: [amy, bne]", ["unknown-volunteer 6:18"]),
        (CALL + "    rings: [nobody]", ["unknown-volunteer 6:13"]),
        (CALL + "    never_rings: [zoe]", ["unknown-volunteer 6:19"]),
        (CALL + '    talks_with: "911"', ["unknown-volunteer 6:17"]),
        (CALL + "    hears: [{fr: Bonjour}]", ["unknown-language 6:14"]),
        (CALL + "    hears: [{en: Hi, es: Hola}]", ["wrong-type 6:13"]),
        (CALL + '    hears: [""]', ["missing-words 6:13"]),
        (CALL + "    hears: [[]]", ["wrong-type 6:13"]),
        (CALL + "    answered_within: 30", ["bad-duration 6:22"]),
        (CALL + "    connected_within: 30", ["bad-duration 6:23"]),
        (CALL + "    talks_for: 9h\n    rings: []", ["out-of-range 6:16"]),
        (CALL + "    ended_by: hotlien", ["unknown-value 6:15"]),
        (CALL + "    others: [accept]\n    rings: []", ["wrong-type 6:13"]),
        (CALL + "    other_calls: [{at: 12:00}]\n    rings: []", ["bad-instant 6:24"]),
        (CALL.replace("12:00", "") + "    rings: []", ["bad-instant 3:9"]),
        (CALL.replace("12:00", "24:00") + "    rings: []", ["bad-instant 3:9"]),
        (CALL.replace("2026", "9999") + "    rings: []", ["bad-instant 3:9"]),
        (CALL.replace("12:00", "12:00Z") + "    rings: []", ["bad-instant 3:9"]),
        (CALL.replace('"1"', "one") + "    rings: []", ["bad-key 4:11"]),
        (CALL.replace('"1"', "1" * 101) + "    rings: []", ["out-of-range 4:11"]),
        (CALL.replace("no-answer", "acept") + "    rings: []", ["unknown-value 5:19"]),
        (CALL.replace("no-answer", "accept after 5") + "    rings: []", ["bad-duration 5:19"]),
        (CALL.replace("amy:", "amyy:") + "    rings: []", ["unknown-volunteer 5:14"]),
    ],
)
def test_a_mistake_is_told_of_at_its_spot_and_nothing_is_run(text: str, expected: list[str]) -> None:
    read = reading(text)
    assert [f"{one.code} {one.line}:{one.column}" for one in read.findings] == expected
    assert read.tests == ()
    for one in read.findings:
        assert one.help
        assert one.message.endswith(".")


@pytest.mark.parametrize(
    ("text", "help"),
    [
        (CALL + "    hear: [Welcome]", "Did you mean `hears`?"),
        (CALL + "    rings: [bne]", "Did you mean `ben`?"),
        (CALL.replace("no-answer", "ignore") + "    rings: []", "Did you mean `no-answer`?"),
        (CALL.replace("no-answer", "No Answr") + "    rings: []", "Did you mean `no-answer`?"),
        (CALL + "    hears: [Note: this]", "put it all in quotes"),
        ("flow: ries\n" + CALL + "    rings: []", "Did you mean `rise`?"),
    ],
)
def test_the_help_says_what_was_probably_meant(text: str, help: str) -> None:
    assert any(help in one.help for one in reading(text).findings)


def test_every_code_of_call_tests_is_explained() -> None:
    for code in TESTS:
        assert (explain(code) or "").startswith(f"{code}: ")


def test_tests_of_a_broken_call_flow_are_not_run() -> None:
    broken = load_texts(texts(flow="name: x"))
    read = read_call_tests({FILE: (CALL + "    rings: []").encode()}, broken)
    assert (read.tests, read.findings, read.broken_flows) == ((), (), frozenset({"rise"}))


pieces = st.sampled_from((
    "", " ", "\n", ":", ": ", "- ", "{", "}", "[", "]", ",", '"', "&a", "*a", "!x", "#", "\x00", "-", "*", "é", "999",
    "tests:", "name: x", "- name: x", "at: 2026-03-08 02:30", "keys: '-#*'", "rings: []", "hears: [{es: a}]", "ben",
    "other_calls: [{at: 2026-03-04 11:59}]", "talks_for: 3h", "hangs_up_after: 1s", "flow: rise", "after 3s",
    "phones: {988: busy}", "talks_with: 988",
))  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = CALL + "    rings: [amy, ben]\n    hears: [Welcome, {en: Thank you}]\n    talks_with: ben\n"
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 0, 1, 2, 5, 20))))
        text = text[:start] + draw(pieces) + text[end:]
    return text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=mutated())
def test_whatever_stands_in_a_file_is_run_or_told_of(fresh: Fresh, text: str) -> None:
    read = reading(text)
    assert bool(read.tests) != bool(read.findings)
    for result in run_tests(read.tests, fresh):
        for one in result.failures:
            assert one.source
            assert one.message.startswith("Expected")
    for one in read.findings:
        assert one.line >= 1
        assert one.column >= 1


@settings(max_examples=100)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_told_of(raw: bytes) -> None:
    assert reading(raw).findings


def test_a_file_far_too_big_is_not_read() -> None:
    assert [one.code for one in reading(b"#" * (MOST_BYTES + 1)).findings] == ["file-too-big"]


# The command


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The line that ships, without its call tests."""
    for name in ("call_flows/rise.yaml", "rota/rise.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / FILE).parent.mkdir()
    return tmp_path


def command(config: Path, *arguments: str) -> tuple[int, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOTLINE_CONFIG_DIR": str(config),
        "HOTLINE_DATA_DIR": str(config / "var"),
    }
    done = hotline("test", *arguments, env=environment, cwd=config)
    return done.returncode, done.stdout + done.stderr


GOOD = CALL.replace("A call", "Ben takes it") + "    rings_first: [amy, ben]\n"
BAD = CALL.removeprefix("tests:\n").replace("A call", "Cho takes it") + "    rings_first: [amy, cho]\n"


def test_the_command_says_that_all_passed(config: Path) -> None:
    (config / FILE).write_text(GOOD)
    code, output = command(config)
    assert code == 0
    assert re.fullmatch(f"{FILE}\n  ✓ Ben takes it\n\nThe one test passed, in [0-9.]+ s.\n", output)
    assert not (config / "var").exists(), "and leaves nothing behind"


def test_the_command_says_what_failed_and_exits_with_1(config: Path) -> None:
    (config / FILE).write_text(GOOD + BAD)
    code, output = command(config)
    assert code == 1
    for words in ("  ✓ Ben takes it", "  ✗ Cho takes it", "1 of 2 failed", f"--> {FILE}:11:24", "ben's did"):
        assert words in output
    assert "\x1b" not in output
    assert not any(line != line.rstrip() for line in output.splitlines())


def test_the_command_runs_the_tests_named(config: Path) -> None:
    (config / FILE).write_text(GOOD + BAD)
    elsewhere = config / "mine.yaml"
    elsewhere.write_text("flow: rise\n" + GOOD)
    assert command(config, "-k", "ben TAKES")[0] == 0
    assert command(config, "rise", "-k", "cho")[0] == 1
    assert command(config, "mine.yaml")[0] == 0
    assert command(config, str(elsewhere.parent / "call_flows/tests"))[0] == 1
    code, output = command(config, "-k", "zebra")
    assert (code, output) == (2, "hotline: None of the 2 tests has “zebra” in its name.\n")
    code, output = command(config, "nights")
    assert code == 2
    assert "There is no file of call tests 'nights' (known: rise)." in output


def test_the_command_tells_of_broken_files_as_check_does_and_exits_with_2(config: Path) -> None:
    (config / FILE).write_text(GOOD.replace("rings_first", "ring_first"))
    code, output = command(config)
    assert code == 2
    for words in (f"{FILE}:6:5: error[unknown-field]", "Did you mean `rings_first`?", "Nothing was tested"):
        assert words in output
    (config / FILE).write_text(GOOD)
    (config / "rota/rise.yaml").write_text("timezone: Mars\n")
    code, output = command(config)
    assert code == 2
    assert "rota/rise.yaml:1:11: error[bad-time-zone]" in output


def test_the_command_says_where_it_looked_in_vain(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, output = command(tmp_path / "empty", "/nowhere/rise.yaml")
    assert code == 2
    assert "There is no file of call tests '/nowhere/rise.yaml' (known: none)." in output
    assert command(tmp_path, "empty", "--json") == (0, '{\n  "findings": [],\n  "tests": []\n}\n')


def test_the_command_tells_the_whole_story_if_asked(config: Path) -> None:
    (config / FILE).write_text(GOOD)
    code, output = command(config, "--verbose")
    assert code == 0
    for words in ("Wednesday 4 March 2026 at 12:00 (America/New_York)", "“You've reached RISE.", "connected with ben"):
        assert words in output


def test_the_command_prints_json_for_programs(config: Path) -> None:
    (config / FILE).write_text(GOOD + BAD)
    code, output = command(config, "--json")
    told = json.loads(output)
    assert code == 1
    assert [(one["name"], one["passed"]) for one in told["tests"]] == [("Ben takes it", True), ("Cho takes it", False)]
    assert told["tests"][1]["failures"][0]["line"] == 11
    assert told["tests"][0]["call"]["connected_to"] == ["ben"]
    (config / FILE).write_text("tests: 1")
    code, output = command(config, "--json")
    assert (code, [one["code"] for one in json.loads(output)["findings"]]) == (2, ["wrong-type"])


def test_where_there_are_no_tests_the_command_says_how_to_begin_with_one_that_passes(config: Path) -> None:
    (config / FILE).parent.rmdir()
    code, output = command(config)
    assert code == 0
    assert f"There are no call tests yet. Put them into files in call_flows/tests, for example {FILE}" in output
    example = re.search(r"^tests:\n(?: .*\n)+", output, re.MULTILINE)
    assert example
    (config / FILE).parent.mkdir()
    (config / FILE).write_text(example[0])
    assert command(config)[0] == 0


# The guide


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_guides_examples_pass(config: Path) -> None:
    *good, _ = blocks("yaml")
    for place, text in enumerate(good):
        (config / FILE).with_name(f"{place}.yaml").write_text("flow: rise\n" + text)
    code, output = command(config)
    assert (code, output.count("✓")) == (0, 4)


def test_the_guides_failure_is_what_is_printed(config: Path) -> None:
    (config / FILE).write_text(blocks("yaml")[-1])
    code, output = command(config)
    assert code == 1
    assert output.startswith(blocks("text")[0])


def test_the_guide_explains_every_field_and_everything_a_phone_does() -> None:
    for name in (*EXPECTATIONS, *WHAT_PHONES_DO, "at", "keys", "phones", "others", "talks_for", "hangs_up_after"):
        assert f"`{name}`" in GUIDE


def test_calls_to_another_rota_are_tested_with_its_volunteers_and_keys(fresh: Fresh) -> None:
    loaded = load_texts(files())
    text = """\
tests:
  - name: Group support
    at: 2026-03-04 12:00
    keys: "3"
    phones: {lea: no-answer, mia: accept, leaders/amy: busy}
    rings: [lea, mia]
    talks_with: mia
"""
    read = read_call_tests({"call_flows/tests/line.yaml": text.encode()}, loaded)
    assert read.findings == ()
    (result,) = run_tests(read.tests, fresh)
    assert result.failures == ()
