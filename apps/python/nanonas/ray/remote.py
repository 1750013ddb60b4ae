"""Where a worker's process runs: what a slot needs of the machinery that started it there."""

from typing import Any, Protocol


class Gone(Exception):
    """Nothing will come from there any more; one line that says why."""

    def __init__(self, why: str, late: bool = False) -> None:
        super().__init__(why)
        self.late = late  #: not lost for certain: it does not answer


class Remote(Protocol):
    """A process.WorkerProcess somewhere else."""

    async def call(self, method: str, *arguments: Any, within: float) -> Any:
        """Calls one of its methods. Throws Gone when there is no answer after so many seconds, and what
        the method threw."""

    async def kill(self) -> None:
        """For good; ends the process there, too. Does not throw."""


class Cluster(Protocol):
    """What there is to start workers on."""

    async def capacity(self) -> int:
        """How many workers it has room for now. Throws Gone."""

    async def place(self) -> Remote:
        """One that has room, or waits for it. Throws Gone."""
