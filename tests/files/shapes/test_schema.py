"""The JSON Schemas: no false alarm on what is right, and a red line under each mistake that a schema can see."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from hotline.cli import group
from hotline.files import load_texts
from hotline.files.shapes.schema import FORMATS, SHIPPED, as_text, schema
from tests.files.good import BROKEN, EXAMPLES, FLOW, ROTA, broken_texts, rota_with, texts
from tests.files.loading.test_broken import EXPECTED

ROOT = Path(__file__).parents[3]
FOLDERS = {"rota": "rota", "call_flows": "call-flow"}

UNSEEN = {
    "across files or parts": (
        "covers_themselves dial_itself duplicate_key duplicate_menu_key language_nobody_needs missing_words"
        " missing_words_between named_twice never_called number_claimed_twice phone_is_hotline phone_shared"
        " same_name_twice same_number_twice screening_words_missing unknown_language unknown_rota unknown_step"
        " ring_someone unknown_volunteer unknown_volunteers_everywhere unused_rota limits_for_nobody limits_crossed"
        " also_without_holidays every_and_places holidays_of_no_country unknown_region backup_alone misleading_name"
        " coordinators_phones words_of_texts_too_long never_on_call no_effect"
        " stagger_longer_than_ring_for ring_early_elsewhere hold_words_missing"
        " holidays_of_nobody tier_beside_for tier_in_the_backup"
    ),
    "how a call goes": (
        "silence_goes_round then_that_nothing_leads_to too_many_words too_many_words_in_a_row unreachable_step"
        " ringing_too_many_words dead_end longest_wait never_a_last_resort keys_and_words wrong_key_said voices"
        " ring_early_in_vain hold_with_one_text waiting_key_not_said"
        " zone_without_city invisible_in_a_name hard_to_say nothing_to_say"
    ),
    "the calendar, or phone numbers": (
        "away_ends_before_start no_such_date gap nobody_at_all until_before_starting holidays_ahead holiday_gap"
        " phone_impossible phone_not_valid limits_exceeded phone_never_dialled phone_other_country dial_never"
    ),
    "bytes and folders": "escaped_control_character utf16 no_call_flows",
}
"""What no schema can see, and `hotline check` does."""


class Editor(yaml.SafeLoader):
    """YAML 1.2 as editors read it."""


Editor.yaml_implicit_resolvers = {}
for tag, written, first in (
    ("null", r"(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"([-+]?[0-9]+)$", list("-+0123456789")),
    ("float", r"([-+]?[0-9]+\.[0-9]*)$", list("-+0123456789")),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(written), first)


def as_json(raw: bytes | str) -> Any:
    """What an editor's schema check is given; keys are texts there. Raises YAMLError; ValueError for many aliases."""
    if sum(isinstance(one, yaml.AliasEvent) for one in yaml.parse(raw, Editor)) > 20:
        raise ValueError("many aliases")
    return json.loads(json.dumps(yaml.load(raw, Editor)))


VALIDATORS = {folder: Draft7Validator(schema(name)) for folder, name in FOLDERS.items()}


def complaints(files: dict[str, bytes]) -> list[str]:
    """What editors underline in a set of files."""
    found = []
    for path, raw in files.items():
        try:
            document = as_json(raw)
        except (yaml.YAMLError, RecursionError, UnicodeDecodeError, TypeError, ValueError) as error:
            found.append(f"{path}: {type(error).__name__}")
            continue
        found += [f"{path}: {one.message}" for one in VALIDATORS[path.split("/")[0]].iter_errors(document)]
    return found


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in FOLDERS
        for path in (folder / name).glob("*.yaml")
    }


@pytest.mark.parametrize("name", FORMATS)
def test_the_shipped_schemas_are_those_of_the_shapes(name: str) -> None:
    """If this fails: `hotline schema --into hotline/files/schemas` writes them anew."""
    assert (SHIPPED / f"{name}.json").read_text("utf-8") == as_text(name)


@pytest.mark.parametrize("name", FORMATS)
def test_they_are_schemas_and_describe_every_field(name: str) -> None:
    made = schema(name)
    Draft7Validator.check_schema(made)
    for part in (made, *made["$defs"].values()):
        for field, about in part.get("properties", {}).items():
            assert about.get("description", "").endswith("."), field


@pytest.mark.parametrize("name", FORMATS)
def test_every_example_of_a_field_fits_it(name: str) -> None:
    made = schema(name)
    for part in (made, *made["$defs"].values()):
        for field, about in part.get("properties", {}).items():
            for example in about.get("examples", ()):
                found = list(Draft7Validator({**about, "$defs": made["$defs"]}).iter_errors(example))
                assert found == [], (field, example)


@pytest.mark.parametrize("folder", [EXAMPLES, ROOT], ids=["examples", "shipped"])
def test_the_examples_fit(folder: Path) -> None:
    assert complaints(files_below(folder)) == []


