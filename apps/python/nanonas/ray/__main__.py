"""python3 -m nanonas.ray: many workers on a Ray cluster, for `nanonas search --workers-from ray:ADDRESS`."""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

from .. import __version__
from .bridge import Bridge
from .protocol import LONGEST_LINE, ProtocolError
from .remote import Cluster, Gone
from .slot import Patience

DONE, FAILED, BAD_USAGE = 0, 1, 2


def main() -> int:
    arguments = arguments_of(sys.argv[1:])

    def connect() -> Cluster:
        from . import actors

        actors.connect(arguments.address)
        return actors.RayCluster(arguments.silence)

    patience = Patience(silence=arguments.silence, evaluation=arguments.hang)
    return serve(connect, arguments, patience)


def arguments_of(texts: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m nanonas.ray", description=__doc__)
    parser.add_argument("--address", default="auto", help="of the cluster: auto or HOST:PORT")
    parser.add_argument("--slots", type=_count, help="so many workers; as many as CPUs when absent")
    parser.add_argument("--command", default="nanonas worker", help="what runs on the nodes")
    parser.add_argument(
        "--silence",
        type=_count,
        default=int(Patience.silence),
        metavar="SECONDS",
        help="a node, or the head, that says nothing for longer is given up (default %(default)s)",
    )
    parser.add_argument(
        "--hang",
        type=_count,
        default=int(Patience.evaluation),
        metavar="SECONDS",
        help="an evaluation without a word for longer is given up (default %(default)s)",
    )
    return parser.parse_args(texts)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1")
    return int(text)


def serve(connect: Callable[[], Cluster], arguments: argparse.Namespace, patience: Patience) -> int:
    """Until the head closes stdin; the exit code."""
    # Whatever prints does so to stderr; the protocol alone has the pipe.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def write(line: bytes) -> None:
        pipe.write(line)
        pipe.flush()

    try:
        cluster = connect()
        bridge = Bridge(cluster, arguments.command, __version__, write, arguments.slots, patience)
        asyncio.run(_run(bridge))
    except ImportError as error:
        if error.name != "ray":
            raise
        return _fail(BAD_USAGE, f"Ray is not there for {sys.executable}: pip install ray")
    except (Gone, ProtocolError) as error:
        return _fail(FAILED, str(error))
    except BrokenPipeError:
        return DONE  # nobody listens any more
    return DONE


async def _run(bridge: Bridge) -> None:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def listen() -> None:
        while line := sys.stdin.buffer.readline(LONGEST_LINE + 1):
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, b"")

    def interrupt() -> None:
        # Of a terminal's Ctrl-C the head knows, too, and closes stdin when it is ready.
        if sys.stdin.isatty():
            lines.put_nowait(b"")

    loop.add_signal_handler(signal.SIGTERM, lines.put_nowait, b"")
    loop.add_signal_handler(signal.SIGINT, interrupt)
    threading.Thread(target=listen, daemon=True).start()
    await bridge.run(lines)


def _fail(code: int, text: str) -> int:
    print(f"nanonas.ray: {text}", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # Ray's own way out can wait for a cluster that is lost
