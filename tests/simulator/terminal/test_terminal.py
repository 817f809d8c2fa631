"""The phone in the terminal, played by a script of keys, by piped input, and in a terminal of its own."""

import io
import os
import pty
import signal
import termios
import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pytest
from rich.console import Console

from hotline.simulator import CallRecord, World, run_call
from hotline.simulator.terminal.keyboard import Keyboard, StreamKeyboard
from hotline.simulator.terminal.terminal import Terminal, interactive_call, print_record
from tests.simulator.site import AMY, BEN, LINE, SCREENING, Hit, Site, accept, dial, world_of

MENU = '<Gather action="/key" numDigits="1" timeout="5"><Say>You have reached us. Press 1.</Say></Gather><Hangup/>'


def site() -> Site:
    def next_one(hit: Hit) -> str:
        if hit.form["DialBridged"] == "true":
            return "<Say>Thank you for calling</Say><Hangup/>"
        return "<Say>Still trying</Say>" + dial(BEN, dial='action="/next"', number='url="/screen"')

    to_amy = "<Say>Finding someone</Say>" + dial(AMY, dial='action="/next"', number='url="/screen"')
    return Site(voice=MENU, key=to_amy, screen=SCREENING, accept=accept, next=next_one)


class TypedAhead:
    """Keys that wait until there is a use for them."""

    patient = True

    def __init__(self, keys: str) -> None:
        self.keys = deque(keys)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        return None

    def wait(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.001))

    def peek(self) -> str | None:
        return self.keys[0] if self.keys else None

    def take(self) -> None:
        self.keys.popleft()


def paper(**options: object) -> Console:
    return Console(file=io.StringIO(), width=110, **options)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def called(world: World, console: Console, keyboard: Keyboard, speed: float) -> CallRecord:
    """Call the line, with Amy's and Ben's phones at hand."""
    for name, number in (("Amy", AMY), ("Ben", BEN)):
        world.phone(number, name=name)
    return interactive_call(world, LINE, Terminal(console, keyboard), speed=speed)


def play(keys: str, console: Console | None = None, speed: float = 200.0) -> tuple[CallRecord, str, World]:
    world = world_of(site())
    console = console or paper()
    record = called(world, console, TypedAhead(keys), speed)
    return record, written(console), world


def test_a_caller_and_a_volunteer_are_connected_by_typing() -> None:
    record, text, _ = play("1a1h")
    assert record.connected_to == ["Amy"]
    assert record.ended_by == "caller"
    for line in ("“You have reached us. Press 1.”", "⌨ 1", "phone rings", "connected with Amy", "talked"):
        assert line in text


@pytest.mark.parametrize(
    ("typed", "outcome"), [("p", "declined"), ("i", "no-answer"), ("v", "declined"), ("b", "busy"), ("ah", "hung up")]
)
def test_a_volunteer_may_do_anything_else_too_and_the_next_one_rings(typed: str, outcome: str) -> None:
    record, _, _ = play(f"1{typed}a1o")
    assert [(ring.phone, ring.outcome) for ring in record.rings] == [("Amy", outcome), ("Ben", "connected")]
    assert record.ended_by == "hung up"
    assert record.heard[-1].text == "Thank you for calling"


class AfterAWhile(TypedAhead):
    """Keys typed when a second or two of the call have gone by."""

    waits = 0

    def peek(self) -> str | None:
        self.waits += 1
        return super().peek() if self.waits > 20 else None


def ringing_together(keys: str, console: Console | None = None) -> tuple[CallRecord, str]:
    """A call for which the server rings both phones; whoever accepts takes the caller out of a queue."""

    def voice(hit: Hit) -> str:
        for phone in (AMY, BEN):
            world.place(phone, LINE, url="/screen", timeout=60)
        return '<Enqueue waitUrl="/wait">one</Enqueue><Say>Thank you for calling</Say><Hangup/>'

    server = Site(
        voice=voice,
        wait="<Say>Please hold</Say><Pause length='9'/>",
        screen=SCREENING,
        accept="<Dial><Queue>one</Queue></Dial>",
    )
    world, console = world_of(server), console or paper()
    typed = AfterAWhile(keys)
    record = called(world, console, typed, 200)
    return record, written(console)


