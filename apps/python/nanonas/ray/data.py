"""The data that workers learn from, as the head sent them: kept in a file, sent on to each node once."""

import asyncio
import base64
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from .protocol import ProtocolError, member


class Data:
    def __init__(self, ask: Callable[[], None]) -> None:
        """`ask`: has the head send them."""
        self._ask: Callable[[], None] | None = ask
        self._file = tempfile.TemporaryFile(prefix="nanonas-ray-")
        self._expected: int | None = None
        self.fingerprint = ""
        self._bytes = 0
        self._dropped = False
        self._there = asyncio.Event()

    def opened(self, content: Any) -> None:
        """What `open` says of them."""
        data = content.get("data") if isinstance(content, dict) else None
        if data is not None:
            self._expected = member("open", data, "bytes", int)
            self.fingerprint = member("open", data, "fingerprint", str)

    def add(self, line: bytes, content: Any) -> None:
        """The next line of them."""
        offset = member("data", content, "offset", int)
        count = len(base64.b64decode(member("data", content, "base64", str)))
        if self._ask is not None or offset != self._bytes or count == 0 or self._there.is_set():
            raise ProtocolError(f'{count} bytes of "data" at {offset}, expected at {self._bytes}')
        self._file.write(line)
        self._bytes += count
        if self._bytes == self._expected:
            self._file.flush()
            self._there.set()

    def drop(self) -> None:
        """Nobody will send them any more."""
        self._dropped = True
        self._there.set()

    async def send(self, to: Callable[[bytes], Awaitable[None]]) -> bool:
        """All lines, from the head if nobody needed them before; false: they were dropped."""
        if self._expected is None:
            raise ProtocolError("needs data where there are none")
        if self._ask is not None:
            ask, self._ask = self._ask, None
            ask()
        await self._there.wait()
        if self._dropped:
            return False
        for line in self._lines():
            await to(line)
        return True

    def _lines(self) -> Iterator[bytes]:
        """Each call reads the file by itself: several workers are served at the same time."""
        at = 0
        while True:
            self._file.seek(at)
            line = self._file.readline()
            if not line:
                return
            at += len(line)
            yield line
