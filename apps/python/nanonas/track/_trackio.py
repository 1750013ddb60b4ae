"""Trackio: a run for the whole and one for each candidate, in a group."""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any

from ..errors import ConfigError
from .record import Candidate, Figures, Record


class TrackioTracker:
    """``uri``: the folder of its databases, else what TRACKIO_DIR says or Trackio's default."""

    def __init__(self, uri: str | None, experiment: str) -> None:
        if uri is not None:
            if "trackio" in sys.modules and os.environ.get("TRACKIO_DIR") != uri:
                raise ConfigError(f"{uri}: Trackio is in use with another folder in this process")
            os.environ["TRACKIO_DIR"] = uri
        self._trackio: Any = importlib.import_module("trackio")  # whose types are no guide
        self._storage = self._trackio.SQLiteStorage
        self._project = experiment

    def add(self, record: Record) -> int:
        there = {each["id"] for each in self._storage.get_run_records(self._project)}
        missing = [at for at in record.candidates if _id_of(record, at) not in there]
        for candidate in missing:
            self._add_candidate(record, candidate)
        rows = [(f"decision {i}", i, row) for i, row in enumerate(record.decisions, 1)]
        rows += [(f"epoch {i}", i, row) for i, row in enumerate(record.epochs, 1)]
        if record.results:
            rows.append(("results", 0, record.results))
        config = {**record.options, **record.tags, "winner": record.winner}
        name = f"{record.name} {record.identity[:8]}"
        self._log(name, record.identity, rows, config)
        if record.finished:
            self._add_files(name, record)
        return len(missing)

    def _add_candidate(self, record: Record, candidate: Candidate) -> None:
        figures = {"feasible": float(candidate.score is not None), **candidate.costs}
        if candidate.score is not None:
            figures["score"] = candidate.score
        rows: list[tuple[str, int, Figures]] = [
            (f"epoch {i}", i, {"accuracy/validation": at})
            for i, at in enumerate(candidate.curve, 1)
        ]
        rows.append(("outcome", 0, figures))
        config = {
            **candidate.point,
            "effort": candidate.effort,
            "infeasible": candidate.infeasible,
            "_Group": record.identity,
        }
        name = f"{record.name} {candidate.index + 1:04} {candidate.name}"
        self._log(name, _id_of(record, candidate), rows, config)

    def _add_files(self, name: str, record: Record) -> None:
        model = f"model-{record.identity}"
        if any(each["name"] == model for each in self._storage.list_artifacts(self._project)):
            return
        artifact = self._trackio.Artifact(model, type="model")
        for file, _ in record.artifacts:
            artifact.add_file(file, os.path.relpath(file, record.path))
        run = self._trackio.init(
            self._project,
            name=name,
            resume="must",
            embed=False,
            auto_log_cpu=False,
            auto_log_gpu=False,
        )
        run.log_artifact(artifact)
        self._trackio.finish()

    def _log(
        self, name: str, identity: str, rows: list[tuple[str, int, Figures]],
        config: Mapping[str, Any],
    ) -> None:
        """In one transaction; rows whose key is there already are passed over."""
        self._storage.bulk_log(
            self._project,
            name,
            [row for _, _, row in rows],
            steps=[step for _, step, _ in rows],
            log_ids=[f"{identity} {key}" for key, _, _ in rows],
            config=dict(config),
            run_id=identity,
        )


def _id_of(record: Record, candidate: Candidate) -> str:
    return f"{record.identity}-{candidate.index}"
