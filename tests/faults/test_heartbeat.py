"""Heartbeats of a whole system: once a period however many clocks there are, and no trace of them in any call."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.faults import line
from tests.faults.processes import free_port, wait_until
from tests.faults.system import BIN, Place, ended, reaches_a_person, run, running

RINGS_FIRST = f"""
name: RISE
numbers: ["{line.NUMBER}"]
rota: rise
languages: {{en: {{locale: en-US}}}}
steps:
  reach: {{say: {{en: We are finding someone for you.}}, ring: on_call, not_answered: bye}}
  bye: {{say: {{en: Goodbye.}}, hang_up: true}}
"""


@contextmanager
def watcher() -> Iterator[tuple[str, list[float]]]:
    """The address of an outside watcher, and when it was asked."""
    asked: list[float] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(time.monotonic())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", free_port()), Watcher) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/watch", asked
        finally:
            server.shutdown()
            thread.join()


def test_a_flow_that_begins_with_ringing_is_called_once_a_period_and_rings_nobody(place: Place) -> None:
    line.write(place.config_dir, flow=RINGS_FIRST)
    with watcher() as (url, asked), ExitStack() as stack:
        place.environment |= {"HOTLINE_HEARTBEAT_PING_URL": url, "HOTLINE_HEARTBEAT_SECONDS": "86400"}
        stack.enter_context(running(place))
        clocks = [run(place, str(BIN / "hotline"), "clock") for _ in range(3)]
        stack.enter_context(ended(*clocks))
        wait_until(lambda: asked, what="a heartbeat went well")
        wait_until(lambda: place.part("work") == "ok" and all(clock.popen.poll() is None for clock in clocks))
        time.sleep(3)  # each clock has looked at least once more
        assert len(asked) == 1
        assert place.part("heartbeat") == "ok"
        with place.redis() as redis:
            found = {key.split(":")[1] for key in redis.keys("hotline:*")}
            assert found & {"last", "line", "ring", "over", "call"} == set()
        assert place.rows() == []


def test_a_heartbeat_that_failed_is_told_of_as_degraded_and_a_call_still_reaches_a_person(place: Place) -> None:
    """What a heartbeat finds is degraded, never down: calls go on."""
    with running(place), place.world() as world:
        with place.redis() as redis:
            wait_until(lambda: redis.get("hotline:heartbeat"), what="a heartbeat was placed")
            problem = '"beats": [{"hotline": "rise", "took": 0.1, "problem": "It is deaf.", "remedy": "Shout."}]'
            redis.set("hotline:heartbeat", f'{{"at": {int(time.time())}, {problem}, "ping_problem": ""}}')
        assert place.part("heartbeat") == "degraded"
        place.has_once(reaches_a_person(world))
