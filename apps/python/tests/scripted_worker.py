"""A worker of the protocol for tests: scores are a function of what is asked, faults are as ordered.

python3 scripted_worker.py --version V [--fault FAULT [--once FILE]] [--folder DIR] [--seconds S]
"""

import argparse
import base64
import hashlib
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

ARITHMETIC = {"build": "scripted", "simd": "none", "probe": "12"}


def score_of(asked: dict[str, Any]) -> float:
    text = json.dumps([asked.get(name, 1) for name in ("candidate", "effort", "repeat", "seed", "search")], sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2.0**48


class ScriptedWorker:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.cancelled: set[int] = set()
        self.searches: set[int] = set()
        self.search = 1  # the last that was opened
        self.wanted = 0
        self.held = b""
        self.fingerprint = ""

    def note(self, text: str) -> None:
        """What tests look at afterwards: a line in a file of this process."""
        if self.arguments.folder:
            with open(Path(self.arguments.folder) / f"{os.getpid()}.log", "a") as log:
                log.write(text + "\n")

    def at_fault(self, fault: str) -> bool:
        if self.arguments.fault != fault:
            return False
        try:
            if self.arguments.once:
                Path(self.arguments.once).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def say(self, kind: str, content: Any) -> None:
        sys.stdout.write(json.dumps({kind: content}) + "\n")
        sys.stdout.flush()

    def run(self) -> None:
        self.note("began")
        if self.at_fault("dumb"):
            time.sleep(3600)
        if self.at_fault("stillborn"):
            sys.exit("no such thing as a good start")
        hello = {"protocol": 2, "version": self.arguments.version, "host": socket.gethostname()}
        if self.at_fault("version"):
            hello["version"] = "0.0.0"
        self.say("hello", hello | {"process": os.getpid(), "slots": 1})
        for line in sys.stdin:
            [(kind, content)] = json.loads(line).items()
            if kind == "open":
                self.open(content)
            elif kind == "data":
                self.held += base64.b64decode(content["base64"])
                if len(self.held) == self.wanted:
                    self.keep()
            elif kind == "close":
                self.searches.remove(content["search"])
                self.note(f"closed {content['search']}")
            elif kind == "evaluate":
                assert content.get("search", 1) in self.searches, content
                threading.Thread(target=self.evaluate, args=(content,), daemon=True).start()
            elif kind == "cancel":
                if not self.at_fault("deaf"):
                    self.cancelled.add(content["id"])
        if self.at_fault("lingers"):
            time.sleep(3600)

    def open(self, content: Any) -> None:
        self.search = content.get("search", 1)
        if self.at_fault("refuses"):
            self.say("refused", {"search": self.search, "kind": "config", "text": "--ram: not today"})
        elif "data" in content:
            self.fingerprint, self.wanted = content["data"]["fingerprint"], content["data"]["bytes"]
            self.held = b""
            if (Path(self.arguments.folder) / self.fingerprint).exists():
                self.opened()
            else:
                self.note("needed data")
                self.say("need", {"what": "data", "search": self.search})
        else:
            self.opened()

    def keep(self) -> None:
        if hashlib.sha256(self.held).hexdigest() != self.fingerprint:
            self.say("refused", {"kind": "data", "text": "other data than expected"})
            return
        path = Path(self.arguments.folder) / self.fingerprint
        path.with_suffix(f".{os.getpid()}").write_bytes(self.held)
        path.with_suffix(f".{os.getpid()}").rename(path)
        self.opened()

    def opened(self) -> None:
        other = {"probe": "13"} if self.at_fault("arithmetic") else {}
        self.searches.add(self.search)
        self.say("opened", ARITHMETIC | {"search": self.search} | other)

    def evaluate(self, asked: Any) -> None:
        number = asked["id"]
        self.note(f"evaluates {number}")
        if self.at_fault("dies"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.at_fault("hangs"):
            time.sleep(3600)
        if self.at_fault("torn"):
            sys.stdout.write('{"done":{"id":')
            sys.stdout.flush()
            os._exit(0)
        if self.at_fault("nonsense"):
            sys.stdout.write("Segmentation fault?\n")
            sys.stdout.flush()
        if self.at_fault("stray"):
            self.say("done", {"id": number + 1000, "score": 1.0, "curve": [], "seconds": 0.0})
        end = time.monotonic() + self.arguments.seconds
        while time.monotonic() < end:
            time.sleep(0.01)
            if number in self.cancelled:
                self.say("cancelled", {"id": number})
                return
        self.say("progress", {"id": number, "epoch": 0, "epochs": 1, "fraction": 1.0, "best": 0.5})
        score = score_of(asked)
        self.say("done", {"id": number, "score": score, "curve": [score], "seconds": 0.1})
        if self.at_fault("lies"):
            self.say("done", {"id": number, "score": score / 2.0, "curve": [score], "seconds": 0.1})
        if self.at_fault("repeats itself"):
            self.say("done", {"id": number, "score": score, "curve": [score], "seconds": 0.1})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", required=True)
    parser.add_argument("--fault", default="")
    parser.add_argument("--once", default="")
    parser.add_argument("--folder", default="")
    parser.add_argument("--seconds", type=float, default=0.05)
    ScriptedWorker(parser.parse_args()).run()
