"""Calendars: what another library reads in them is what the rota says, under names that last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.cli import group
from hotline.core.calls.flow import Hotline
from hotline.core.rota.calendar import KEY_LENGTH, calendar_times, events, feed_window, opened, opens, times, window
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.rota.spells import backup_spells, spells
from hotline.core.times.spans import Span
from hotline.files import load, load_texts
from hotline.output.data.calendar_ics import address, calendar_ics
from tests.core.rota.test_on_call import VOLUNTEERS, asked, rotas
from tests.files.good import rota_with, texts
from tests.lines import hotline
from tests.rota_tools.looking import run, write

if TYPE_CHECKING:
    from ical.calendar import Calendar

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SHIFTS = (
    "shifts:",
    "  - {days: mon-fri, hours: 08:00-18:00, on_call: [amy, ben]}",
    "  - {days: every day, hours: 18:00-08:00, on_call: [cho]}",
    "backup: [dee]",
)
HOUR = timedelta(hours=1)


def line_of(*entries: str) -> Hotline:
    return load_texts(texts(rota=rota_with(*entries))).hotlines["rise"]


def imported(written: bytes) -> Calendar:
    """The calendar as another library reads it, which reads six hundred time zones when it is loaded."""
    from ical.calendar_stream import IcsCalendarStream

    return IcsCalendarStream.calendar_from_ics(written.decode())


def written(hotline: Hotline, when: Span, who: str | None = None, alarm: timedelta | None = None) -> bytes:
    return calendar_ics(hotline, events(hotline.schedule, calendar_times(hotline.schedule, when), who), who, alarm, NOW)


def with_rota(rota: Rota) -> Hotline:
    return Hotline(hotline().flow, rota, Schedule(rota))


@settings(max_examples=60)
@given(rotas(), st.sampled_from((None, *VOLUNTEERS)))
def test_another_library_reads_the_same_times(drawn: tuple[Rota, date], who: str | None) -> None:
    rota, around = drawn
    hotline, when = with_rota(rota), Span(*asked(around))
    stretches = hotline.schedule.stretches(when.start, when.end + timedelta(days=8))
    always = rota.backup_by_turns[0]
    turns = {one: times for one, times in backup_spells(stretches).items() if one not in always}
    wanted = sorted(
        (span.start, span.end, who or f"{volunteer}{mark}")
        for expected, mark in ((spells(stretches), ""), (turns, " (backup)"))
        for volunteer, spans in expected.items()
        for span in spans
        if span.start < when.end and who in (None, volunteer)
    )
    found = imported(written(hotline, when, who)).events
    assert sorted((one.dtstart, one.dtend, who or one.summary) for one in found) == wanted
    assert len({one.uid for one in found}) == len(found)


@given(rotas(), st.lists(st.integers(0, 6 * 1440 - 1), min_size=1, max_size=20))
def test_at_any_minute_those_in_the_calendar_are_those_on_call(drawn: tuple[Rota, date], minutes: list[int]) -> None:
    rota, around = drawn
    hotline, when = with_rota(rota), Span(*asked(around))
    shown = imported(written(hotline, when)).events
    for minute in minutes:
        instant = when.start + timedelta(minutes=minute)
        in_calendar = {
            one.summary for one in shown if one.dtstart <= instant < one.dtend and "(" not in str(one.summary)
        }
        assert in_calendar == set(hotline.schedule.at(instant).on_call)


class TestEvents:
    def test_all_are_in_utc_transparent_and_hold_no_phone_number(self) -> None:
        hotline = line_of(*SHIFTS)
        text = written(hotline, feed_window(hotline.schedule, NOW), alarm=HOUR).decode()
        assert re.findall(r"^DT(?:START|END)(?!:\d{8}T\d{6}Z\r?$).*", text, re.MULTILINE) == []
        assert text.count("BEGIN:VEVENT") == text.count("TRANSP:TRANSPARENT") == text.count("TRIGGER:-PT1H") > 300
        assert "555" not in re.sub("^UID:.*", "", text, flags=re.MULTILINE)
        assert re.search(r"\+\d", text) is None

    def test_names_of_any_sort_come_through(self) -> None:
        name = "Zoë O'Hara; the 2nd, \\n “Z” 日本"
        rota = line_of("shifts: [{hours: 24h, on_call: [amy]}]").rota
        hotline = with_rota(replace(rota, volunteers={"amy": replace(rota.volunteers["amy"], name=name)}))
        calendar = imported(written(hotline, feed_window(hotline.schedule, NOW)))
        assert {one.summary for one in calendar.events} == {name}

    def test_cover_and_away_are_in_it(self) -> None:
        line = line_of(
            *SHIFTS,
            "away: [{who: amy, from: 2026-03-05, to: 2026-03-05}]",
            "cover: [{who: dee, for: cho, from: 2026-03-05 18:00, to: 2026-03-06 08:00}]",
        )
        when = Span(datetime(2026, 3, 5, 5, tzinfo=UTC), datetime(2026, 3, 6, 5, tzinfo=UTC))
        assert [(one.summary, f"{one.dtstart:%d %H:%M}") for one in imported(written(line, when)).events] == [
            ("Cho", "05 05:00"),
            ("Ben", "05 13:00"),
            ("Dee", "05 23:00"),
        ]

    def test_a_volunteers_own_says_for_whom_and_has_nobody_elses(self) -> None:
        hotline = line_of(*SHIFTS)
        calendar = imported(written(hotline, feed_window(hotline.schedule, NOW), "ben", HOUR))
        assert {one.summary for one in calendar.events} == {"On call: RISE"}
        assert {one.alarm[0].trigger for one in calendar.events} == {-HOUR}

    def test_at_least_six_months_ahead(self) -> None:
        for day in (date(2026, 1, 1), date(2026, 1, 31), date(2026, 8, 31), date(2027, 12, 31)):
            now = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
            when = feed_window(line_of(*SHIFTS).schedule, now)
            assert when.start <= now - timedelta(days=28)
            assert when.end >= now + timedelta(days=181)

    def test_one_that_begins_before_the_end_is_told_to_its_own_end(self) -> None:
        line = line_of("shifts: [{from: fri 18:00, to: mon 08:00, on_call: [amy]}]")
        when = Span(NOW, datetime(2026, 3, 7, tzinfo=UTC))
        [event] = imported(written(line, when)).events
        assert event.dtend == datetime(2026, 3, 9, 12, tzinfo=UTC), "through the night the clocks went ahead"


class TestNames:
    def uids(self, *entries: str, now: datetime = NOW) -> dict[tuple[str, datetime], str]:
        hotline = line_of(*entries)
        found = calendar_times(hotline.schedule, feed_window(hotline.schedule, now))
        return {(one.who, one.start): one.uid for one in events(hotline.schedule, found)}

    def test_an_edit_elsewhere_changes_no_name(self) -> None:
        before = self.uids(*SHIFTS)
        after = self.uids(*SHIFTS, "away: [{who: amy, from: 2026-03-05, to: 2026-03-06}]", "# and a comment")
        assert before.keys() - after.keys() == {("amy", datetime(2026, 3, day, 13, tzinfo=UTC)) for day in (5, 6)}
        assert all(before[key] == uid for key, uid in after.items())

    def test_a_shift_that_goes_on_longer_keeps_its_name(self) -> None:
        longer = self.uids(*(entry.replace("-18:00", "-17:00") for entry in SHIFTS))
        assert (
            longer["amy", datetime(2026, 3, 5, 13, tzinfo=UTC)]
            == self.uids(*SHIFTS)["amy", datetime(2026, 3, 5, 13, tzinfo=UTC)]
        )

    def test_time_passing_changes_no_name(self) -> None:
        before, later = self.uids(*SHIFTS), self.uids(*SHIFTS, now=NOW + timedelta(days=20))
        assert before == later, "within a month not even what is shown"
        much_later = self.uids(*SHIFTS, now=NOW + timedelta(days=60))
        shared = before.keys() & much_later.keys()
        assert len(shared) > 300
        assert all(before[key] == much_later[key] for key in shared)

    def test_each_is_a_name_of_its_own_and_says_nothing(self) -> None:
        uids = self.uids(*SHIFTS)
        assert len(set(uids.values())) == len(uids)
        assert all(re.fullmatch("[0-9a-f]{40}", uid) for uid in uids.values())


class TestAddresses:
    SECRET = b"s" * 32

    def key(self, hotline: Hotline, who: str | None) -> str:
        return address("https://h.example.org/", self.SECRET, hotline.rota, who).rpartition("key=")[2]

    def test_each_opens_one_calendar_only(self) -> None:
        hotline = line_of(*SHIFTS)
        keys = {who: self.key(hotline, who) for who in (None, *hotline.rota.volunteers)}
        assert len(set(keys.values())) == len(keys)
        for who, key in keys.items():
            assert [one for one in keys if opens(self.SECRET, hotline.rota, "rise", one, key)] == [who]
            assert not opens(b"another secret", hotline.rota, "rise", who, key)
            assert not opens(self.SECRET, None, "rise", who, key)

    def test_an_address_still_opens_ones_calendar_under_another_id(self) -> None:
        hotline = line_of(*SHIFTS)
        key, others = self.key(hotline, "ben"), hotline.rota.volunteers
        ben = replace(others["ben"], id="ben_b")
        people = {one.id: one for one in (ben if who == "ben" else each for who, each in others.items())}
        renamed = replace(hotline.rota, volunteers=people)
        assert opened(self.SECRET, renamed, "rise", "ben", key) == (True, "ben_b")
        moved = replace(renamed, volunteers={**people, "ben_b": replace(ben, calendar=2)})
        assert not opens(self.SECRET, moved, "rise", "ben", key), "another number ends it under any id"
        new_phone = replace(hotline.rota, volunteers={**others, "ben": replace(others["ben"], phone="+14105550999")})
        assert opened(self.SECRET, new_phone, "rise", "ben", key) == (True, "ben")
        assert opens(self.SECRET, hotline.rota, "rise", "ben", key[:KEY_LENGTH]), "an address of an earlier release"
        assert not opens(self.SECRET, renamed, "rise", "ben", key[:KEY_LENGTH])

    def test_another_number_is_another_key(self) -> None:
        line = line_of(*SHIFTS)
        again = line_of(*SHIFTS, "calendar: 2")
        assert self.key(line, None) != self.key(again, None)
        assert self.key(line, "ben") == self.key(again, "ben")

    @pytest.mark.parametrize("key", ["", "é", "\udc80", "A" * 10_000, "\0"])
    def test_nonsense_opens_nothing(self, key: str) -> None:
        rota = line_of(*SHIFTS).rota
        for who in (None, "ben", "zoe", "", "\udc80"):
            assert not opens(self.SECRET, rota, "rise", who, key)
            assert not opens(self.SECRET, None, "\udc80", who, key)


class TestCommand:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Iterator[Path]:
        for path, raw in texts(rota=rota_with(*SHIFTS)).items():
            (tmp_path / path).parent.mkdir()
            (tmp_path / path).write_bytes(raw)
        with time_machine.travel(NOW, tick=False):
            yield tmp_path

    def run(self, folder: Path, *words: str, answer: str | None = None) -> Result:
        env = {
            "HOTLINE_CONFIG_DIR": str(folder),
            "HOTLINE_DATA_DIR": str(folder / "var"),
            "HOTLINE_PUBLIC_URL": "https://h.example.org/lines",
        }
        return CliRunner(env=env).invoke(group, ["ics", *words], input=answer, catch_exceptions=False)

    def test_a_rotas_and_a_volunteers(self, folder: Path) -> None:
        whole = imported(self.run(folder, "rise").stdout_bytes)
        assert {one.summary for one in whole.events} == {"Amy", "Ben", "Cho"}
        own = imported(self.run(folder, "--who", "Ben", "--weeks", "2", "--alarm", "30m").stdout_bytes)
        hotline = load(folder).hotlines["rise"]
        assert len(own.events) == len(times(hotline.schedule, window(hotline.schedule, NOW, 2))["ben"])
        assert own.events[0].alarm[0].trigger == timedelta(minutes=-30)

    def test_an_address_is_the_same_each_time_until_it_is_revoked(self, folder: Path) -> None:
        first = self.run(folder, "--who", "ben", "--address").stdout
        assert first.startswith("https://h.example.org/lines/calendar.ics?rota=rise&who=ben&key=")
        assert self.run(folder, "--who", "ben", "--address").stdout == first
        before = (folder / "rota" / "rise.yaml").read_text()
        assert self.run(folder, "--who", "ben", "--revoke", answer="n\n").exit_code == 1
        assert (folder / "rota" / "rise.yaml").read_text() == before
        revoked = self.run(folder, "--who", "ben", "--revoke", "--yes")
        assert revoked.stdout.startswith("https://h.example.org/lines/calendar.ics?rota=rise&who=ben&key=")
        assert revoked.stdout != first
        assert "calendar: 2" in (folder / "rota" / "rise.yaml").read_text()
        others = self.run(folder, "--who", "amy", "--address").stdout
        assert all(one.severity == "note" for one in load(folder).findings)
        assert "who=amy" in others

    def test_an_alarm_is_in_the_address(self, folder: Path) -> None:
        assert self.run(folder, "rise", "--address", "--alarm", "1h").stdout.endswith("&alarm=60\n")

    @pytest.mark.parametrize("alarm", ["soon", "30", "90s", "0m", "200h"])
    def test_an_alarm_that_means_nothing(self, folder: Path, alarm: str) -> None:
        assert self.run(folder, "rise", "--alarm", alarm).exit_code == 2


class TestTurnsAsBackup:
    ENTRIES = (
        "shifts: [{hours: 24h, on_call: [amy]}]",
        "backup: [{hours: 24h, turns: [ben, cho], change: weekly, starting: 2026-03-02}, dee]",
    )

    def test_are_in_a_volunteers_calendar_and_the_rotas(self) -> None:
        line = line_of(*self.ENTRIES)
        when = Span(NOW, NOW + timedelta(weeks=2))
        [first, second] = imported(written(line, when, "ben", HOUR)).events
        assert (first.summary, first.dtstart) == ("Backup: RISE", NOW)
        assert second.dtstart == datetime(2026, 3, 16, 4, tzinfo=UTC), "midnight in New York"
        assert [one.summary for one in imported(written(line, when)).events] == [
            "Amy", "Ben (backup)", "Cho (backup)", "Ben (backup)",
        ]  # fmt: skip
        assert imported(written(line, when, "dee")).events == [], "who always is backup has no turns"

    def test_change_no_name_of_a_time_on_call(self) -> None:
        hotline = line_of("shifts: [{hours: 24h, on_call: [ben]}]", self.ENTRIES[1])
        both = events(hotline.schedule, calendar_times(hotline.schedule, Span(NOW, NOW + timedelta(weeks=2))), "ben")
        plain = line_of("shifts: [{hours: 24h, on_call: [ben]}]")
        alone = events(plain.schedule, calendar_times(plain.schedule, Span(NOW, NOW + timedelta(weeks=2))), "ben")
        assert [one.uid for one in both if not one.backup] == [one.uid for one in alone]
        assert len({one.uid for one in both}) == len(both) == 3

    def test_a_preview_says_who_is_backup_by_turns(self, tmp_path: Path) -> None:
        write(tmp_path, *self.ENTRIES)
        assert "Backup: Dee; Ben, Cho by turns" in run(tmp_path, "preview", "--from", "2026-03-02").stdout


def test_the_times_and_the_address_as_json(tmp_path: Path) -> None:
    folder = write(tmp_path, *SHIFTS)
    var = {"HOTLINE_DATA_DIR": str(tmp_path / "var")}
    result = run(folder, "ics", "--who", "cho", "--weeks", "1", "--json", **var)
    found = json.loads(result.stdout)
    assert (found["rota"], found["who"], found["timezone"]) == ("rise", "cho", "America/New_York")
    assert {one["id"] for one in found["times"]} == {"cho"}
    first = datetime.fromisoformat(found["times"][1]["start"])
    assert (first.hour, first.utcoffset() in (timedelta(hours=-5), timedelta(hours=-4))) == (18, True)
    assert "+1 410" not in result.stdout
    shown = json.loads(run(folder, "ics", "--who", "cho", "--address", "--json", **var).stdout)
    assert shown["address"] == run(folder, "ics", "--who", "cho", "--address", **var).stdout.strip()
