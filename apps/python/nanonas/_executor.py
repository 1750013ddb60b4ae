"""Candidates trained by the workers of an executor."""

import functools
import pickle
from collections.abc import Mapping
from concurrent.futures import Executor
from concurrent.futures import TimeoutError as NotYet
from typing import Any

from . import _native
from .dataset import Dataset
from .errors import ConfigError
from .own import Evaluation, Evaluator, Point

# What only the head does, or says where it does it.
_OF_THE_HEAD = {"out", "resume", "workers", "test"}


@functools.lru_cache(maxsize=1)
def _evaluator_of(job: bytes) -> _native.CandidateEvaluator:
    """Of this process: images are read once for all candidates of a search."""
    texts, data = pickle.loads(job)
    return _native.CandidateEvaluator(texts, None if data is None else data._native)


def evaluate_candidate(
    job: bytes, candidate: Point, seed: int, repeat: int, effort: int
) -> tuple[str, tuple[float, list[float], str | None]]:
    """One repeat, run by a worker, and the arithmetic it was computed with."""
    evaluator = _evaluator_of(job)
    return evaluator.arithmetic, evaluator.evaluate(list(candidate), seed, repeat, effort)


class ExecutorEvaluator(Evaluator):
    """Stands where the search is and waits for its workers."""

    efforts = True

    def __init__(
        self, texts: Mapping[str, str], data: Dataset | None, executor: Executor
    ) -> None:
        self.repeats, self._arithmetic = _native.first_look_of(dict(texts))
        mine = {name: text for name, text in texts.items() if name not in _OF_THE_HEAD}
        self._job = pickle.dumps((mine, data))
        self._executor = executor

    def evaluate(
        self, candidate: Point, network: Any, context: _native.EvaluationContext
    ) -> Evaluation:
        future = self._executor.submit(
            evaluate_candidate, self._job, candidate, context.seed, context.repeat, context.effort
        )
        while True:
            try:
                arithmetic, (score, curve, infeasible) = future.result(timeout=0.1)
                if arithmetic != self._arithmetic:
                    raise ConfigError(
                        f"executor: a worker computes with {arithmetic}, expected"
                        f" {self._arithmetic}, with which scores are the same bits"
                    )
                return Evaluation(score, tuple(curve), infeasible)
            except NotYet:
                if future.done():
                    raise
                if context.stopped:
                    future.cancel()
                    raise KeyboardInterrupt from None
