"""The interface of trackers."""

from typing import Protocol

from .record import Record


class Tracker(Protocol):
    """Where runs are kept. A run that is added again gains what is new; nothing is there twice."""

    def __init__(self, uri: str | None, experiment: str) -> None:
        """Raises ImportError without its package. ``uri``: None: the tracker's default."""

    def add(self, record: Record) -> int:
        """How many candidates are new there."""
