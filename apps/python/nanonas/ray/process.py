"""The worker process of one slot. Runs on nodes that need not have this package: standard library alone."""

import io
import os
import queue
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import IO

# Beside the worker, in case that the process of this code is killed: nobody else would end one that hangs.
_GUARD = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null'
_LINES_AT_ONCE = 64
_LONGEST_LINE = 1 << 20


class WorkerProcess:
    """Passes lines on. A life is one process from start to end; a call for another life than the present
    one is answered with that it has ended."""

    def __init__(self) -> None:
        self._lives = 0
        self._life = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes] = queue.Queue(4 * _LINES_AT_ONCE)
        self._last_words = b""

    def start(self, command: str) -> tuple[str, str]:
        """A new life in place of the one before, and the node's name. Throws OSError."""
        self.stop(0.0)
        self._lives += 1
        self._lines = queue.Queue(4 * _LINES_AT_ONCE)
        self._last_words = b""
        process = subprocess.Popen(
            shlex.split(command),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._process = process
        try:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, "guard", str(process.pid)],
                bufsize=0,
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError:
            self.stop(0.0)
            raise
        for work in (self._read_lines, self._read_words):
            threading.Thread(target=work, args=(process, self._lines), daemon=True).start()
        self._life = f"{socket.gethostname()}:{os.getpid()}:{self._lives}"
        return self._life, socket.gethostname()

    def send(self, life: str, line: bytes) -> None:
        process = self._process
        if life != self._life or process is None or process.stdin is None:
            return
        try:
            while line:
                line = line[process.stdin.write(line) :]
        except (OSError, ValueError):
            pass  # it has ended, which read tells

    def read(self, life: str, seconds: float) -> tuple[list[bytes], str | None]:
        """What it said, after at most so many seconds, and once there is nothing more: how it ended."""
        process = self._process
        if life != self._life or process is None:
            return [], "its process is gone"
        lines: list[bytes] = []
        try:
            lines.append(self._lines.get(timeout=seconds))
            while len(lines) < _LINES_AT_ONCE and lines[-1]:
                lines.append(self._lines.get_nowait())
        except queue.Empty:
            pass
        if not lines or lines[-1]:
            return lines, None
        try:
            status = process.wait(2.0)
        except subprocess.TimeoutExpired:
            return lines[:-1], "closed its output"
        words = self._last_words.decode(errors="backslashreplace")
        ended = signal.Signals(-status).name if status < 0 else f"exit code {status}"
        return lines[:-1], f"ended with {ended}" + (f": {words}" if words else "")

    def stop(self, patience: float) -> None:
        """Ends it: first by closing its stdin, after so many seconds by force."""
        process, guard, self._process, self._guard = self._process, self._guard, None, None
        self._life = ""
        if process is None:
            return
        if patience > 0.0:
            _close(process.stdin)
        end = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        try:
            os.killpg(process.pid, signal.SIGKILL)  # what it started, too
        except OSError:
            pass
        process.wait()
        _close(process.stdin)
        if guard is not None:
            _close(guard.stdin)
            guard.wait()

    def _read_lines(self, process: "subprocess.Popen[bytes]", lines: "queue.Queue[bytes]") -> None:
        """An empty one at the end."""
        assert process.stdout is not None
        said = io.BufferedReader(process.stdout)  # type: ignore[type-var]
        line = b"?"
        while line:
            line = said.readline(_LONGEST_LINE + 1)
            while process is self._process:
                try:
                    lines.put(line, timeout=1.0)
                    break
                except queue.Full:
                    pass

    def _read_words(self, process: "subprocess.Popen[bytes]", _: "queue.Queue[bytes]") -> None:
        """What it says for people goes where this process's goes; the last line is told when it ends."""
        assert process.stderr is not None
        said = io.BufferedReader(process.stderr)  # type: ignore[type-var]
        while line := said.readline(_LONGEST_LINE):
            sys.stderr.buffer.write(line)
            sys.stderr.flush()
            if process is self._process and line.strip():
                self._last_words = line.strip()[-400:]


def _close(stream: IO[bytes] | None) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:
        pass
