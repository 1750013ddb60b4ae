"""Runs: search, train, and what they leave in their directory."""

import json
import os
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _native
from ._executor import ExecutorEvaluator
from ._options import texts_of
from .dataset import Dataset, pixels_of
from .errors import ConfigError, DataError, IoError
from .events import Listener, OnEvent, Row
from .own import Evaluator, SearchSpace, Strategy

Path = str | os.PathLike[str]


class Run:
    """The directory of a run, which holds all there is to tell of it."""

    def __init__(self, path: Path) -> None:
        self.path = os.path.abspath(os.fsdecode(path))

    @classmethod
    def open(cls, path: Path) -> "Run":
        """An earlier run, of the program or of Python, finished or not."""
        run = cls(path)
        if not os.path.isfile(os.path.join(run.path, "config.json")):
            raise IoError(f"{run.path}: holds no run (no config.json)")
        return run

    def __repr__(self) -> str:
        return f"<nanonas.Run {self.path}>"

    def __fspath__(self) -> str:
        return self.path

    @property
    def finished(self) -> bool:
        return os.path.isfile(os.path.join(self.path, "summary.json"))

    @property
    def config(self) -> dict[str, Any]:
        """The options that decide its answer."""
        with open(os.path.join(self.path, "config.json"), encoding="utf-8") as file:
            config: dict[str, Any] = json.load(file)
        return config

    @property
    def report(self) -> dict[str, Any]:
        """What ``--json`` prints: winner, costs, training, accuracy, products, failures."""
        if not self.finished:
            raise IoError(f"{self.path}: not finished; resume=True goes on with it")
        report: dict[str, Any] = json.loads(_native.finished_summary(self.path))
        return report

    @property
    def winner(self) -> dict[str, Any]:
        """Name, point, input and score of the network that was found or named."""
        winner: dict[str, Any] = self.report["winner"]
        return winner

    @property
    def journal(self) -> list[Row]:
        """One row a candidate, in order of decision; ``pandas.json_normalize`` takes them. Of a run
        under way those so far; of one without a search none."""
        file = os.path.join(self.path, "journal.jsonl")
        if not os.path.exists(file):
            return []
        with open(file, encoding="utf-8") as lines:
            whole = [line for line in lines if line.endswith("\n")]
        rows = []
        for number, line in enumerate(whole[1:], 2):
            try:
                rows.append(json.loads(line))
            except ValueError:
                raise DataError(f"{file}:{number}: not a row of a journal") from None
        return rows

    def export(
        self, format: str = "c", out: Path | None = None, *, on_event: OnEvent | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """``nanonas export``: writes the winner in another form into ``out``."""
        texts = texts_of({"model": self.path, "format": format, "out": out, **options})
        report: dict[str, Any] = json.loads(_native.export_model(texts, Listener(on_event)))
        return report

    def evaluate(
        self, data: Dataset | Path | None = None, *, on_event: OnEvent | None = None, **options: Any
    ) -> dict[str, Any]:
        """``nanonas evaluate``: how right the winner is on ``data``, or on the run's own images."""
        images = data._native if isinstance(data, Dataset) else None
        test = None if isinstance(data, Dataset) else data
        texts = texts_of({"model": self.path, "test": test, **options})
        report: dict[str, Any] = json.loads(_native.evaluate(texts, images, Listener(on_event)))
        return report

    def predict(self, images: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The class of each image, a row of ``labels``, as the int8 network sees it."""
        return self._predictions(images)[0]

    def predict_proba(self, images: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """[image][class]: softmax of the int8 network's scores."""
        return self._predictions(images)[1]

    def _predictions(
        self, images: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        pixels = images.images if isinstance(images, Dataset) else pixels_of(images)
        labels = np.zeros(len(pixels), dtype=np.int32)
        return _native.predict(self.path, pixels, labels, Listener())


@dataclass(frozen=True)
class _OwnParts:
    """Of a search, in place of those by name."""

    evaluator: Evaluator | None = None
    space: SearchSpace | None = None
    strategy: Strategy | None = None
    fingerprint: str = ""


def _start(
    searches: bool,
    data: Dataset | Path | None,
    test: Dataset | Path | None,
    on_event: OnEvent | None,
    executor: Executor | None,
    own: _OwnParts,
    options: dict[str, Any],
) -> Run:
    if executor is not None and (own.evaluator is not None or own.space is not None):
        raise ConfigError(
            "executor: not together with an evaluator or a space of your own, which its workers"
            " do not have"
        )
    if isinstance(test, Dataset) and not isinstance(data, Dataset):
        raise ConfigError("test: a Dataset goes with one for data; expected a path")
    if isinstance(data, Dataset):
        if test is not None and not isinstance(test, Dataset):
            raise ConfigError("test: a path goes with one for data; expected a Dataset")
    else:
        options = {"data": data, "test": test, **options}
    texts = texts_of(options)
    images = data._native if isinstance(data, Dataset) else None
    of_test = test._native if isinstance(test, Dataset) else None
    evaluator = None
    if executor is not None:
        evaluator = ExecutorEvaluator(texts, data if isinstance(data, Dataset) else None, executor)
    listener = Listener(on_event)
    try:
        path = _native.run(
            searches, texts, images, of_test, evaluator,
            own.evaluator, own.space, own.strategy, own.fingerprint, listener,
        )
        return Run(path)
    except KeyboardInterrupt as stopped:
        if listener.path is not None:
            stopped.add_note(f"the same call with out={listener.path!r}, resume=True goes on")
        raise


def search(
    data: Dataset | Path | None = None,
    target: str | None = None,
    *,
    test: Dataset | Path | None = None,
    out: Path | None = None,
    on_event: OnEvent | None = None,
    executor: Executor | None = None,
    evaluator: Evaluator | None = None,
    space: str | SearchSpace | None = None,
    strategy: str | Strategy | None = None,
    fingerprint: str = "",
    **options: Any,
) -> Run:
    """``nanonas search``: finds, trains and exports a network for ``target``.

    ``evaluator``, ``space`` and ``strategy`` may be your own: the winner is trained and exported
    as ever. Their names and ``fingerprint``, which tells what else they depend on, belong to the
    run; ``resume=True`` needs the same. ``options`` are those of the program, with ``_`` for ``-``: ``ram="40KiB"``, ``epochs=20``,
    ``resume=True``. ``executor``: any PEP 3148 executor, whose workers train the candidates; the
    answer is the same. Raises NothingFits when no network fits; Ctrl-C ends it so that the same
    call with ``resume=True`` goes on."""
    options = {
        "target": target,
        "out": out,
        "space": space if isinstance(space, str) else None,
        "strategy": strategy if isinstance(strategy, str) else None,
        **options,
    }
    own = _OwnParts(
        evaluator,
        None if isinstance(space, str) else space,
        None if isinstance(strategy, str) else strategy,
        fingerprint,
    )
    return _start(True, data, test, on_event, executor, own, options)


def train(
    data: Dataset | Path | None = None,
    arch: str | tuple[Any, ...] | None = None,
    target: str | None = None,
    *,
    test: Dataset | Path | None = None,
    out: Path | None = None,
    on_event: OnEvent | None = None,
    **options: Any,
) -> Run:
    """``nanonas train``: the same for one network that ``arch`` names, such as (8, 3)."""
    options = {"arch": arch, "target": target, "out": out, **options}
    return _start(False, data, test, on_event, None, _OwnParts(), options)


def profile(
    model: "Run | _native.Network | Path | tuple[Any, ...]",
    target: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """``nanonas profile``: what a network costs. ``model``: a Run, a model file, a Network, or the
    point of an architecture, such as (8, 3) with ``input="28x28x1"``."""
    network = None
    named: dict[str, Any] = {}
    if isinstance(model, _native.Network):
        network = model
    elif isinstance(model, (tuple, list)):
        named = {"arch": model}
    else:
        named = {"model": model}
    texts = texts_of({**named, "target": target, **options})
    report: dict[str, Any] = json.loads(_native.profile(texts, network))
    return report
