"""Which numbers a hotline dials: those of its countries, and never one that costs more than a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.calls.flow import FixedDial, Goodbye
from hotline.errors import FilesError
from hotline.files import load_texts
from hotline.files.checks.dialling import refusal
from hotline.files.edits.checking import check_edit
from hotline.files.edits.proposal import propose
from tests.files.good import FLOW, ROTA, rota_with, texts
from tests.test_watch import MONDAY

US, CA, GB, JM = "+14105550100", "+14165550100", "+442079460100", "+18765550100"
NEVER, ELSEWHERE = "phone-never-dialled", "phone-other-country"


def code(number: str, own: str = US, *countries: str) -> str | None:
    found = refusal(number, [own], countries)
    return found.code if found else None


@pytest.mark.parametrize(
    "number",
    [
        "+19005550111",
        "+14109760111",
        "+449098790000",
        "+449110000000",
        "+33899123456",
        "+4990012345678",
        "+61190012345",
        "+447000123456",
        "+491801234567",
        "+15005550199",
        "+979123456789",
        "+8821612345678",
        "+883510012345678",
        "+870773111632",
        "+8816123456789",
        "+80012345678",
        "+80812345678",
    ],
)
@pytest.mark.parametrize("countries", [(), ("US", "GB", "FR", "DE", "AU")])
def test_premium_satellite_and_worldwide_numbers_are_never_dialled(number: str, countries: tuple[str, ...]) -> None:
    for own in (US, GB, number):
        assert code(number, own, *countries) == NEVER


@pytest.mark.parametrize("number", ["+14105550111", "+16195550111", "+18005550111", "+14101550112"])
def test_numbers_of_the_hotlines_own_country_are_dialled(number: str) -> None:
    assert code(number) is None


@pytest.mark.parametrize(
    "number", [CA, JM, GB, "+18095550111", "+17875550111", "+12425550111", "+447700900123", "+525512345678"]
)
def test_other_countries_are_dialled_only_where_they_are_named(number: str) -> None:
    refused = refusal(number, [US], ())
    assert refused is not None
    assert refused.code == ELSEWHERE
    _, _, named = refused.help.partition("HOTLINE_COUNTRIES=")
    countries = named.split()[0].split(",")
    assert refusal(number, [US], countries) is None, "the remedy works"
    assert refusal(US, [US], countries) is None, "and takes nobody away"


def test_countries_that_share_a_code_count_each_by_itself() -> None:
    assert code("+447700900123", GB) is None
    assert code("+447781123456", GB) == ELSEWHERE, "Guernsey"
    assert code("+14165550111", CA) is None
    assert code("+14105550111", CA) == ELSEWHERE
    assert code("+18005550111", CA) is None, "free numbers belong to the whole plan"


def test_countries_in_the_environment_take_the_place_of_the_hotlines_own() -> None:
    assert code(GB, US, "GB") is None
    assert code(US, US, "GB") == ELSEWHERE


@pytest.mark.parametrize("number", ["911", "988", "116123", "999"])
def test_short_numbers_are_dialled_as_they_are(number: str) -> None:
    assert code(number, US, "GB") is None


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_any_number_is_dialled_or_refused_with_words(number: str) -> None:
    loaded = load_texts(texts(rota=ROTA.replace("+1 410 555 0112", number)))
    assert loaded.hotlines or all(one.message and one.help for one in loaded.findings if one.severity == "error")


BAD = {"premium": ("+1 900 555 0111", NEVER), "another country": ("+1 876 555 0111", ELSEWHERE)}
COORDINATOR = 'coordinators:\n  nora: {name: Nora, phone: "+1 410 555 0130"}\n'
DIAL = FLOW.replace(
    "not_answered: goodbye", 'not_answered: help\n  help:\n    dial: "+1 410 555 0140"\n    then: goodbye'
)
PLACES = {"volunteer": "+1 410 555 0112", "coordinator": "+1 410 555 0130", "dial": "+1 410 555 0140"}


def files(place: str, number: str) -> dict[str, bytes]:
    """Files of a hotline with this number at a place."""
    raw = texts(DIAL, ROTA + COORDINATOR)
    return {path: text.replace(PLACES[place].encode(), number.encode()) for path, text in raw.items()}


@pytest.mark.parametrize(("number", "wanted"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("place", PLACES)
class TestEveryPlaceOfANumber:
    def test_is_checked(self, place: str, number: str, wanted: str) -> None:
        loaded = load_texts(files(place, number))
        [error] = [one for one in loaded.findings if one.severity == "error"]
        assert (error.code, loaded.hotlines) == (wanted, {})
        assert number in error.message
        assert number in error.source

    def test_is_checked_beside_other_errors(self, place: str, number: str, wanted: str) -> None:
        raw = files(place, number)
        raw["rota/rise.yaml"] = raw["rota/rise.yaml"].replace(b"hours: 24h", b"hours: never")
        raw["call_flows/rise.yaml"] = raw["call_flows/rise.yaml"].replace(b"no_key: reach", b"no_key: nowhere")
        assert {wanted, "bad-hours", "unknown-step"} <= {one.code for one in load_texts(raw).findings}

    def test_is_refused_in_an_edit_on_the_pages(self, place: str, number: str, wanted: str) -> None:
        good, bad = files(place, PLACES[place]), files(place, number)
        [file] = [path for path in good if good[path] != bad[path]]
        assert [one.code for one in check_edit(good, file, bad[file], MONDAY).refusing] == [wanted]
        if file.startswith("rota/"):
            with pytest.raises(FilesError) as refused:
                propose(good, "rise", lambda _: bad[file].decode())
            assert number in str(refused.value)

    def test_is_left_out_where_a_caller_must_be_answered(self, place: str, number: str, wanted: str) -> None:
        hotline = load_texts(files(place, number), without_barred=True).hotlines["rise"]
        assert number.replace(" ", "") not in repr(hotline)
        kept = load_texts(files(place, PLACES[place])).hotlines["rise"]
        assert hotline.schedule.at(MONDAY).on_call == (("amy",) if place == "volunteer" else ("amy", "ben"))
        assert hotline.flow.steps.keys() == kept.flow.steps.keys()


def test_a_country_that_is_named_is_allowed_at_every_place() -> None:
    for place in PLACES:
        bad, good = files(place, "+1 876 555 0111"), files(place, PLACES[place])
        assert load_texts(bad, ["JM", "US"]).hotlines
        [file] = [path for path in good if good[path] != bad[path]]
        assert check_edit(good, file, bad[file], MONDAY, ["JM", "US"]).refusing == ()


def test_a_rota_of_two_hotlines_may_name_the_countries_of_both() -> None:
    british = ROTA.replace("+1 410 555 0112", "+44 20 7946 0112")
    both = {**texts(rota=british), "call_flows/uk.yaml": FLOW.replace("+1 410 555 0100", GB).encode() + b"rota: rise\n"}
    assert load_texts(both).hotlines.keys() == {"rise", "uk"}
    assert load_texts(texts(rota=british)).hotlines == {}


def test_whoever_covers_for_somebody_left_out_is_on_call_and_turns_stay_where_they_are() -> None:
    rota = rota_with(
        "shifts: [{hours: 24h, on_call: [amy, ben]}]",
        "rotations: [{hours: 24h, turns: [cho, dee], change: daily, starting: 2026-01-05}]",
        "cover: [{who: dee, for: amy, from: 2026-01-05, to: 2026-01-05}]",
        "backup: [amy, {hours: 24h, on_call: [amy]}, ben]",
    )
    rota = rota.replace("555 0111", "976 0111").replace("555 0113", "976 0113")
    hotline = load_texts(texts(rota=rota), without_barred=True).hotlines["rise"]
    monday = hotline.schedule.at(MONDAY)
    assert (monday.on_call, monday.backup) == (("ben", "dee"), ("ben",))


def test_a_dial_with_nothing_after_it_ends_the_call() -> None:
    flow = DIAL.replace("+1 410 555 0140", "+1 900 555 0111").replace("    then: goodbye\n", "", 1)
    hotline = load_texts(texts(flow), without_barred=True).hotlines["rise"]
    assert not any(isinstance(one.action, FixedDial) for one in hotline.flow.steps.values())
    assert isinstance(hotline.flow.steps["help"].action, Goodbye)
