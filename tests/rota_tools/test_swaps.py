"""`hotline away`, `hotline cover` and `hotline swap`: shown, checked, asked, and only then written."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.cli import group
from hotline.core.planning.swap import exchange, wall_at
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover, Pattern, Rota, Shift, Volunteer
from hotline.core.times.in_words import told
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY, utc, wall_minute
from hotline.errors import FilesError
from hotline.files import load, load_texts
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.typed_times import period
from hotline.files.values.which_volunteer import find_volunteer
from hotline.files.values.zones import load_zone
from hotline.files.yaml.replace_file import replace_file
from tests.files.good import rota_with, texts

SHIFTS = (
    "# Who is on, and when.",
    "shifts:",
    "  - {name: Days,   days: every day, hours: 08:00-20:00, on_call: [amy, ben]}   # two of them",
    "  - {name: Nights, days: every day, hours: 20:00-08:00, on_call: [cho]}",
    "  - {name: More,   days: sat-sun,   hours: 10:00-12:00, on_call: [dee]}",
)
BACKUP = "backup: [ben]"
Run = Callable[..., Result]


@pytest.fixture
def now() -> Iterator[None]:
    """Tuesday 15 December 2026, noon in New York."""
    with time_machine.travel(datetime(2026, 12, 15, 17, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def folder(tmp_path: Path, now: None) -> Path:
    write_files(tmp_path, rota_with(*SHIFTS, BACKUP))
    return tmp_path


def write_files(folder: Path, rota: str) -> None:
    for path, raw in texts(rota=rota).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(raw)


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*words: str, answer: str | None = None) -> Result:
        env = {"HOTLINE_CONFIG_DIR": str(folder), "HOTLINE_DATA_DIR": str(folder / "var")}
        return CliRunner(env=env).invoke(group, words, input=answer)

    return run


def rota_text(folder: Path) -> str:
    return (folder / "rota" / "rise.yaml").read_text()


def on_call(folder: Path, when: str) -> str:
    hotline = load(folder).hotlines["rise"]
    return " ".join(hotline.schedule.at(datetime.fromisoformat(when).replace(tzinfo=hotline.rota.zone)).on_call)


class TestAway:
    def test_it_writes_one_entry_and_says_what_that_changes(self, run: Run, folder: Path) -> None:
        before = rota_text(folder)
        result = run("away", "amy", "2026-12-24", "2026-12-25", "--yes")
        assert result.exit_code == 0, result.output
        assert "Amy is off Thu 24 Dec 08:00–20:00 and Fri 25 Dec 08:00–20:00." in result.output
        assert "+  - {who: amy, from: 2026-12-24, to: 2026-12-25}" in result.output
        assert rota_text(folder) == before.replace(
            BACKUP, f"away:\n  - {{who: amy, from: 2026-12-24, to: 2026-12-25}}\n{BACKUP}"
        )
        assert on_call(folder, "2026-12-24 12:00") == "ben"

    def test_it_asks_first(self, run: Run, folder: Path) -> None:
        before = rota_text(folder)
        refused = run("away", "amy", "tomorrow", answer="n\n")
        assert "Write this to rota/rise.yaml?" in refused.output
        assert "Nothing was written." in refused.output
        assert refused.exit_code == 1
        assert run("away", "amy", "tomorrow").exit_code == 1, "and with nobody to answer nothing is written"
        assert rota_text(folder) == before
        assert run("away", "amy", "tomorrow", answer="y\n").exit_code == 0
        assert "{who: amy, from: 2026-12-16, to: 2026-12-16}" in rota_text(folder)

    def test_a_gap_is_a_warning_with_who_is_free_and_least_loaded(self, run: Run) -> None:
        result = run("away", "cho", "fri 20:00", "sat 08:00", "--yes")
        assert (
            "warning: Nobody is on call Fri 18 Dec 20:00 – Sat 19 Dec 08:00. Only the backup is rung" in result.output
        )
        assert "Free then, with their hours in the surrounding four weeks: Dee (16 h)" in result.output
        assert "hotline cover dee 2026-12-18 20:00 2026-12-19 08:00" in result.output

    def test_leaving_a_caller_with_nobody_is_an_error_and_is_not_written(self, run: Run, folder: Path) -> None:
        write_files(folder, rota_with(*SHIFTS))
        before = rota_text(folder)
        result = run("away", "cho", "2026-12-24", "--yes")
        assert isinstance(result.exception, FilesError)
        assert "nobody Thu 24 Dec 00:00–08:00" in str(result.exception)
        assert "free then: Dee" in str(result.exception)
        assert rota_text(folder) == before

    def test_where_there_was_nobody_before_it_is_not_to_blame(self, run: Run, folder: Path) -> None:
        write_files(folder, rota_with("shifts: [{hours: 08:00-20:00, on_call: [amy, ben, cho, dee]}]"))
        assert run("away", "amy", "2026-12-24", "--yes").exit_code == 0
        assert run("cover", "amy", "2026-12-26 20:00", "2026-12-27 08:00", "--yes").exit_code == 0

    def test_of_a_backup(self, run: Run, folder: Path) -> None:
        assert "Ben is not rung as backup Thu 24 Dec 00:00–24:00." in run("away", "ben", "2026-12-24", "-y").output

    def test_of_someone_who_is_not_on_then(self, run: Run) -> None:
        assert "This changes nobody's time on call" in run("away", "dee", "2026-12-24", "-y").output

    def test_in_the_past_it_says_so(self, run: Run) -> None:
        assert "warning: All of this is in the past." in run("away", "amy", "2026-12-01", "-y").output


class TestCover:
    def test_in_somebodys_place(self, run: Run, folder: Path) -> None:
        result = run("cover", "dee", "--for", "cho", "2026-12-24", "20:00", "2026-12-25", "08:00", "-y")
        assert "Dee is on call Thu 24 Dec 20:00 – Fri 25 Dec 08:00." in result.output
        assert "Cho is off Thu 24 Dec 20:00 – Fri 25 Dec 08:00." in result.output
        assert "  - {who: dee, for: cho, from: 2026-12-24 20:00, to: 2026-12-25 08:00}\n" in rota_text(folder)
        assert on_call(folder, "2026-12-25 01:00") == "dee"

    def test_in_addition(self, run: Run, folder: Path) -> None:
        assert run("cover", "dee", "2026-12-31", "-y").exit_code == 0
        assert on_call(folder, "2026-12-31 12:00") == "amy ben dee"

    def test_a_limit_broken_is_a_warning_with_who_else_is_free(self, run: Run) -> None:
        result = run("cover", "amy", "--for", "cho", "2026-12-24", "20:00", "2026-12-25", "08:00", "-y")
        assert "warning: nobody" not in result.output
        three = run("cover", "dee", "--for", "cho", "2026-12-25 20:00", "2026-12-26 08:00", "-y")
        assert "Dee has only 2 h off, Sat 26 Dec 08:00–10:00; the limit is 11 h." in three.output
        assert "Free then" in three.output

    def test_a_limit_broken_all_along_is_not_told_again(self, run: Run) -> None:
        result = run("swap", "cho", "amy", "2026-12-24", answer="n\n")
        assert "Cho would be on call" not in result.output, "Cho has all the nights as it is"

    def test_nobody_covers_for_themselves(self, run: Run) -> None:
        result = run("cover", "amy", "--for", "Amy", "2026-12-24", "-y")
        assert result.exit_code == 2
        assert "cannot cover for themselves" in result.output


class TestSwap:
    def test_each_takes_the_others_time(self, run: Run, folder: Path) -> None:
        result = run("swap", "amy", "cho", "2026-12-24", "-y")
        assert "Cho takes Thu 24 Dec 08:00–20:00 from Amy." in result.output
        assert "Amy takes Thu 24 Dec 20:00 – Fri 25 Dec 08:00 from Cho." in result.output
        assert [line for line in rota_text(folder).splitlines() if "for:" in line] == [
            "  - {who: cho, for: amy, from: 2026-12-24 08:00, to: 2026-12-24 20:00}",
            "  - {who: amy, for: cho, from: 2026-12-24 20:00, to: 2026-12-25 08:00}",
        ]
        assert on_call(folder, "2026-12-24 07:00") == "cho", "what began the day before is left alone"
        assert on_call(folder, "2026-12-24 12:00") == "cho ben"
        assert on_call(folder, "2026-12-25 03:00") == "amy"
        assert on_call(folder, "2026-12-25 12:00") == "amy ben"

    def test_with_times_it_ends_where_they_do(self, run: Run, folder: Path) -> None:
        run("swap", "amy", "cho", "2026-12-24 18:00", "22:00", "-y")
        assert [on_call(folder, f"2026-12-24 {hour}:00") for hour in (17, 19, 21, 23)] == [
            "amy ben",
            "cho ben",
            "amy",
            "cho",
        ]

    def test_where_both_are_on_call_nothing_is_exchanged(self, run: Run) -> None:
        result = run("swap", "amy", "ben", "2026-12-24", "-y")
        assert isinstance(result.exception, FilesError)
        assert "nothing to swap" in str(result.exception)

    def test_a_swap_of_one_side_only_says_so(self, run: Run) -> None:
        result = run("swap", "amy", "dee", "2026-12-24", answer="n\n")
        assert "Dee takes Thu 24 Dec 08:00–20:00 from Amy." in result.output
        assert "Dee is not on call without the other then, so they give nothing in return." in result.output

    def test_a_swap_of_a_swap_puts_it_back(self, run: Run, folder: Path) -> None:
        before = [on_call(folder, f"2026-12-24 {hour:02}:30") for hour in range(24)]
        run("swap", "amy", "cho", "2026-12-24", "-y")
        assert run("swap", "amy", "cho", "2026-12-24", "-y").exit_code == 0
        assert [" ".join(sorted(on_call(folder, f"2026-12-24 {hour:02}:30").split())) for hour in range(24)] == [
            " ".join(sorted(one.split())) for one in before
        ]

    def test_through_the_night_in_which_the_clocks_go_back(self, run: Run, folder: Path) -> None:
        assert run("swap", "dee", "cho", "2026-11-01", "-y").exit_code == 0
        hotline = load(folder).hotlines["rise"]
        night = hotline.schedule.stretches(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 14, tzinfo=UTC))
        assert [(f"{one.start:%d %H:%M}", *one.who.on_call) for one in night] == [
            ("01 04:00", "cho"),
            ("01 13:00", "amy", "ben"),
            ("01 15:00", "amy", "ben", "cho"),
            ("01 17:00", "amy", "ben"),
            ("02 01:00", "dee"),
            ("02 13:00", "amy", "ben"),
        ]

    def test_somebody_on_call_for_days_hands_over_the_days_asked_for(self) -> None:
        zone = load_zone("America/New_York")
        schedule = load_rota(
            "shifts:", "  - {hours: 24h, on_call: [amy]}", "  - {days: mon, hours: 09:00-10:00, on_call: [ben]}"
        )
        day = wall_minute(date(2026, 12, 24))
        found = exchange(schedule, "amy", "ben", day, day + 1440, whole_days=True)
        assert [told(span, zone) for span in found.from_one] == ["Thu 24 Dec 00:00–24:00"]


def load_rota(*entries: str) -> Schedule:
    return load_texts(texts(rota=rota_with(*entries))).hotlines["rise"].schedule


class TestTheFile:
    def test_one_changed_meanwhile_is_left_alone(self, folder: Path) -> None:
        path = folder / "rota" / "rise.yaml"
        before = path.read_bytes()
        path.write_bytes(before + b"# mine\n")
        with pytest.raises(FilesError, match="changed in the meantime"):
            replace_file(path, before, b"other")
        assert path.read_bytes() == before + b"# mine\n"
        assert [one.name for one in path.parent.iterdir()] == ["rise.yaml"], "and nothing is left lying about"

    def test_mode_and_links_are_kept(self, run: Run, folder: Path) -> None:
        path, elsewhere = folder / "rota" / "rise.yaml", folder / "shared.yaml"
        path.rename(elsewhere)
        elsewhere.chmod(0o640)
        path.symlink_to(elsewhere)
        assert run("away", "amy", "2026-12-24", "-y").exit_code == 0
        assert path.is_symlink()
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640
        assert "who: amy" in elsewhere.read_text()

    def test_one_that_cannot_be_written_is_said_to_be_so(self, folder: Path) -> None:
        with pytest.raises(FilesError, match="cannot be written"):
            replace_file(folder / "gone" / "rise.yaml", b"", b"")

    def test_a_rota_with_an_error_is_not_written_to(self, run: Run, folder: Path) -> None:
        write_files(folder, rota_with(*SHIFTS, "backup: [zoe]"))
        result = run("away", "amy", "2026-12-24", "-y")
        assert isinstance(result.exception, FilesError)
        assert "hotline check" in str(result.exception)

    def test_crlf_and_the_lack_of_a_last_newline_are_kept(self, run: Run, folder: Path) -> None:
        path = folder / "rota" / "rise.yaml"
        path.write_bytes(path.read_bytes().rstrip().replace(b"\n", b"\r\n"))
        before = path.read_bytes()
        assert run("away", "amy", "2026-12-24", "-y").exit_code == 0
        added = b"away:\r\n  - {who: amy, from: 2026-12-24, to: 2026-12-24}\r\n"
        assert path.read_bytes() == before.replace(BACKUP.encode(), added + BACKUP.encode())

    def test_which_of_several_rotas(self, run: Run, folder: Path) -> None:
        for kind in ("call_flows", "rota"):
            text = (folder / kind / "rise.yaml").read_text().replace("555 0100", "555 0101")
            (folder / kind / "two.yaml").write_text(text)
        result = run("away", "amy", "2026-12-24", "-y")
        assert "rise and two match. Choose a rota" in str(result.exception)
        assert run("away", "amy", "2026-12-24", "--rota", "two", "-y").exit_code == 0
        assert "away" not in rota_text(folder)
        assert "who: amy" in (folder / "rota" / "two.yaml").read_text()
        assert "no usable rota 'three'" in str(run("away", "amy", "2026-12-24", "--rota", "three").exception)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2026-12-24", "2026-12-24", "2026-12-24"),
        ("2026-12-24 2026-12-26", "2026-12-24", "2026-12-26"),
        ("2026-12-24 18:00", "2026-12-24 18:00", "2026-12-24"),
        ("2026-12-24T18:00 2026-12-25T08:00", "2026-12-24 18:00", "2026-12-25 08:00"),
        ("from 2026-12-24 18:00 to 2026-12-25 08:00", "2026-12-24 18:00", "2026-12-25 08:00"),
        ("2026-12-24 18:00 - 22:00", "2026-12-24 18:00", "2026-12-24 22:00"),
        ("2026-12-24 18:00-22:00", "2026-12-24 18:00", "2026-12-24 22:00"),
        ("2026-12-24 22:00 06:00", "2026-12-24 22:00", "2026-12-25 06:00"),
        ("2026-12-24 22:00 24:00", "2026-12-24 22:00", "2026-12-24 24:00"),
        ("today", "2026-12-15", "2026-12-15"),
        ("tomorrow 9:00 17:00", "2026-12-16 09:00", "2026-12-16 17:00"),
        ("tue", "2026-12-15", "2026-12-15"),
        ("monday", "2026-12-21", "2026-12-21"),
        ("Fri 18:00 until mon 08:00", "2026-12-18 18:00", "2026-12-21 08:00"),
        ("2027-01-08 mon", "2027-01-08", "2027-01-11"),
    ],
)
def test_times_as_people_type_them(said: str, first: str, last: str) -> None:
    found = period(said.split(), date(2026, 12, 15))

    def written(day: date, minute: int | None) -> str:
        return f"{day}" if minute is None else f"{day} {minute // 60:02}:{minute % 60:02}"

    assert written(found.first.day, found.first.minute) == first
    assert written(found.last.day, found.last.minute) == last


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("", "There is no time here"),
        ("funday", "`funday` is not a day. Did you mean `sunday`?"),
        ("18:00 22:00", "needs a day before it"),
        ("2026-02-30", "2026-02-30 does not exist"),
        ("2026-12-24 25:00", "25:00 does not exist"),
        ("2026-12-26 2026-12-24", "ends before it starts"),
        ("2026-12-24 2026-12-25 2026-12-26", "is extra text after the end"),
        ("24.12.2026", "is not a date"),
        ("24:00", "needs a day before it"),
        ("\u0663", "is not a da"),
    ],
)
def test_times_that_mean_nothing_are_explained(said: str, message: str) -> None:
    with pytest.raises(Unreadable) as found:
        period(said.split(), date(2026, 12, 15))
    assert message in f"{found.value.message} {found.value.help}"


class TestPeople:
    ROTA = """\
