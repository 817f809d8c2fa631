"""The summary for coordinators on Monday mornings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hotline.carrier.mail import SmtpMail
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.store.database.call_log import CallLog
from tests.mailbox import Post, served
from tests.services.texts.test_mails import got
from tests.services.texts.texting import World

ROTA = """\
timezone: America/New_York
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111"}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112"}
  cho: {name: Cho Park, phone: "+1 410 555 0113"}
  dee: {name: Dee Lane, phone: "+1 410 555 0114"}
shifts:
  - {name: Days, days: mon-sat, hours: 09:00-17:00, on_call: [amy]}
  - {name: Nights, hours: 17:00-09:00, on_call: [ben]}
cover:
  - {who: amy, from: 2026-01-11 09:00, to: 2026-01-11 17:00}
  - {who: amy, from: 2026-01-18 09:00, to: 2026-01-18 17:00}
  - {who: amy, from: 2026-01-25 09:00, to: 2026-01-25 17:00}
backup: [cho]
ringing: {test: monthly}
coordinators:
  nora: {name: Nora Diaz, phone: "+1 410 555 0130", email: nora@example.org, digest: yes}
  omar: {name: Omar Haddad, phone: "+1 410 555 0131", email: omar@example.org, languages: [es], digest: yes}
  zoe: {name: Zoe Lin, phone: "+1 410 555 0132", email: zoe@example.org}
"""


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def monday(world_of: Callable[..., World], post: Post) -> Iterator[World]:
    """Monday 2026-01-05, 06:30 in New York."""
    with served(post) as address:
        world = world_of(ROTA, "2026-01-05 06:30")
        world.mail = SmtpMail(address, "line@hotline.example")
        world.does = world.worker()
        yield world


def log(world: World, wall: str, calls: int, answered: int) -> None:
    """So many calls from a time on, a minute apart; each is answered after 20 s or not at all."""
    now = world.now
    world.set(wall)
    first, world.now = int(world.now.timestamp()), now
    entries = []
    for place in range(calls):
        id, at = f"{wall}/{place}", first + 60 * place
        entries.append(LogEntry(id, "rise", CallMoment.STARTED, at))
        if place < answered:
            entries.append(LogEntry(id, "rise", CallMoment.ANSWERED, at + 20))
        entries.append(LogEntry(id, "rise", CallMoment.ENDED, at + 50))
    CallLog(world.database_url).write(entries)


def test_it_goes_out_once_on_monday_morning_to_those_who_want_it(monday: World, post: Post) -> None:
    log(monday, "2025-12-30 10:00", 40, 25)
    log(monday, "2025-11-30 10:00", 20, 20)
    monday.run("2026-01-05 13:00", "send_digests", step=15)
    assert [one["Subject"] for one in post.got] == [
        "RISE: the week of Mon 5 Jan",
        "RISE: la semana del lun 5 ene",
    ]
    assert got(post, "nora") == [
        """\
GAPS IN THE NEXT FOUR WEEKS
- Sun 1 Feb 09:00-17:00: only the backup

HOURS ON CALL IN THE NEXT FOUR WEEKS
- Ben Ruiz: 448 h, 28 nights, 4 weekends
- Amy Okafor: 216 h, 0 nights, 4 weekends
- Not on call: Dee Lane

REQUESTS FOR COVER
- None.

CALLS
- Last week: 40 calls, 25 answered.
- Last quarter: half of the callers waited 20 s or less, nine of ten 20 s or less.

TEST RINGS
- The next monthly test is on Wed 7 Jan.

Times are in America/New York.
"""
    ]
    assert "- La semana pasada: 40 llamadas, 25 atendidas." in got(post, "omar")[0]
    assert monday.got("nora") == [], "by e-mail only"
    monday.run("2026-01-11 23:00", "send_digests", step=60)
    assert len(post.got) == 2
    monday.run("2026-01-12 13:00", "send_digests", step=60)
    assert len(post.got) == 4


@pytest.mark.parametrize(
    ("calls", "answered", "told"),
    [
        (0, 0, "Last week: 10 calls or fewer."),
        (10, 4, "Last week: 10 calls or fewer."),
        (30, 28, "Last week: 30 calls, at least 20 answered."),
        (30, 30, "Last week: 30 calls, at least 20 answered."),
        (30, 3, "Last week: 30 calls, 10 or fewer answered."),
        (30, 15, "Last week: 30 calls, 15 answered."),
    ],
)
def test_it_tells_of_no_few_calls(monday: World, post: Post, calls: int, answered: int, told: str) -> None:
    log(monday, "2025-12-30 10:00", calls, answered)
    monday.set("2026-01-05 08:00")
    monday.does.send_digests()
    mail = got(post, "nora")[0]
    assert told in mail
    if answered <= 10:
        assert "too few calls to say how long callers waited" in mail
