"""A thread that belongs to one process."""

from __future__ import annotations

from threading import Event, Lock, Thread

from hotline.store.after_fork import forget_in_child


class OwnThread:
    """Work that a process does in a thread of its own, from `start` until `stop`. A forked child starts another."""

    _thread: Thread | None

    def __init__(self, name: str) -> None:
        self._name = name
        self._forget_thread()
        forget_in_child(self._forget_thread)

    def run(self, stop: Event, patience: float = 0.0) -> None:
        """Do the work until `stop`. With `patience`, another process gets so many seconds to start first."""
        raise NotImplementedError

    def start(self, patience: float = 0.0) -> None:
        """Run `run` in its own thread. Does nothing if this process has one already; call it again after a fork."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stop = Event()
                self._thread = Thread(target=self.run, args=(self._stop, patience), name=self._name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, after it has finished its turn."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _forget_thread(self) -> None:
        self._starting, self._stop = Lock(), Event()
        self._thread = None
