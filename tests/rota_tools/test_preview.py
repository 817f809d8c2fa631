"""`hotline preview`: in the terminal, as a page, as data."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Pattern, Rota, Shift, Volunteer
from hotline.files.values.zones import load_zone
from hotline.output.data.colours import TERMINAL, colours
from hotline.output.data.preview import preview
from hotline.output.terminal.bar import bar, marks
from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, objects, run, write

VOID = {"meta", "br"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, "shifts:", DAYS, "  - {days: mon-fri, hours: 20:00-08:00, on_call: [cho]}", BACKUP)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d ", line)]


def test_there_is_a_row_for_each_day(folder: Path) -> None:
    text = run(folder, "preview", "--from", "2026-01-05", "--weeks", "2").stdout
    assert [row[:10] for row in rows(text)] == [
        f"{date(2026, 1, 5) + timedelta(days=step):%a %d %b}" for step in range(14)
    ]


def test_names_handovers_and_gaps_can_be_read_without_colour(folder: Path) -> None:
    found = rows(run(folder, "preview", "--from", "2026-01-05", "--weeks", "1").stdout)
    assert found[1].startswith("Tue 06 Jan cho             │amy         ben        │cho    ")
    assert "│backup" in found[5].replace(" ", "")
    assert found[5].endswith("gap 4 h")


def test_nothing_is_wider_than_the_terminal(folder: Path) -> None:
    for columns in (80, 100, 132, 200):
        found = rows(run(folder, "preview", "--from", "2026-10-26", "--weeks", "2", columns=columns).stdout)
        assert max(map(len, found)) <= columns


def test_days_of_another_length_say_so(folder: Path) -> None:
    spring = rows(run(folder, "preview", "--from", "2026-03-08", "--weeks", "1").stdout)[0]
    autumn = rows(run(folder, "preview", "--from", "2026-11-01", "--weeks", "1").stdout)[0]
    assert "23 h, clocks +1 h" in spring
    assert "25 h, clocks −1 h" in autumn


def test_hours_stand_beneath(folder: Path) -> None:
    text = run(folder, "preview", "--from", "2026-01-05", "--weeks", "1").stdout
    assert re.search(r"A +Amy +84 h", text)
    assert re.search(r"C +Cho +60 h", text)
    assert "Backup: Dee" in text


def test_colour_is_for_terminals_that_want_it(folder: Path) -> None:
    words = ("preview", "--from", "2026-01-05", "--weeks", "1")
    assert "\x1b[" not in run(folder, *words).stdout
    assert "48;5;" in run(folder, *words, NO_COLOR="", FORCE_COLOR="1", TERM="xterm-256color").stdout


def test_no_phone_number_is_shown_anywhere(folder: Path) -> None:
    for form in ((), ("--html",), ("--json",)):
        shown = run(folder, "preview", "--from", "2026-01-05", *form).stdout
        assert "555" not in re.sub(r"\s|-", "", shown)


class Page(HTMLParser):
    """Holds the tags of a page to account: closed in order, and nothing fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not {"src", "href", "srcset", "onclick"} & {name for name, _ in attrs}
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_needs_nothing_else(folder: Path) -> None:
    html = run(folder, "preview", "--from", "2026-10-26", "--weeks", "2", "--html").stdout
    page = Page()
    page.feed(html)
    assert page.open == []
    assert not {"script", "link", "img", "iframe"} & set(page.seen)
    assert page.seen.count("caption") == page.seen.count("table") == 2
    assert not re.search(r"https?://|@import|url\(", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    text = " ".join(page.text)
    assert "25 h: clocks go back 1 h" in text
    assert "Gap: backup only" in text
    assert "08:00 –20:00" in text


def test_names_cannot_write_into_the_page(tmp_path: Path) -> None:
    write(tmp_path, "shifts:", DAYS, NIGHTS)
    rota = tmp_path / "rota" / "rise.yaml"
    rota.write_text(rota.read_text().replace("amy: {", 'amy: {name: "<b onclick=x>&amp", '))
    html = run(tmp_path, "preview", "--html", "--from", "2026-01-05").stdout
    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;&amp;amp" in html


def test_data_has_every_day_and_all_its_stretches(folder: Path) -> None:
    [found] = objects(run(folder, "preview", "rise", "--from", "2026-10-26", "--weeks", "1", "--json"))
    assert (found["rota"], found["from"], found["to"]) == ("rise", "2026-10-26", "2026-11-01")
    assert [one["seconds"] for one in found["days"]] == [86400] * 6 + [90000]
    lasting = sum(found["seconds_on_call"].values())
    assert lasting == (7 * 12 * 2 + 5 * 12) * 3600
    assert found["gaps"][0]["start"] == "2026-10-26T00:00:00-04:00"


def test_a_rota_that_no_call_flow_uses_can_be_seen_by_its_name(folder: Path) -> None:
    (folder / "rota" / "spare.yaml").write_bytes((folder / "rota" / "rise.yaml").read_bytes())
    assert objects(run(folder, "preview", "spare", "--json"))[0]["rota"] == "spare"
    assert [one["rota"] for one in objects(run(folder, "preview", "--json"))] == ["rise"]


def test_a_volunteer_keeps_their_colour_when_others_are_added_after_them() -> None:
    few = [f"v{number}" for number in range(12)]
    assert sorted(colours(few).values()) == list(range(len(TERMINAL)))
    many = colours([*few, *(f"w{number}" for number in range(100))])
    assert {one: many[one] for one in few} == colours(few)


def test_marks_are_the_shortest_that_tell_people_apart() -> None:
    assert marks(["amy", "ben", "bea", "cho"]) == {"amy": "A", "bea": "Bea", "ben": "Ben", "cho": "C"}
    assert marks(["al", "alan"]) == {"al": "Al", "alan": "Ala"}
    assert len({*marks(["a", "A", "ab", "Ab"]).values()}) == 4


def drawn(shifts: int, width: int) -> str:
    """A Monday with so many shifts of equal length, one volunteer each."""
    people = {f"v{number}": Volunteer(f"v{number}", "", "") for number in range(shifts)}
    length = 1440 // shifts
    patterns = [Pattern(frozenset(range(7)), number * length, length) for number in range(shifts)]
    listed = tuple(Shift("", one, (who,)) for one, who in zip(patterns, people, strict=True))
    schedule = Schedule(Rota("r", load_zone("UTC"), "UTC", people, listed))
    [day, *_] = preview("R", schedule, date(2026, 1, 5), 1).days
    return bar(day, load_zone("UTC"), width, marks(people), colours(people)).plain


@pytest.mark.parametrize(("shifts", "width"), [(1, 48), (3, 48), (24, 48), (48, 48), (96, 48), (8, 24)])
def test_a_bar_is_as_wide_as_it_should_be_whatever_is_in_it(shifts: int, width: int) -> None:
    assert len(drawn(shifts, width)) == width


def test_more_people_than_letters_are_counted() -> None:
    people = {f"v{number:02}": Volunteer(f"v{number:02}", "", "") for number in range(30)}
    shift = Shift("", Pattern(frozenset(range(7)), 0, 1440), tuple(people))
    [day, *_] = preview("R", Schedule(Rota("r", load_zone("UTC"), "UTC", people, (shift,))), date(2026, 1, 5), 1).days
    assert bar(day, load_zone("UTC"), 48, marks(people), colours(people)).plain.strip() == "×30"
