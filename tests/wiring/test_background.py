"""Work after an answer: done in order of its time, in the process that asked for it, and after a fork too."""

from __future__ import annotations

import os
import queue

from hotline.wiring.background import Background

WITHIN = 20.0


def background() -> Background:
    return Background(lambda event, /, **facts: None)


def test_later_work_is_done_in_the_order_of_its_time() -> None:
    done: queue.Queue[str] = queue.Queue()
    threads = background()
    threads.later(0.3, lambda: done.put("second"))
    threads.later(0.05, lambda: done.put("first"))
    threads.soon(lambda: done.put("at once"))
    assert [done.get(timeout=WITHIN) for _ in range(3)] == ["at once", "first", "second"]


def test_work_that_fails_is_noticed_and_stops_no_other_work() -> None:
    noticed: queue.Queue[str] = queue.Queue()
    done: queue.Queue[bool] = queue.Queue()
    threads = Background(lambda event, /, **facts: noticed.put(event))
    threads.later(0, lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    assert noticed.get(timeout=WITHIN) == "background_failed"
    threads.later(0, lambda: done.put(True))
    assert done.get(timeout=WITHIN)


def test_a_forked_process_has_threads_of_its_own() -> None:
    threads = background()
    done: queue.Queue[bool] = queue.Queue()
    threads.later(0, lambda: done.put(True))
    assert done.get(timeout=WITHIN)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        threads.later(0.01, lambda: os.write(writer, b"x") and None)
        threads.later(WITHIN, lambda: os._exit(1))
        os.read(reader, 1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
