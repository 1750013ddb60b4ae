"""What a run's directory tells, in the form that trackers take."""

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .. import _native
from .._run import Path, Run
from ..errors import ConfigError, DataError, Error
from ..events import Row

Figures = dict[str, float]


@dataclass(frozen=True)
class Axis:
    """Of the space that was searched; choices by name where there are any."""

    name: str
    low: int
    high: int
    step: int
    choices: list[str]


@dataclass(frozen=True)
class Candidate:
    """One decision of a search."""

    index: int
    name: str  #: "(4,3)", "(4,3) x2" for twice the training
    point: dict[str, int | str]  #: by axis
    effort: int
    score: float | None  #: None: infeasible
    costs: Figures  #: empty: not priced
    curve: list[float]  #: validation accuracy by epoch, mean of the repeats
    over: Figures  #: by how much each bound is broken
    reason: str  #: infeasible for another cause; empty

    @property
    def infeasible(self) -> str:
        """Why; empty when it is feasible."""
        over = (f"{bound} over by {at:g}" for bound, at in self.over.items())
        return self.reason or ", ".join(over)


@dataclass(frozen=True)
class Record:
    """A run as far as it has come."""

    path: str
    name: str
    identity: str  #: the same wherever the run lies, another for other options or data
    searches: bool
    options: dict[str, Any]
    axes: list[Axis]
    candidates: list[Candidate]
    epochs: list[Figures]  #: of the final training
    finished: bool
    winner: str  #: empty: not finished
    results: Figures  #: accuracies and costs of the winner; empty: not finished

    @property
    def tags(self) -> dict[str, str]:
        return {"nanonas.run": self.identity, "nanonas.directory": self.path}

    @property
    def decisions(self) -> list[Figures]:
        """By candidate, the search so far."""
        rows = []
        best: float | None = None
        infeasible = 0
        for candidate in self.candidates:
            row: Figures = {}
            if candidate.score is None:
                infeasible += 1
            else:
                best = candidate.score if best is None else max(best, candidate.score)
                row["search/score"] = candidate.score
            if best is not None:
                row["search/best_score"] = best
            row["search/infeasible"] = infeasible
            rows.append(row | {f"search/{name}": at for name, at in candidate.costs.items()})
        return rows

    @property
    def artifacts(self) -> Iterator[tuple[str, str]]:
        """Files worth keeping, with the folder they belong in."""
        for name in ("config.json", "journal.jsonl", "summary.json"):
            if os.path.isfile(file := os.path.join(self.path, name)):
                yield file, ""
        root = os.path.join(self.path, "winner")
        for folder, _, names in sorted(os.walk(root)):
            for name in sorted(names):
                yield os.path.join(folder, name), os.path.relpath(folder, self.path)


def runs_of(paths: list[Path]) -> list[str]:
    """Run directories; a batch's stands for its runs."""
    found = []
    for path in map(os.fsdecode, paths):
        inside = sorted(os.listdir(path)) if os.path.isdir(path) else []
        if "config.json" in inside:
            found.append(path)
            continue
        runs = [os.path.join(path, name) for name in inside]
        runs = [run for run in runs if os.path.isfile(os.path.join(run, "config.json"))]
        if not runs:
            raise ConfigError(f"{path}: no run; expected the directory of a run or of a batch")
        found += runs
    return found


def read_record(path: str) -> Record:
    """Throws ConfigError for what is no run, DataError for one that is damaged."""
    run = Run.open(path)
    try:
        options = run.config
        identity = _native.run_fingerprint(run.path)
    except ValueError as error:
        raise DataError(f"{run.path}/config.json: not the options of a run ({error})") from None
    header = _header(run.path)
    if probe := header.get("probe"):
        identity += f"-{probe}"
    report = run.report if run.finished else {}
    return Record(
        path=run.path,
        name=os.path.basename(run.path),
        identity=identity,
        searches="arch" not in options,
        options=options,
        axes=_axes(header),
        candidates=[_candidate(row) for row in run.journal],
        epochs=_epochs(os.path.join(run.path, "training.ckpt")),
        finished=run.finished,
        winner=report.get("winner", {}).get("name", ""),
        results=dict(_results(report)),
    )


def _header(path: str) -> Row:
    """The first line of the journal; empty: no search has begun."""
    file = os.path.join(path, "journal.jsonl")
    if not os.path.exists(file):
        return {}
    with open(file, encoding="utf-8") as lines:
        line = lines.readline()
    try:
        header: Row = json.loads(line) if line.endswith("\n") else {}
    except ValueError:
        raise DataError(f"{file}:1: not the first line of a journal") from None
    return header


def _axes(header: Row) -> list[Axis]:
    if not header:
        return []
    try:
        return [Axis(*axis) for axis in _native.space_axes(header.get("space", "cells"))]
    except Error:  # a space of another version
        return []


def _candidate(row: Row) -> Candidate:
    point = row.get("candidate") or {name: row[name] for name in ("k", "c")}
    effort = row.get("effort", 1)
    name = "(" + ",".join(map(str, point.values())) + ")"
    return Candidate(
        index=row["index"],
        name=name if effort == 1 else f"{name} x{effort}",
        point=point,
        effort=effort,
        score=row.get("score"),
        costs={cost: row[cost] for cost in ("ram_bytes", "flash_bytes", "macc") if cost in row},
        curve=_mean_curve(row),
        over={broken["bound"]: broken["excess"] for broken in row.get("violations", [])},
        reason=row.get("reason", ""),
    )


def _mean_curve(row: Row) -> list[float]:
    """Empty where the repeats cannot be told apart: one that diverged has fewer epochs."""
    curve: list[float] = row.get("curve", [])
    scores = row.get("repeats") or [row.get("score")]
    if not curve or len(curve) % len(scores):
        return []
    epochs = len(curve) // len(scores)
    parts = [curve[at : at + epochs] for at in range(0, len(curve), epochs)]
    if any(score not in (part[-1], max(part)) for part, score in zip(parts, scores, strict=True)):
        return []
    return [sum(at) / len(at) for at in zip(*parts, strict=True)]


def _epochs(file: str) -> list[Figures]:
    """Of a checkpoint (train/checkpoint.hpp), whose metadata hold them as hexadecimal floats."""
    try:
        with open(file, "rb") as checkpoint:
            (length,) = struct.unpack("<Q", checkpoint.read(8))
            if length > os.path.getsize(file):
                raise ValueError
            metadata = json.loads(checkpoint.read(length))["__metadata__"]
    except FileNotFoundError:
        return []
    except (struct.error, ValueError, KeyError, TypeError):
        raise DataError(f"{file}: not a training checkpoint") from None
    columns = {
        "loss/train": "losses",
        "loss/validation": "validation_losses",
        "accuracy/validation": "curve",
    }
    curves = {
        name: [float.fromhex(word) for word in metadata[key].split()]
        for name, key in columns.items()
        if key in metadata
    }
    return [
        {name: at[epoch] for name, at in curves.items() if at[epoch] == at[epoch]}
        for epoch in range(len(curves["accuracy/validation"]))
    ]


def _results(report: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for role, accuracy in report.get("accuracy", {}).items():
        yield f"{role}/accuracy_float", accuracy["float"]
        yield f"{role}/accuracy_int8", accuracy["int8"]
        yield f"{role}/agreement", accuracy["agreement"]
    for name, figure in report.get("cost", {}).items():
        if isinstance(figure, dict):
            yield f"winner/{name}", figure["value"]
    score = report.get("winner", {}).get("score")
    if score is not None:
        yield "winner/score", score
