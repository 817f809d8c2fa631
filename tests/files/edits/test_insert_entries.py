"""Entries written into rota files of all sorts: the new words are there, and every byte that was there still is."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hotline.core.rota.rota import Away, Cover
from hotline.core.times.wall_clock import wall_minute
from hotline.errors import FilesError
from hotline.files import load_texts
from hotline.files.edits.insert_entries import add_entries, as_fields, number_calendar
from tests.files.good import EXAMPLES, rota_with, texts

CHRISTMAS = wall_minute(date(2026, 12, 24))
AWAY = Away("ben", CHRISTMAS, CHRISTMAS + 3 * 1440)
COVER = Cover("cho", "dee", CHRISTMAS + 18 * 60, CHRISTMAS + 32 * 60)
JOIN = Cover("amy", None, CHRISTMAS, CHRISTMAS + 90)
AWAY_LINE = "{who: ben, from: 2026-12-24, to: 2026-12-26}"
COVER_LINE = "{who: cho, for: dee, from: 2026-12-24 18:00, to: 2026-12-25 08:00}"
TOP = "timezone: UTC\nvolunteers:\n  ben: {phone: '1'}\n"
SHIPPED = Path(__file__).parents[3] / "rota" / "rise.yaml"


def added_lines(old: str, new: str) -> list[str]:
    """The lines that are new. Fails if any other line changed, went, or moved."""
    left, found = old.splitlines(), []
    for line in new.splitlines():
        if left and line == left[0]:
            left.pop(0)
        else:
            found.append(line)
    assert left == [], "a line that was there is not there any more"
    return found


def is_within(old: str, new: str) -> bool:
    """Whether the old text is all there, in order, with words put in between."""
    rest = iter(new)
    return all(character in rest for character in old)


class TestLists:
    @pytest.mark.parametrize("list_indent", ["", "  ", "    "])
    def test_an_entry_goes_to_the_end_of_its_list_like_the_others(self, list_indent: str) -> None:
        old = f"{TOP}away:\n{list_indent}- {{who: amy, from: 2026-01-01, to: 2026-01-02}}   # ski\n\n# The end.\n"
        new = add_entries(old, [AWAY])
        assert added_lines(old, new) == [f"{list_indent}- {AWAY_LINE}"]
        assert f"# ski\n{list_indent}- {AWAY_LINE}\n\n# The end." in new

    def test_a_list_of_lines_gets_lines(self) -> None:
        old = f"{TOP}cover:\n  -   who: amy\n      from: 2026-01-01\n      to: 2026-01-02   # ski\nbackup: [ben]\n"
        assert added_lines(old, add_entries(old, [COVER])) == [
            "  -   who: cho",
            "      for: dee",
            "      from: 2026-12-24 18:00",
            "      to: 2026-12-25 08:00",
        ]

    def test_an_empty_list_in_brackets(self) -> None:
        assert add_entries(f"{TOP}away: []   # none\n", [AWAY]) == f"{TOP}away: [{AWAY_LINE}]   # none\n"
        assert add_entries(f"{TOP}away: [\n]\n", [AWAY]) == f"{TOP}away: [{AWAY_LINE}\n]\n"

    @pytest.mark.parametrize("comma", ["", ",", " , "])
    def test_a_list_in_brackets_on_one_line(self, comma: str) -> None:
        one = "{who: amy, from: 2026-01-01, to: 2026-01-02}"
        old = f"{TOP}away: [{one}{comma}]\n"
        assert add_entries(old, [AWAY]) == f"{TOP}away: [{one}, {AWAY_LINE}{comma}]\n"

    def test_a_list_in_brackets_on_lines_keeps_each_comment_with_its_entry(self) -> None:
        one = "{who: amy, from: 2026-01-01, to: 2026-01-02}"
        for comma in ("", ","):
            old = f"{TOP}away: [\n    {one},  # a\n    {one}{comma}  # b\n  ]\n"
            assert add_entries(old, [AWAY]) == (
                f"{TOP}away: [\n    {one},  # a\n    {one},  # b\n    {AWAY_LINE}{comma}\n  ]\n"
            )

    def test_a_name_with_nothing_after_it(self) -> None:
        old = f"{TOP}away:     # nobody\nbackup: [ben]\n"
        assert added_lines(old, add_entries(old, [AWAY])) == [f"  - {AWAY_LINE}"]
        assert add_entries(f"{TOP}away:", [AWAY]) == f"{TOP}away:\n  - {AWAY_LINE}"

    def test_several_entries_at_once_in_their_order(self) -> None:
        new = add_entries(TOP, [COVER, AWAY, JOIN])
        assert added_lines(TOP, new) == [
            "away:",
            f"  - {AWAY_LINE}",
            "cover:",
            f"  - {COVER_LINE}",
            "  - {who: amy, from: 2026-12-24 00:00, to: 2026-12-24 01:30}",
        ]


class TestNewSections:
    def test_they_go_after_the_shifts_and_stand_apart_where_the_others_do(self) -> None:
        old = f"{TOP}\nshifts:\n- {{hours: 24h, on_call: [ben]}}   # all\n\n# Last of all.\nbackup: [ben]\n"
        new = add_entries(old, [AWAY])
        assert f"# all\n\naway:\n- {AWAY_LINE}\n\n# Last of all." in new

    def test_close_together_where_the_others_are(self) -> None:
        assert add_entries(f"{TOP}backup: [ben]", [AWAY]) == f"{TOP}away:\n  - {AWAY_LINE}\nbackup: [ben]"

    def test_where_a_comment_shows_how_they_are_written(self) -> None:
        old = SHIPPED.read_text()
        new = add_entries(old, [AWAY, COVER])
        assert f"\naway:\n  - {AWAY_LINE}\n\ncover:\n  - {COVER_LINE}\n\n# Rung when" in new
        assert len(added_lines(old, new)) == 5
        assert (
            new.index("# Holidays and swaps.") < new.index("\naway:") < new.index("\ncover:") < new.index("\nbackup:")
        )

    def test_in_the_example(self) -> None:
        old = (EXAMPLES / "rota" / "rise.yaml").read_text()
        new = add_entries(old, [AWAY, COVER])
        assert sorted(added_lines(old, new)) == sorted((f"  - {AWAY_LINE}", f"  - {COVER_LINE}"))


class TestOddFiles:
    def test_no_newline_at_the_end_stays_so(self) -> None:
        old = f"{TOP}away:\n  - {{who: amy, from: 2026-01-01, to: 2026-01-02}} # é\t!"
        assert add_entries(old, [AWAY]) == f"{old}\n  - {AWAY_LINE}"

    def test_the_line_ends_of_windows(self) -> None:
        old = f"{TOP}away:\n  - {{who: amy, from: 2026-01-01, to: 2026-01-02}}\nbackup: [ben]\n".replace("\n", "\r\n")
        assert add_entries(old, [AWAY]).split("\r\n")[5] == f"  - {AWAY_LINE}"
        assert add_entries(old, [AWAY]).count("\n") == add_entries(old, [AWAY]).count("\r\n") == 7

    def test_a_byte_order_mark(self) -> None:
        assert add_entries("\ufeff" + TOP, [AWAY]) == f"\ufeff{TOP}away:\n  - {AWAY_LINE}\n"

    def test_json(self) -> None:
        entry = '{"who": "ben", "from": "2026-12-24", "to": "2026-12-26"}'
        old = '{\n  "timezone": "UTC",\n  "volunteers": {"ben": {"phone": "1"}}\n}\n'
        assert add_entries(old, [AWAY]) == old.replace('"1"}}', f'"1"}}}},\n  "away": [{entry}]')
        with_list = old.replace('"1"}}', '"1"}}, "away": []')
        assert add_entries(with_list, [AWAY]) == with_list.replace("[]", f"[{entry}]")

    @pytest.mark.parametrize("away", ["away: *list", "away: all of them", "away: {who: amy}", "away: |\n  all\n"])
    def test_what_cannot_be_added_to_is_refused_with_the_lines_to_add_by_hand(self, away: str) -> None:
        with pytest.raises(FilesError) as refused:
            add_entries(f"{TOP}shifts: &list []\n{away}\n", [AWAY])
        assert f"away:\n  - {AWAY_LINE}" in refused.value.remedy

    def test_a_name_with_a_question_mark(self) -> None:
        old = f"{TOP}? away\n: - {{who: amy, from: 2026-01-01, to: 2026-01-02}}\n"
        assert added_lines(old, add_entries(old, [AWAY])) == [f"  - {AWAY_LINE}"]

    def test_names_of_all_scripts_and_an_entry_that_repeats_another(self) -> None:
        old = (
            "timezone: UTC\nvolunteers: &v\n  ζωή: {phone: '1'}   # 😀\naway:\n  - &one {who: ζωή, from: a}\n  - *one\n"
        )
        new = add_entries(old, [Away("ζωή", CHRISTMAS, CHRISTMAS + 60)])
        assert added_lines(old, new) == ["  - {who: ζωή, from: 2026-12-24 00:00, to: 2026-12-24 01:00}"]
        assert new.startswith(old)


class TestCalendarNumbers:
    def test_a_volunteers_and_the_rotas(self) -> None:
        old = SHIPPED.read_text()
        new = number_calendar(old, "ben", 2)
        assert [one.strip()[:4] for one in added_lines("", new) if "calendar: 2" in one] == ["ben:"]
        assert is_within(old, new)
        assert number_calendar(new, "ben", 3) == new.replace("calendar: 2", "calendar: 3")
        whole = number_calendar(old, None, 2)
        assert added_lines(old, whole) == ["calendar: 2"]

    def test_of_a_volunteer_written_in_lines(self) -> None:
        old = "timezone: UTC\nvolunteers:\n  ben:\n    phone: '1'   # home\n  cho: {phone: '2'}\n"
        assert added_lines(old, number_calendar(old, "ben", 2)) == ["    calendar: 2"]
        assert number_calendar(old.replace("# home", "# home\n    calendar:"), "ben", 2).count("calendar: 2\n") == 1

    def test_of_nobody_is_refused(self) -> None:
        with pytest.raises(FilesError, match="by hand"):
            number_calendar(TOP, "zoe", 2)


def test_whole_days_are_dates_and_everything_else_has_its_times() -> None:
    assert as_fields(AWAY) == {"who": "ben", "from": "2026-12-24", "to": "2026-12-26"}
    assert as_fields(JOIN) == {"who": "amy", "from": "2026-12-24 00:00", "to": "2026-12-24 01:30"}
    assert list(as_fields(COVER)) == ["who", "for", "from", "to"]


@given(
    start=st.integers(CHRISTMAS, CHRISTMAS + 500_000),
    length=st.one_of(st.integers(1, 20_000), st.integers(1, 20).map(lambda days: days * 1440)),
)
def test_what_is_written_is_read_as_what_was_meant(start: int, length: int) -> None:
    entry = Away("ben", start, start + length)
    written = add_entries(rota_with("shifts: [{hours: 24h, on_call: [amy]}]"), [entry])
    assert load_texts(texts(rota=written)).hotlines["rise"].rota.away == (entry,)


COMMENTS = st.sampled_from(["", "  # why", "   #\ttabbed\there", " # ñ é 😀 — “x”: [a, {b", "  #\tafter a tab"])
BETWEEN = st.sampled_from(
    ["", "\n", "# A comment: with a colon\n", "\n\n# away: not this\n#   - {who: x}\n\n", "  # in\n"]
)


@st.composite
def sections(draw: st.DrawFn, name: str) -> str:
    """One way to write the `away` or `cover` section, or to have none."""
    people = draw(st.lists(st.sampled_from(["amy", "ben", "cho"]), max_size=3))
    flow = [f"{{who: {who}, from: 2026-01-01,  to: 2026-01-02 08:00}}" for who in people]
    comment = draw(COMMENTS)
    style = draw(st.sampled_from(["absent", "blank", "one line", "lines in brackets", "list", "fields"]))
    indent = draw(st.sampled_from(["", "  ", "     "]))
    if style == "absent":
        return ""
    if style == "blank" or (not people and style in ("list", "fields")):
        return f"{name}:{comment}\n"
    if style == "one line":
        comma = draw(st.sampled_from(["", ","])) if people else ""
        return f"{name}: [{', '.join(flow)}{comma}]{comment}\n"
    if style == "lines in brackets":
        last = draw(st.sampled_from(["", ","]))
        lines = [f"  {one}{',' if place < len(flow) - 1 else last}{draw(COMMENTS)}\n" for place, one in enumerate(flow)]
        return f"{name}: [{comment}\n{''.join(lines)} ]{draw(COMMENTS)}\n"
    if style == "list":
        lines = [
            f"{indent}- {one}{draw(COMMENTS)}\n{draw(st.sampled_from(['', indent + '# x' + chr(10)]))}" for one in flow
        ]
    else:
        last = f"\n{indent}   from: 2026-01-01\n{indent}   to: '2026-01-02'"
        lines = [f"{indent}-  who: {who}{draw(COMMENTS)}{last}{draw(COMMENTS)}\n" for who in people]
    return f"{name}:{comment}\n{''.join(lines)}"


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """A rota file in one of the many ways that people write them."""
    phones = {"amy": "+1 410 555 0111", "ben": "+1 410 555 0112", "cho": "+1 410 555 0113"}
    volunteers = draw(
        st.sampled_from(
            [
                "".join(f'  {who}: {{phone: "{phone}"}}  # {who}\n' for who, phone in phones.items()),
                "".join(f"    {who}:\n        phone: '{phone}'\n\n" for who, phone in phones.items()),
            ]
        )
    )
    rest = draw(
        st.permutations(
            [
                draw(sections("away")),
                draw(sections("cover")),
                draw(st.sampled_from(["shifts:\n- {on_call: [amy]}\n", "shifts:\n  - on_call:\n      - amy\n"])),
                draw(st.sampled_from(["", "backup: [ben]\n", "backup:\n   - ben\n"])),
                draw(st.sampled_from(["", "ringing:\n  say:\n    en: >-\n      Press 1\n      to take it.\n"])),
            ]
        )
    )
    parts = [f"timezone: UTC{draw(COMMENTS)}\n", f"volunteers:\n{volunteers}", *(part for part in rest if part)]
    text = draw(BETWEEN).lstrip(" ") + "".join(part + draw(BETWEEN) for part in parts)
    text = text.rstrip() if draw(st.booleans()) else text
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    return draw(st.sampled_from(["", "\ufeff"])) + text


def with_another_reader(text: str) -> dict[str, object]:
    """The file as ruamel.yaml reads it, which keeps comments, and knows nothing of how ours finds its places."""
    found: dict[str, object] = YAML().load(StringIO(text.removeprefix("\ufeff")))
    return found


@settings(max_examples=150)
@given(text=layouts(), entries=st.lists(st.sampled_from([AWAY, COVER, JOIN]), min_size=1, max_size=3))
def test_nothing_else_changes_however_the_file_is_laid_out(text: str, entries: list[Away | Cover]) -> None:
    new = add_entries(text, entries)
    assert is_within(text, new)
    kinds = {
        "away": [one for one in entries if isinstance(one, Away)],
        "cover": [one for one in entries if isinstance(one, Cover)],
    }
    if "[" not in "".join(line for line in text.splitlines() if line.startswith(("away: [", "cover: ["))):
        assert len(added_lines(text, new)) <= 4 * len(entries) + 4
    before, after = with_another_reader(text), with_another_reader(new)
    for name in before.keys() | after.keys():
        added = kinds.get(name, [])
        if not added:
            assert after[name] == before[name]
            continue
        was, is_now = before.get(name) or [], after[name]
        assert isinstance(is_now, list)
        assert isinstance(was, list)
        assert is_now[: len(was)] == was
        assert [one["who"] for one in is_now[len(was) :]] == [one.who for one in added]
    assert ("\r\n" in text) == ("\r\n" in new) or "\n" not in text
    assert new.endswith("\n") == text.endswith("\n")


@settings(max_examples=75)
@given(text=layouts(), who=st.sampled_from([None, "amy", "ben"]))
def test_a_calendars_number_changes_nothing_else_either(text: str, who: str | None) -> None:
    new = number_calendar(text, who, 7)
    assert is_within(text, new)
    after = with_another_reader(new)
    assert (after if who is None else after["volunteers"][who])["calendar"] == 7  # type: ignore[index]
