"""Between the head's pipes and the slots: what is asked goes to one that is free, answers go back."""

import asyncio
import os
import socket
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from .data import Data
from .protocol import PROTOCOL, ProtocolError, member, parse, search_of, text_of
from .remote import Cluster, Gone
from .search import Search
from .slot import Patience, Refused, Slot


class Bridge:
    """Everything happens on one event loop."""

    # How often the cluster is asked what it has, and how often the head hears of it at least.
    _WATCH_SECONDS = 2.0
    _HEARTBEAT_SECONDS = 10.0

    def __init__(
        self,
        cluster: Cluster,
        command: str,
        version: str,
        write: Callable[[bytes], None],
        most_slots: int | None = None,
        patience: Patience | None = None,
    ) -> None:
        """`most_slots`: as many, whatever room there is; None: as many as there is room for."""
        self.version = version
        self.command = command
        self.searches: dict[int, Search] = {}
        self.open_given = asyncio.Event()
        self.say = write
        self._cluster = cluster
        self._most_slots = most_slots
        self._patience = patience or Patience()
        self._slots: dict[Slot, asyncio.Task[None]] = {}
        self._slots_made = 0
        self._slots_said = -1
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._turns: dict[tuple[str, str], asyncio.Lock] = {}
        self._stocked: set[tuple[str, str]] = set()

    async def run(self, lines: "asyncio.Queue[bytes]") -> None:
        """Until the head says nothing more: an empty line. Throws Gone when the cluster is lost,
        ProtocolError when the head talks nonsense. Nothing is left behind."""
        try:
            self._fit(await self._cluster.capacity())
            self._slots_said = self._count()
            whoami = {"protocol": PROTOCOL, "version": self.version, "host": socket.gethostname()}
            whoami |= {"process": os.getpid(), "slots": self._slots_said}
            self.say(text_of("hello", whoami))
            watch = asyncio.ensure_future(self._watch())
            listen = asyncio.ensure_future(self._listen(lines))
            done, rest = await asyncio.wait({watch, listen}, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()
            for task in done:
                task.result()
        except Gone as gone:
            for slot in self._slots:
                if slot.running is not None:
                    self.say(text_of("lost", {"id": slot.running, "why": str(gone)}))
                    slot.running = None
            raise
        finally:
            for task in self._slots.values():
                task.cancel()
            await asyncio.gather(*self._slots.values(), return_exceptions=True)

    @asynccontextmanager
    async def turn(self, host: str, search: Search) -> AsyncIterator[None]:
        place = (host, search.images)
        if place not in self._stocked:
            async with self._turns.setdefault(place, asyncio.Lock()):
                if place not in self._stocked:
                    yield
                    self._stocked.add(place)
                    return
        yield

    def opened(self, slot: Slot, search: Search, content: Any) -> None:
        if search.arithmetic is None:
            search.arithmetic = content
            self.say(text_of("opened", content))
        elif content != search.arithmetic:
            raise Refused("config", f"computes with {content}, expected {search.arithmetic}")

    def changed(self) -> None:
        free = (slot for slot in self._slots if slot.free)
        for slot in free:
            if not self._waiting:
                break
            slot.evaluate(*self._waiting.popleft())
        if self._slots_said not in (-1, self._count()):
            self._slots_said = self._count()
            self.say(text_of("slots", self._slots_said))

    def lost(self, slot: Slot, why: str) -> None:
        _tell(f"{slot.name}: {why}; it is begun again")

    def given_up(self, slot: Slot, kind: str, why: str) -> None:
        _tell(f"{slot.name}: {why}; it is not used")
        unopened = [number for number, search in self.searches.items() if search.arithmetic is None]
        if (unopened or not self.searches) and all(each.over for each in self._slots):
            refusal = {"kind": kind, "text": f"{slot.name}: {why}"}
            self.say(text_of("refused", refusal | ({"search": unopened[0]} if unopened else {})))

    def _count(self) -> int:
        return sum(slot.counted for slot in self._slots)

    async def _watch(self) -> None:
        heartbeat = 0.0
        while True:
            await asyncio.sleep(self._WATCH_SECONDS)
            self._fit(await self._cluster.capacity())
            self.changed()
            heartbeat += self._WATCH_SECONDS
            if heartbeat >= self._HEARTBEAT_SECONDS:
                heartbeat = 0.0
                self.say(text_of("slots", self._slots_said))

    def _fit(self, capacity: int) -> None:
        """As many slots as there is room for; one that works is never taken away."""
        wanted = capacity if self._most_slots is None else self._most_slots
        idle = [slot for slot in self._slots if not slot.ready]
        for slot in sorted(idle, key=lambda slot: (slot.counted, -slot.number)):
            if len(self._slots) <= wanted:
                break
            self._slots.pop(slot).cancel()
        while len(self._slots) < wanted:
            self._slots_made += 1
            counted = len(self._slots) < capacity
            slot = Slot(self._slots_made, self._cluster, self, self._patience, counted)
            self._slots[slot] = asyncio.ensure_future(slot.run())

    async def _listen(self, lines: "asyncio.Queue[bytes]") -> None:
        while line := await lines.get():
            kind, content = parse(line)
            if kind == "open" and search_of(kind, content) not in self.searches:
                self._open(search_of(kind, content), line, content)
            elif kind == "data" and search_of(kind, content) in self.searches:
                self.searches[search_of(kind, content)].data.add(line, content)
            elif kind == "close" and search_of(kind, content) in self.searches:
                self._close(search_of(kind, content), line)
            elif kind == "evaluate":
                self._waiting.append((member(kind, content, "id", int), line))
                self.changed()
            elif kind == "cancel":
                self._cancel(member(kind, content, "id", int), line)
            else:
                raise ProtocolError(f'"{kind}" was not expected here')

    def _open(self, number: int, line: bytes, content: Any) -> None:
        data = Data(lambda: self.say(text_of("need", {"what": "data", "search": number})))
        data.opened(content)
        self.searches[number] = Search(number, line, data, data.fingerprint)
        self.open_given.set()

    def _close(self, number: int, line: bytes) -> None:
        self.searches.pop(number).data.drop()
        for slot in self._slots:
            slot.close(number, line)
        self.changed()

    def _cancel(self, number: int, line: bytes) -> None:
        for waiting in self._waiting:
            if waiting[0] == number:
                self._waiting.remove(waiting)
                self.say(text_of("cancelled", {"id": number}))
                return
        for slot in self._slots:
            if slot.running == number:
                slot.cancel(line)


def _tell(text: str) -> None:
    print(f"nanonas.ray: {text}", file=sys.stderr, flush=True)
