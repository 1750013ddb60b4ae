"""A search alone, of parts by name or of your own."""

import json
import os
from dataclasses import dataclass
from typing import Any

from . import _native
from ._options import texts_of
from .dataset import Dataset
from .events import Listener, OnEvent, Row
from .own import Evaluator, Point, SearchSpace, Strategy


@dataclass(frozen=True)
class SearchResult:
    """What a search decided."""

    best: Row | None  #: None: nothing fits
    candidate: Point | None  #: of the best; ``train(arch=...)`` takes it for a space by name
    journal: list[Row]  #: one row a candidate, in order of decision
    conclusion: list[str]  #: of the strategy: why it ended
    replayed: int  #: decisions taken from the journal of an earlier process
    seconds: float


def run_search(
    evaluator: Dataset | Evaluator,
    *,
    space: str | SearchSpace = "cells",
    strategy: str | Strategy | None = None,
    journal: str | os.PathLike[str] | None = None,
    resume: bool = False,
    fingerprint: str = "",
    on_event: OnEvent | None = None,
    **options: Any,
) -> SearchResult:
    """Asks the strategy, prices, evaluates what fits, until the strategy ends.

    ``evaluator``: a Dataset, on which candidates are trained as search() does, or your own; then
    a space by name needs ``input`` and ``classes``. Without a strategy a space of a width and a depth
    takes "occam", another "evolution". ``options`` are those of search(): ``target``,
    ``ram``, ``workers``, ``seed``, ``search_steps``, ... ``journal``: a file from which the same
    call with ``resume=True`` goes on; ``fingerprint`` names what else the scores depend on."""
    named = {
        "space": space if isinstance(space, str) else None,
        "strategy": strategy if isinstance(strategy, str) else None,
    }
    found = _native.run_search(
        texts_of({**named, **options}),
        evaluator._native if isinstance(evaluator, Dataset) else None,
        None if isinstance(evaluator, Dataset) else evaluator,
        None if isinstance(space, str) else space,
        None if isinstance(strategy, str) else strategy,
        "" if journal is None else os.fsdecode(journal),
        resume,
        fingerprint,
        Listener(on_event),
    )
    return SearchResult(
        best=None if found["best"] is None else json.loads(found["best"]),
        candidate=found["point"],
        journal=[json.loads(row) for row in found["rows"]],
        conclusion=found["conclusion"],
        replayed=found["replayed"],
        seconds=found["seconds"],
    )
