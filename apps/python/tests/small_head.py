"""The other end of a bridge, for tests: asks, asks again what was lost, remembers all that was said."""

import base64
import hashlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nanonas
from scripted_worker import score_of

HERE = Path(__file__).parent
PIECE = 1000  # of the data, in bytes


def scripted(folder: Path, fault: str = "", once: bool = True, seconds: float = 0.05) -> str:
    """The command of a scripted worker."""
    command = [sys.executable, str(HERE / "scripted_worker.py"), "--version", nanonas.__version__]
    command += ["--folder", str(folder), "--seconds", str(seconds), "--fault", f"'{fault}'"]
    return " ".join(command + (["--once", str(folder / "once")] if once else []))


def logs(folder: Path) -> dict[int, list[str]]:
    """What each worker process noted."""
    return {int(log.stem): log.read_text().splitlines() for log in folder.glob("*.log")}


def alive(folder: Path) -> list[int]:
    """Worker processes of that folder that are still there."""

    def runs(process: int) -> bool:
        try:
            return b"scripted_worker" in Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            return False

    return [process for process in logs(folder) if runs(process)]


def wait_until(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < end, f"not in {seconds} s"
        time.sleep(0.05)
    return value


class Head:
    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.said: list[tuple[str, Any]] = []
        self.words = ""  # for people
        self.slots = -1
        self._queue: queue.Queue[tuple[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._reader = threading.Thread(target=self._read_words, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            [said] = json.loads(line).items()
            self._queue.put(said)
        self._queue.put(("end", None))

    def _read_words(self) -> None:
        for line in self.process.stderr:
            self.words += line.decode()

    def say(self, kind: str, content: Any) -> None:
        self.process.stdin.write(json.dumps({kind: content}).encode() + b"\n")
        self.process.stdin.flush()

    def next(self, seconds: float = 60.0) -> tuple[str, Any]:
        try:
            kind, content = self._queue.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"nothing said for {seconds} s; before: {self.words}") from None
        self.said.append((kind, content))
        if kind in ("hello", "slots"):
            self.slots = content["slots"] if kind == "hello" else content
        return kind, content

    def until(self, *kinds: str, seconds: float = 60.0) -> tuple[str, Any]:
        end = time.monotonic() + seconds
        while True:
            kind, content = self.next(max(0.1, end - time.monotonic()))
            if kind in kinds:
                return kind, content
            assert kind != "end", self.words

    def all_of(self, kind: str) -> list[Any]:
        return [content for its, content in self.said if its == kind]

    def open(self, data: bytes | None = None, search: int = 1) -> tuple[str, Any]:
        """Until it is opened or refused."""
        kind, hello = self.next() if search == 1 else self.said[0]
        assert kind == "hello" and hello["protocol"] == 2 and hello["version"] == nanonas.__version__
        opening: dict[str, Any] = {"search": search, "options": {"ram": "20KiB"}}
        needed = len(self.all_of("need"))
        if data is not None:
            fingerprint = hashlib.sha256(data).hexdigest()
            opening["data"] = {"fingerprint": fingerprint, "bytes": len(data)}
        self.say("open", opening)
        while True:
            kind, content = self.until("opened", "refused", "need")
            if kind != "need":
                return kind, content
            assert len(self.all_of("need")) == needed + 1 and data is not None
            assert content == {"what": "data", "search": search}
            for at in range(0, len(data), PIECE):
                piece = data[at : at + PIECE]
                text = base64.b64encode(piece).decode()
                self.say("data", {"search": search, "offset": at, "bytes": len(data), "base64": text})

    def evaluate(
        self,
        count: int,
        meanwhile: Callable[[int], None] = lambda done: None,
        seconds: float = 60.0,
        searches: tuple[int, ...] = (1,),
    ) -> list[float]:
        """Scores of so many repeats, of the searches in turn, as many at a time as there are slots, and
        two more; each is checked. `meanwhile` is told how many are done."""
        asked: dict[int, dict[str, Any]] = {}
        waiting = [
            {
                "candidate": {"k": 1 + i % 9},
                "effort": 1,
                "repeat": i // 9,
                "search": searches[i % len(searches)],
            }
            for i in range(count)
        ]
        places = {json.dumps(what): i for i, what in enumerate(waiting)}
        scores: dict[int, float] = {}
        number = 100 * len(self.said)
        while len(scores) < count:
            while waiting and len(asked) < self.slots + 2:
                number += 1
                what = waiting.pop(0)
                asked[number] = {"id": number, "seed": "18446744073709551615", **what}
                self.say("evaluate", asked[number])
            kind, content = self.until("done", "failed", "lost", "slots", seconds=seconds)
            assert kind != "failed", content
            if kind == "slots":
                continue
            its = asked.pop(content["id"])
            what = {name: its[name] for name in ("candidate", "effort", "repeat", "search")}
            if kind == "lost":
                waiting.insert(0, what)
                continue
            assert content["score"] == score_of(its)
            scores[places[json.dumps(what)]] = content["score"]
            meanwhile(len(scores))
        return [scores[i] for i in range(count)]

    def close(self, seconds: float = 30.0) -> int:
        """Its exit code."""
        self.process.stdin.close()
        return self.wait(seconds)

    def wait(self, seconds: float = 30.0) -> int:
        code = self.process.wait(seconds)
        self._reader.join(5.0)
        return code
