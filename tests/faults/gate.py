"""A network between two parts that can be cut, slowed and stalled: one listening port, and what is behind it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal

from tests.faults.processes import free_port

Mode = Literal["open", "cut", "slow", "stalled"]
SLOWED_BY = 0.25
"""Seconds for each piece of up to 64 kB, each way."""
Target = int | Path
"""A port of this machine, or a Unix socket."""


class Gate:
    """Passes connections on to the first target that takes them. `mode` may change at any time.

    `tls`: it speaks TLS to whoever connects, as a server with a certificate does.
    """

    def __init__(self, *targets: Target, port: int | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.targets: Sequence[Target] = targets
        self._tls = tls
        self.port = port or free_port()
        self._mode: Mode = "open"
        self._loop = asyncio.new_event_loop()
        self._opened = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gate", daemon=True)

    @property
    def mode(self) -> Mode:
        """How it is now."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        asyncio.run_coroutine_threadsafe(self._set(mode), self._loop).result(10)

    async def _set(self, mode: Mode) -> None:
        self._mode = mode
        if mode == "cut":
            for writer in list(self._writers):
                writer.transport.abort()
        if mode == "stalled":
            self._opened.clear()
        else:
            self._opened.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            writer.transport.abort()
            return
        await self._opened.wait()
        for target in self.targets:
            with suppress(OSError):
                behind = await _connect(target)
                break
        else:
            writer.transport.abort()
            return
        ours = {writer, behind[1]}
        self._writers |= ours
        try:
            await asyncio.gather(self._pump(reader, behind[1]), self._pump(behind[0], writer))
        finally:
            self._writers -= ours
            for one in ours:
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            while data := await reader.read(65_536):
                await self._opened.wait()
                if self._mode == "slow":
                    await asyncio.sleep(SLOWED_BY)
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
            return
        writer.transport.abort()

    def __enter__(self) -> Gate:
        self._thread.start()
        self.mode = "open"
        started = asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self._server = asyncio.run_coroutine_threadsafe(started, self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mode = "cut"
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        for writer in set(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0.05)  # the loop's next rounds close the sockets


async def _connect(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(target, Path):
        return await asyncio.open_unix_connection(str(target))
    return await asyncio.open_connection("127.0.0.1", target)
