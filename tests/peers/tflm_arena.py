"""TensorFlow Lite Micro's interpreter in an arena of a given size (PyPI tflite-micro)."""

import os
import re
import tempfile

from tflite_micro import runtime

STEP = 16  # TFLM's buffer alignment, the unit of every figure


def quietly(action):
    """What action() returns or its RuntimeError, and what it wrote to the standard error stream."""
    with tempfile.TemporaryFile() as log:
        saved = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            result = action()
        except RuntimeError as error:
            result = error
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        log.seek(0)
        return result, log.read().decode()


def interpreter(model, arena_bytes):
    """The interpreter, or None when it refuses the model or the arena; and what it said."""
    made, log = quietly(lambda: runtime.Interpreter.from_bytes(model, arena_size=arena_bytes))
    return (None, log) if isinstance(made, RuntimeError) else (made, log)


def breaches(model, engine, told):
    """How the arena differs from the figures told: `engine` runs in told["arena"] bytes."""
    problems = []
    if interpreter(model, told["arena"] - STEP)[0] is not None:
        problems.append(f"an arena {STEP} B smaller works too")
    _, log = quietly(engine.print_allocations)
    head = int(re.search(r"allocation head (\d+)", log)[1])
    tail = int(re.search(r"allocation tail (\d+)", log)[1])
    if (head, tail) != (told["head"], told["tail"]):
        problems.append(f"head {head} B and tail {tail} B, told {told['head']} and {told['tail']}")
    return problems