timezone: UTC
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111"}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112"}
  ben_m: {name: Ben Moss, phone: "+1 410 555 0113"}
shifts: [{hours: 24h, on_call: [amy]}]
"""

    @pytest.fixture
    def rota(self) -> Rota:
        return load_texts(texts(rota=self.ROTA)).hotlines["rise"].rota

    @pytest.mark.parametrize("said", ["amy", "AMY", "Amy", "Amy Okafor", " amy  okafor "])
    def test_short_names_whole_names_and_first_names(self, rota: Rota, said: str) -> None:
        assert find_volunteer(rota, said) == "amy"

    def test_a_short_name_comes_before_a_first_name(self, rota: Rota) -> None:
        assert find_volunteer(rota, "Ben") == "ben"
        assert find_volunteer(rota, "ben moss") == "ben_m"

    def test_a_first_name_that_two_have(self) -> None:
        rota = load_texts(texts(rota=self.ROTA.replace("ben:", "bea:"))).hotlines["rise"].rota
        with pytest.raises(Unreadable, match="could be bea and ben_m"):
            find_volunteer(rota, "Ben")

    def test_a_wrong_name_has_a_suggestion(self, run: Run) -> None:
        result = run("away", "ammy", "2026-12-24")
        assert result.exit_code == 2
        assert "has no volunteer `ammy`. Did you mean `amy`?" in result.output


def test_a_wall_clock_minute() -> None:
    zone = load_zone("America/New_York")
    assert wall_at(datetime(2026, 12, 24, 13, tzinfo=UTC), zone) == wall_minute(date(2026, 12, 24), 8 * 60)


def test_times_told() -> None:
    zone = load_zone("Europe/London")
    first = datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert told(Span(first, first.replace(hour=9)), zone) == "Wed 1 Jul 08:00–10:00"
    assert told(Span(first, first.replace(hour=23)), zone) == "Wed 1 Jul 08:00–24:00"
    assert told(Span(first, first.replace(day=3)), zone) == "Wed 1 Jul 08:00 – Fri 3 Jul 08:00"


minutes = st.integers(0, 47).map(lambda half_hours: half_hours * 30)
patterns = st.builds(
    Pattern, st.frozensets(st.integers(0, 6), min_size=1), minutes, st.sampled_from([240, 480, 720, 2000])
)
people = st.sampled_from(("amy", "ben", "cho"))
moments = st.tuples(st.integers(0, 6), minutes).map(lambda pair: wall_minute(date(2026, 3, 2 + pair[0]), pair[1]))


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    shifts = draw(
        st.lists(st.builds(Shift, st.just(""), patterns, st.lists(people, min_size=1, max_size=2)), max_size=4)
    )
    cover = draw(st.lists(st.tuples(people, st.none() | people, moments, minutes), max_size=2))
    return Rota(
        "rise",
        load_zone("UTC"),
        "UTC",
        {one: Volunteer(one, one.title(), f"+1410555011{place}") for place, one in enumerate(("amy", "ben", "cho"))},
        tuple(replace(shift, on_call=tuple(shift.on_call)) for shift in shifts),
        cover=tuple(Cover(who, whom, start, start + length + 30) for who, whom, start, length in cover),
    )


@settings(max_examples=100)
@given(rota=rotas(), start=moments, length=st.integers(1, 150).map(lambda half_hours: half_hours * 30))
def test_in_a_swap_with_times_each_is_on_call_exactly_when_the_other_was(rota: Rota, start: int, length: int) -> None:
    before = Schedule(rota)
    found = exchange(before, "amy", "ben", start, start + length, whole_days=False)
    after = Schedule(replace(rota, cover=(*rota.cover, *found.entries(rota.zone))))
    other = {"amy": "ben", "ben": "amy"}
    for minute in range(start - 600, start + length + 600, 30):
        instant = utc(before.clock.first(minute))
        was = set(before.at(instant).on_call)
        swapped = {other.get(who, who) for who in was} if start <= minute < start + length else was
        assert set(after.at(instant).on_call) == swapped


@settings(max_examples=100)
@given(rota=rotas(), day=st.integers(0, 6))
def test_a_swap_of_whole_days_moves_nobody_else_and_loses_no_time(rota: Rota, day: int) -> None:
    before = Schedule(rota)
    start = wall_minute(date(2026, 3, 2 + day))
    found = exchange(before, "amy", "ben", start, start + DAY, whole_days=True)
    after = Schedule(replace(rota, cover=(*rota.cover, *found.entries(rota.zone))))
    for minute in range(start - 2 * DAY, start + 9 * DAY, 30):
        instant = utc(before.clock.first(minute))
        was, becomes = before.at(instant).on_call, after.at(instant).on_call
        assert len(was) == len(becomes)
        assert ("cho" in was) == ("cho" in becomes)
        if minute < start:
            assert was == becomes


@pytest.mark.parametrize("day", ["3000-01-01", "9999-12-31"])
@pytest.mark.parametrize("words", [("away", "ben"), ("cover", "ben")])
def test_days_that_nobody_can_mean_are_refused(run: Run, words: tuple[str, ...], day: str) -> None:
    for when in ((day,), ("tomorrow", day)):
        result = run(*words, *when, "--yes")
        assert (result.exit_code, "Traceback" in result.output) == (2, False)
        assert "is out of range. Write a date up to 2999." in " ".join(result.output.split())
