"""Lines of the worker protocol: one JSON object each, with one key that says what it is."""

import json
from typing import Any

PROTOCOL = 2
FIRST_SEARCH = 1  # what names no search is of this one
LONGEST_LINE = 1 << 20


class ProtocolError(Exception):
    """What was said is no line of the protocol; one line that says why."""


def parse(line: bytes) -> tuple[str, Any]:
    """Its kind and what it says of it."""
    if not line.endswith(b"\n"):
        raise ProtocolError(f"a torn line: {shortened(line)}")
    if len(line) > LONGEST_LINE:
        raise ProtocolError(f"a line of {len(line)} bytes, expected at most {LONGEST_LINE}")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise ProtocolError(f"not JSON: {shortened(line)}") from None
    if not isinstance(message, dict) or len(message) != 1:
        raise ProtocolError(f"not an object with one key: {shortened(line)}")
    [(kind, content)] = message.items()
    return kind, content


def text_of(kind: str, content: Any) -> bytes:
    return json.dumps({kind: content}, separators=(",", ":")).encode() + b"\n"


def member(kind: str, content: Any, name: str, its_type: type) -> Any:
    """One that must be there."""
    value = content.get(name) if isinstance(content, dict) else None
    if not isinstance(value, its_type) or isinstance(value, bool):
        raise ProtocolError(f'"{kind}" without a good "{name}": {shortened(text_of(kind, content))}')
    return value


def search_of(kind: str, content: Any) -> int:
    named = isinstance(content, dict) and "search" in content
    return int(member(kind, content, "search", int)) if named else FIRST_SEARCH


def shortened(line: bytes) -> str:
    text = line.decode(errors="backslashreplace").rstrip("\n")
    return repr(text if len(text) <= 80 else text[:77] + "...")
