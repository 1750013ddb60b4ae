"""Ray: one actor a slot. The only file that knows Ray."""

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import ray
import ray.cloudpickle
import ray.exceptions

from . import process
from .remote import Gone

_HEAD = "the head of the Ray cluster"
CONNECT_SECONDS = 30
_KILL_SECONDS = 5.0


def connect(address: str) -> None:
    """Throws Gone with one line."""
    unreachable = f"no Ray cluster at {address}: "
    host, _, port = address.rpartition(":")
    if port.isdecimal() and "://" not in address:
        try:
            socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
        except (OSError, OverflowError) as error:
            raise Gone(unreachable + str(error)) from None

    def too_late() -> None:  # of a cluster that is gone but known by name Ray does not despair
        print(f"nanonas.ray: {unreachable}no answer for {CONNECT_SECONDS} s", file=sys.stderr, flush=True)
        os._exit(1)

    watch = threading.Timer(CONNECT_SECONDS, too_late)
    watch.start()
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError, TimeoutError, ray.exceptions.RayError) as error:
        raise Gone(unreachable + first_line(error)) from None
    finally:
        watch.cancel()
    # The nodes need not have this package.
    ray.cloudpickle.register_pickle_by_value(process)


def first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


async def _within(future: "asyncio.Future[Any]", seconds: float, what: str) -> Any:
    """Its result. Left alone, not cancelled, when it is late: Ray still sets it."""
    await asyncio.wait({future}, timeout=seconds)
    if not future.done():
        future.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise Gone(f"{what}: no answer for {seconds:.0f} s", late=True)
    return future.result()


async def _blocking(seconds: float, what: str, work: Callable[[], Any]) -> Any:
    """A call of Ray that can hang when nodes are lost: nobody waits for its thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if not future.cancelled():
            future.set_result(result) if error is None else future.set_exception(error)

    def run() -> None:
        try:
            result, error = work(), None
        except BaseException as its:
            result, error = None, its
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return await _within(future, seconds, what)
    except ray.exceptions.RayError as error:
        raise Gone(f"{what}: {first_line(error)}") from None


class Actor:
    """A process.WorkerProcess in an actor of its own, which Ray starts again elsewhere when it is lost."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    async def call(self, method: str, *arguments: Any, within: float) -> Any:
        try:
            answer = getattr(self._handle, method).remote(*arguments).future()
            return await _within(asyncio.wrap_future(answer), within, "its node")
        except ray.exceptions.RayTaskError as error:
            raise error.cause if isinstance(error.cause, OSError) else Gone(first_line(error)) from None
        except ray.exceptions.RayError as error:
            raise Gone(first_line(error)) from None

    async def kill(self) -> None:
        try:
            await _blocking(_KILL_SECONDS, "ray.kill", lambda: ray.kill(self._handle))
        except Gone:
            pass


class RayCluster:
    """One CPU a worker."""

    def __init__(self, silence: float) -> None:
        """`silence`: so many seconds without an answer, and the head is lost."""
        self._silence = silence
        # Reading, sending and stopping at the same time.
        self._worker = ray.remote(process.WorkerProcess).options(
            num_cpus=1,
            max_restarts=-1,
            max_task_retries=0,
            max_concurrency=4,
            scheduling_strategy="SPREAD",
        )

    async def capacity(self) -> int:
        nodes = await _blocking(self._silence, _HEAD, ray.nodes)
        return sum(int(node["Resources"].get("CPU", 0)) for node in nodes if node["Alive"])

    async def place(self) -> Actor:
        return Actor(await _blocking(self._silence, _HEAD, self._worker.remote))
