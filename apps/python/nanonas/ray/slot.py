"""One worker: started, opened, given one evaluation at a time, begun again when it is lost."""

import asyncio
import math
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from typing import Protocol as Interface

from .protocol import PROTOCOL, ProtocolError, member, parse, text_of
from .remote import Cluster, Gone, Remote
from .search import Search


@dataclass(frozen=True)
class Patience:
    """Seconds."""

    start: float = 60.0  #: for a place in the cluster
    hello: float = 60.0
    open: float = 600.0  #: data are unpacked meanwhile
    send: float = 60.0
    silence: float = 20.0  #: of the node
    evaluation: float = 120.0  #: without a word of one that is under way; there are two a second
    cancel: float = 10.0
    poll: float = 2.0  #: the node says that long that there is nothing to say
    end: float = 2.0  #: between a closed stdin and SIGKILL
    again: float = 1.0  #: before what failed is tried again


class WorkerLost(Exception):
    """The process ended, hangs or talks nonsense; one line that says which."""


class Refused(Exception):
    """The worker cannot be used here, nor would it be the next time."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Owner(Interface):
    """What a slot tells and asks."""

    version: str
    command: str
    searches: dict[int, Search]
    open_given: asyncio.Event  #: of a first one

    def turn(self, host: str, search: Search) -> AbstractAsyncContextManager[None]:
        """To open it there: the first of a host alone, for the others find the data that it kept."""

    def opened(self, slot: "Slot", search: Search, content: Any) -> None:
        """Throws Refused."""

    def say(self, line: bytes) -> None: ...
    def changed(self) -> None:
        """The slot is free, or counts or no longer counts."""

    def lost(self, slot: "Slot", why: str) -> None: ...
    def given_up(self, slot: "Slot", kind: str, why: str) -> None: ...


class Slot:
    # In a row, before one evaluation was answered.
    _MOST_FAILURES = 3

    def __init__(
        self, number: int, cluster: Cluster, owner: Owner, patience: Patience, counted: bool
    ) -> None:
        self.number = number
        self.counted = counted  #: work for it is welcome, now or as soon as it is ready
        self.ready = False
        self.over = False
        self.running: int | None = None
        self._cluster = cluster
        self._owner = owner
        self._patience = patience
        self._remote: Remote | None = None
        self._host = ""
        self._life = ""
        self._open: set[int] = set()
        self._lines: list[bytes] = []
        self._heard = 0.0
        self._cancelled = math.inf
        self._answered: tuple[int, bytes] | None = None
        self._failures = 0
        self._sending = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        return f"worker {self.number}" + (f" on {self._host}" if self._host else "")

    async def run(self) -> None:
        """Until it is cancelled or given up."""
        lost_before = False
        try:
            while True:
                try:
                    await self._live()
                except Gone as gone:
                    # Ray starts a lost actor again; one that is silent, or lost again, is replaced.
                    replace = gone.late or (lost_before and not self._life)
                    lost_before = True
                    self._end(str(gone), counted=False)
                    if replace:
                        await self._remove()
                except (WorkerLost, ProtocolError) as lost:
                    self._failures += 1
                    self._end(str(lost), counted=self.counted)
                    if self._failures >= self._MOST_FAILURES:
                        raise Refused("io", str(lost)) from None
                await asyncio.sleep(self._patience.again)
        except Refused as refused:
            self.over = True
            self._end(None, counted=False)
            self._owner.given_up(self, refused.kind, str(refused))
        finally:
            self.over = True
            self.ready = self.counted = False
            await self._remove()

    @property
    def free(self) -> bool:
        """To be asked: what it must open first it opens before."""
        return self.ready and self.running is None and self._open >= self._owner.searches.keys()

    def evaluate(self, number: int, line: bytes) -> None:
        self.running = number
        self._heard = asyncio.get_running_loop().time()
        self._cancelled = math.inf
        self._send_soon(line)

    def cancel(self, line: bytes) -> None:
        self._cancelled = asyncio.get_running_loop().time()
        self._send_soon(line)

    def close(self, search: int, line: bytes) -> None:
        if search in self._open:
            self._open.discard(search)
            self._send_soon(line)

    async def _live(self) -> None:
        self._life, self._lines = "", []
        self._open.clear()
        if self._remote is None:
            self._remote = await self._cluster.place()
        try:
            self._life, self._host = await self._remote.call(
                "start", self._owner.command, within=self._patience.start
            )
        except OSError as error:
            raise Refused("io", f"{self._owner.command}: {error.strerror}") from None
        await self._greet()
        await self._owner.open_given.wait()
        await self._open_all()
        self.ready = self.counted = True
        self._owner.changed()
        while True:
            if self.running is None and not self.free:
                await self._open_all()
                self._owner.changed()
            for line in await self._poll():
                self._hear(line)
            self._watch()

    async def _open_all(self) -> None:
        """The searches that are not open here yet."""
        for search in [*self._owner.searches.values()]:
            if search.number not in self._open:
                async with self._owner.turn(self._host, search):
                    await self._open_one(search)

    async def _greet(self) -> None:
        kind, content = await self._next(self._patience.hello)
        if kind != "hello":
            raise ProtocolError(f'"{kind}" where "hello" was expected')
        protocol = member(kind, content, "protocol", int)
        version = member(kind, content, "version", str)
        if (protocol, version) != (PROTOCOL, self._owner.version):
            raise Refused(
                "config",
                f"nanonas {version}, protocol {protocol}; expected nanonas {self._owner.version},"
                f" protocol {PROTOCOL}",
            )

    async def _open_one(self, search: Search) -> None:
        await self._send(search.line)
        while True:
            kind, content = await self._next(self._patience.open)
            if kind == "opened":
                self._owner.opened(self, search, content)
                self._open.add(search.number)
                if search.number not in self._owner.searches:  # it is over
                    self.close(search.number, text_of("close", {"search": search.number}))
                return
            if kind == "refused":
                raise Refused(member(kind, content, "kind", str), member(kind, content, "text", str))
            if kind != "need":
                raise ProtocolError(f'"{kind}" where "opened" was expected')
            if not await search.data.send(self._send):
                await self._send(text_of("close", {"search": search.number}))
                return

    def _hear(self, line: bytes) -> None:
        kind, content = parse(line)
        if kind not in ("progress", "done", "failed", "cancelled"):
            raise ProtocolError(f'"{kind}" of a worker that is open')
        number = member(kind, content, "id", int)
        self._heard = asyncio.get_running_loop().time()
        if number != self.running:
            # A cancel may cross an answer; the same answer twice is harmless, another one is not.
            if self._answered is None or number != self._answered[0]:
                raise ProtocolError(f'"{kind}" of {number}, which it was not asked for')
            if kind in ("done", "failed") and line != self._answered[1]:
                raise ProtocolError(f'another "{kind}" of {number} than before')
            return
        if kind != "progress":
            self.running = None
            self._answered = (number, line)
            self._failures = 0
        self._owner.say(line)
        self._owner.changed()

    def _watch(self) -> None:
        if self.running is None:
            return
        now = asyncio.get_running_loop().time()
        if now - self._cancelled > self._patience.cancel:
            raise WorkerLost("does not cancel")
        if now - self._heard > self._patience.evaluation:
            raise WorkerLost(f"no word of its evaluation for {self._patience.evaluation:.0f} s")

    def _end(self, why: str | None, counted: bool) -> None:
        """Of this life. Tells what was lost with it."""
        number, self.running = self.running, None
        was_ready = self.ready
        self.ready, self.counted = False, counted
        if number is not None:
            if self._cancelled < math.inf:
                self._owner.say(text_of("cancelled", {"id": number}))
            else:
                reason = f"{self.name}: {why or 'was given up'}"
                self._owner.say(text_of("lost", {"id": number, "why": reason}))
        if why is not None and (was_ready or self._life):
            self._owner.lost(self, why)
        self._owner.changed()

    async def _next(self, within: float) -> tuple[str, Any]:
        end = asyncio.get_running_loop().time() + within
        while not self._lines:
            if asyncio.get_running_loop().time() > end:
                raise WorkerLost(f"no word for {within:.0f} s")
            self._lines = await self._poll()
        return parse(self._lines.pop(0))

    async def _poll(self) -> list[bytes]:
        """What it said since; none after a while of silence."""
        if self._lines:
            lines, self._lines = self._lines, []
            return lines
        remote, poll = self._present(), self._patience.poll
        said, ended = await remote.call("read", self._life, poll, within=poll + self._patience.silence)
        lines = list(said)
        if not lines and ended is not None:
            raise WorkerLost(ended)
        return lines

    def _present(self) -> Remote:
        assert self._remote is not None
        return self._remote

    async def _send(self, line: bytes) -> None:
        async with self._sending:  # in order
            await self._present().call("send", self._life, line, within=self._patience.send)

    def _send_soon(self, line: bytes) -> None:
        task = asyncio.ensure_future(self._send_or_leave(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_or_leave(self, line: bytes) -> None:
        try:
            await self._send(line)
        except Gone:
            pass  # reading tells it, too

    async def _remove(self) -> None:
        remote, self._remote = self._remote, None
        if remote is None:
            return
        try:
            if self._life:
                await remote.call("stop", self._patience.end, within=2.0 * self._patience.end)
        except Gone:
            pass
        await remote.kill()
