"""nanonas.ray with processes of this machine in the place of a cluster: its faults without Ray.

python3 local_bridge.py FOLDER [options of nanonas.ray]

FOLDER/capacity: how many there is room for, or "lost"; 2 when absent. FOLDER/silent: while there, nobody answers.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from nanonas.ray.__main__ import arguments_of, serve
from nanonas.ray.process import WorkerProcess
from nanonas.ray.remote import Gone, Remote
from nanonas.ray.slot import Patience


class LocalRemote:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = WorkerProcess()

    async def call(self, method: str, *arguments: Any, within: float) -> Any:
        work = asyncio.ensure_future(asyncio.to_thread(getattr(self._process, method), *arguments))
        await asyncio.wait({work}, timeout=within)
        silent = asyncio.get_running_loop().time() + within
        while (self._folder / "silent").exists() and asyncio.get_running_loop().time() < silent:
            await asyncio.sleep(0.05)
        if not work.done() or (self._folder / "silent").exists():
            raise Gone(f"its node: no answer for {within:.0f} s", late=True)
        return work.result()

    async def kill(self) -> None:
        await asyncio.to_thread(self._process.stop, 0.0)


class LocalCluster:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def capacity(self) -> int:
        path = self._folder / "capacity"
        text = path.read_text() if path.exists() else "2"
        if text == "lost":
            raise Gone("the head of the cluster: no answer")
        return int(text)

    async def place(self) -> Remote:
        return LocalRemote(self._folder)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    hurried = Patience(
        start=5.0, hello=2.0, open=5.0, silence=1.0, evaluation=2.0, cancel=1.0, poll=0.2, end=0.5, again=0.1
    )
    code = serve(lambda: LocalCluster(folder), arguments_of(sys.argv[2:]), hurried)
    os._exit(code)