def test_the_small_hotline_of_the_tests_fits() -> None:
    assert complaints(texts(FLOW, ROTA)) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_shipped_files_name_a_schema_that_is_there(folder: str) -> None:
    path = ROOT / folder / "rise.yaml"
    first = path.read_text("utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found
    assert (path.parent / found[1]).resolve() == SHIPPED / f"{FOLDERS[folder]}.json"


@pytest.mark.parametrize("fixture", EXPECTED)
def test_each_broken_file_is_refused_unless_no_schema_can_see_why(fixture: str) -> None:
    seen = bool(complaints(broken_texts(BROKEN / fixture)))
    unseen = {name for names in UNSEEN.values() for name in names.split()}
    assert seen != (fixture in unseen), complaints(broken_texts(BROKEN / fixture))


@pytest.mark.parametrize(
    "entry",
    [
        "{days: Mon – Fri, hours: 8:00 – 18:00, on_call: [amy]}",
        '{days: "1st sat, 3rd sat", hours: 24h, on_call: [amy]}',
        "{days: [1st sat, last fri], hours: 24H, on_call: [amy]}",
        "{days: 2nd-4th tue, hours: 18:00-24:00, on_call: [amy]}",
        "{days: every day, hours: 00:00-00:00, on_call: [amy], starting: 2026-01-05}",
        '{days: "sat-sun, holidays", hours: 24h, also: true, on_call: [amy]}',
        "{days: sat, hours: 24h, every: 2 weeks, starting: 2026-01-05, on_call: [amy]}",
        "{from: fri 18:00, to: sun 24:00, every: 3 weeks, starting: 2026-01-05, on_call: [amy]}",
        "{hours: 24h, on_call: [amy], name: Rufbereitschaft}",
    ],
)
def test_all_ways_to_write_a_shift_fit(entry: str) -> None:
    files = texts(rota=rota_with("holidays: {country: US, region: MD}", "backup:", "shifts:", f"  - {entry}"))
    assert [one.code for one in load_texts(files).findings if one.severity == "error"] == []
    assert complaints(files) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("ring_for", one) for one in ("20s", "1m30s", "1m 5s")),
        *(("rounds", one) for one in ("2", '"2"')),
        *(("at_once", one) for one in ("2", '"2"')),
        *(("stagger", one) for one in ("4s", "20s")),
        *(("accept_key", one) for one in ("1", '"1"', "'0'")),
        *(("order", one) for one in ("listed", "round_robin")),
        *(("say", one) for one in ("{en: Press 1.}", "")),
    ],
)
def test_all_ways_to_write_how_phones_are_rung_fit(field: str, value: str) -> None:
    files = texts(rota=rota_with("shifts: [{hours: 24h, on_call: [amy]}]", f"ringing: {{{field}: {value}}}"))
    assert [one.code for one in load_texts(files).findings if one.severity == "error"] == []
    if value:
        assert complaints(files) == []


times_of_day = st.sampled_from(("00:00", "8:00", "08:30", "23:59", "24:00", "24:01", "7", "6pm"))
named_days = st.sampled_from(("mon", "Tue", "1st sat", "last fri", "6th fri", "holidays", "every day", "noday", ""))
joints = st.sampled_from(("-", " – ", ", ", ",", " "))


@settings(max_examples=200)
@given(st.tuples(named_days, joints, named_days), st.tuples(times_of_day, joints, times_of_day), st.booleans())
def test_no_false_alarm(days: tuple[str, str, str], hours: tuple[str, str, str], listed: bool) -> None:
    """Whatever `hotline check` takes, the schema takes."""
    written = f"[{days[0]!r}, {days[2]!r}]" if listed else repr("".join(days))
    entry = f"{{days: {written}, hours: {''.join(hours)!r}, on_call: [amy]}}"
    files = texts(rota=rota_with("holidays: {country: US}", f"shifts: [{entry}]"))
    if not any(one.severity == "error" for one in load_texts(files).findings):
        assert complaints(files) == []


class TestCommand:
    @pytest.mark.parametrize("name", FORMATS)
    def test_prints_one(self, name: str) -> None:
        result = CliRunner().invoke(group, ["schema", name])
        assert (result.exit_code, result.output) == (0, as_text(name))

    def test_prints_both_under_their_names(self) -> None:
        result = CliRunner().invoke(group, ["schema"])
        assert list(json.loads(result.output)) == ["rota", "call-flow"]

    def test_writes_both(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(group, ["schema", "--into", str(tmp_path / "schemas")])
        assert result.exit_code == 0
        assert (tmp_path / "schemas" / "call-flow.json").read_text("utf-8") == as_text("call-flow")

    def test_an_unknown_format_is_refused(self) -> None:
        assert CliRunner().invoke(group, ["schema", "rotta"]).exit_code == 2
