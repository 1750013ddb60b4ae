"""Keyword arguments as the texts that the command line takes."""

import os
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from . import _native
from .errors import ConfigError

_PLACEHOLDERS = dict(_native.option_table())
_OF_THE_PROGRAM = {"json", "quiet"}


def texts_of(options: Mapping[str, Any]) -> dict[str, str]:
    """By name of the option; those that are None are left out. The library checks the rest."""
    texts = {}
    for key, value in options.items():
        name = key.replace("_", "-")
        if name in _OF_THE_PROGRAM:
            raise ConfigError(f"--{name}: of the program alone")
        if value is not None:
            texts[name] = _text(name, value)
    return texts


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return repr(float(value))
    if isinstance(value, (tuple, list)):
        placeholder = _PLACEHOLDERS.get(name, "")
        joint = "x" if "x" in placeholder else "\n" if placeholder == "WHERE" else ","
        return joint.join(_text(name, each) for each in value)
    raise TypeError(f"{name}: {type(value).__name__}, expected text, a number, a bool or a path")
