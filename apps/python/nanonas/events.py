"""What ``on_event`` is called with, in order, on the thread that called."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Began:
    """The run has its directory; an earlier process began it if ``resumed``."""

    path: str
    resumed: bool


@dataclass(frozen=True)
class Message:
    """A sentence about what is done; ``detail``: for a log rather than for somebody who waits."""

    text: str
    detail: bool


@dataclass(frozen=True)
class Progress:
    """How far a part of the work is, 0 to 1; nothing more comes of it once it has ``ended``."""

    part: str
    label: str
    fraction: float
    detail: str
    ended: bool


@dataclass(frozen=True)
class Decided:
    """One candidate, as the journal holds it."""

    row: Row
    replayed: bool  #: from the journal of an earlier process
    speculative: bool  #: was evaluated, or begun, before it was asked for
    best: bool  #: of all so far
    seconds: float  #: of its evaluation; 0 when there was none here


Event = Began | Message | Progress | Decided
OnEvent = Callable[[Event], object]


class Listener:
    """Takes events of the binding on to the user's callback, and keeps the run's directory."""

    def __init__(self, on_event: OnEvent | None = None) -> None:
        self.on_event = on_event
        self.path: str | None = None

    def __call__(self, kind: str, *fields: Any) -> None:
        if kind == "began":
            self.path = fields[0]
        if self.on_event is None:
            return
        if kind == "began":
            self.on_event(Began(*fields))
        elif kind == "message":
            self.on_event(Message(*fields))
        elif kind == "progress":
            self.on_event(Progress(*fields))
        else:
            self.on_event(Decided(json.loads(fields[0]), *fields[1:]))