@pytest.mark.parametrize(("keys", "who"), [("a1h", "Amy"), ("b1o", "Ben"), ("B1h", "Ben"), ("ib1h", "Ben")])
def test_of_phones_that_ring_together_each_has_a_letter_that_answers_it(keys: str, who: str) -> None:
    record, text = ringing_together(keys)
    assert record.connected_to == [who]
    assert [ring.phone for ring in record.rings] == ["Amy", "Ben"]
    assert f"connected with {who}" in text
    assert "b answer" in text
    assert record.ended_by == ("hung up" if keys.endswith("o") else "caller")


def test_a_terminal_shows_all_phones_that_ring() -> None:
    _, text = ringing_together("b1h", paper(force_terminal=True, color_system=None))
    assert "☎ ringing: a Amy · b Ben" in text


def test_the_picture_shows_rings_beside_each_other() -> None:
    record, text = ringing_together("b1h")
    lanes = [line for line in text.splitlines() if "░" in line and "ringing" not in line]
    assert len(lanes) == 2
    assert [ring.at for ring in record.rings] == [0.0, 0.0]


class Stalling(TypedAhead):
    """On a machine that stands still for a while before each key."""

    def wait(self, seconds: float) -> None:
        time.sleep(0.06)


def test_a_machine_that_stands_still_for_a_moment_passes_no_prompt_over() -> None:
    world, console = world_of(site()), paper()
    keys = Stalling("1pa1o")
    record = called(world, console, keys, 500)
    assert [(ring.phone, ring.outcome) for ring in record.rings] == [("Amy", "declined"), ("Ben", "connected")]


def test_the_last_webhooks_are_sent_when_the_caller_hangs_up() -> None:
    _, _, world = play("1h")
    assert [exchange.url.rpartition("/")[2] for exchange in world.exchanges] == ["voice", "key", "ended"]


def test_control_c_hangs_the_caller_up() -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    record, text, world = play("", speed=1)
    assert record.ended_by == "caller"
    assert "the caller hung up" in text
    assert world.exchanges[-1].url.endswith("/ended")


def test_a_call_in_a_terminal_shows_speech_as_it_is_spoken() -> None:
    server = site()
    server.pages["/next"] = "<Hangup/>"
    world, console = world_of(server), paper(force_terminal=True, color_system=None)
    record = called(world, console, TypedAhead("1"), 100)
    text = written(console)
    assert [ring.outcome for ring in record.rings] == ["no-answer"]
    assert "☎ Amy's phone rings" in text
    assert "a answer · p pass" in text


def test_without_colour_no_colour_is_written() -> None:
    _, text, _ = play("1a1h", paper(force_terminal=True, no_color=True), speed=200)
    assert "\x1b[3" not in text


def test_piped_input_is_read_by_the_key() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"1 a\n1h\n")
    os.close(writing)
    world = world_of(site())
    with os.fdopen(reading) as stream:
        record = called(world, paper(), StreamKeyboard(stream), 100)
    assert (record.connected_to, record.ended_by) == (["Amy"], "caller")


def test_a_terminal_is_read_key_by_key_and_left_as_it_was() -> None:

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    with os.fdopen(slave) as stream:
        with StreamKeyboard(stream) as keys:
            assert not keys.patient
            assert keys.peek() is None
            os.write(master, b"1")
            keys.wait(1)
            assert keys.peek() == "1"
            keys.take()
            assert keys.peek() is None
        assert termios.tcgetattr(slave) == before
    os.close(master)


def drawn(behaviour: str, then: Callable[[World], CallRecord] = lambda world: run_call(world, LINE, keys=["1"])) -> str:
    world = world_of(site())
    world.phone(AMY, name="amy", behaviour=behaviour)
    world.phone(BEN, name="ben", behaviour="accept after 5, talk 90")
    console = paper()
    print_record(console, then(world))
    return written(console)


def test_a_record_is_drawn_as_a_story_and_a_picture() -> None:
    text = drawn("voicemail")
    for words in ("picks up", "“Press 1 to take it.”", "connected with ben", "talked 1:00", "░", "▒", "█"):
        assert words in text
    assert "✗" not in text


def test_a_record_with_violations_says_so() -> None:
    world = world_of(Site(voice="<Speak/>"))
    console = paper()
    print_record(console, run_call(world, LINE))
    assert "✗ 12200: <Speak>" in written(console)


def test_a_narrow_screen_still_gets_a_picture() -> None:
    world = world_of(site())
    world.phone(AMY, name="amy", behaviour="accept")
    console = Console(file=io.StringIO(), width=40)
    print_record(console, run_call(world, LINE, keys=["1"]))
    assert "█" in written(console)
