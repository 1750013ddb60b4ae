"""A search that the head has opened: what every worker is told of it, and what the first said of it."""

from dataclasses import dataclass
from typing import Any

from .data import Data


@dataclass
class Search:
    number: int
    line: bytes  #: that opens it
    data: Data
    images: str  #: their fingerprint
    arithmetic: Any = None  #: what a worker opened it with; None: none has
