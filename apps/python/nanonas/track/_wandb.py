"""Weights & Biases: a run for the whole once it is finished, and one for each candidate, in a
group."""

import importlib
import os
import shutil
from pathlib import Path
from typing import Any

from .record import Candidate, Figures, Record

wandb: Any = importlib.import_module("wandb")  # whose types are no guide
_DONE = "nanonas.done"  # an offline run that was written to its end


class WandbTracker:
    """``uri``: the folder that holds ``wandb/``, else what WANDB_DIR says or the current one.
    Offline unless WANDB_MODE says otherwise; `wandb sync` sends offline runs on."""

    def __init__(self, uri: str | None, experiment: str) -> None:
        self._folder = Path(uri or os.environ.get("WANDB_DIR", "."))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mode = os.environ.get("WANDB_MODE", "offline")
        self._project = experiment

    def add(self, record: Record) -> int:
        added = 0
        for candidate in record.candidates:
            figures = dict(candidate.costs)
            if candidate.score is not None:
                figures["score"] = candidate.score
            added += self._log(
                f"{record.identity}-{candidate.index}",
                f"{record.name} {candidate.name}",
                record,
                "candidate",
                _config_of(candidate),
                [(step, {"accuracy/validation": at}) for step, at in enumerate(candidate.curve, 1)],
                figures,
            )
        if record.finished:
            steps = max(len(record.decisions), len(record.epochs))
            rows = [
                (
                    at + 1,
                    (record.decisions[at] if at < len(record.decisions) else {})
                    | (record.epochs[at] if at < len(record.epochs) else {}),
                )
                for at in range(steps)
            ]
            config = {**record.options, **record.tags, "winner": record.winner}
            self._log(record.identity, record.name, record, "run", config, rows, record.results)
        return added

    def _log(
        self, identity: str, name: str, record: Record, kind: str, config: dict[str, Any],
        rows: list[tuple[int, Figures]], summary: Figures,
    ) -> bool:
        """False when it is there already."""
        if self._is_there(identity):
            return False
        run = wandb.init(
            project=self._project,
            id=identity,
            name=name,
            group=record.identity,
            job_type=kind,
            config=config,
            dir=str(self._folder),
            mode=self._mode,
            resume="allow",
            settings=wandb.Settings(silent=True, console="off", x_disable_stats=True),
        )
        complete = run.resumed and run.summary.get(_DONE)
        if not complete:
            for step, figures in rows:
                run.log(figures, step=step)
            if kind == "run":
                self._add_files(run, record)
            run.summary.update({**summary, _DONE: True})
        folder = Path(run.dir).parent
        run.finish()
        (folder / _DONE).touch()
        return not complete

    def _is_there(self, identity: str) -> bool:
        """Of runs in the folder; one that was not written to its end is removed."""
        found = False
        for folder in (self._folder / "wandb").glob(f"*run-*-{identity}"):
            if (folder / _DONE).exists():
                found = True
            elif folder.name.startswith("offline-"):
                shutil.rmtree(folder)
        return found

    def _add_files(self, run: Any, record: Record) -> None:
        artifact = wandb.Artifact(f"{record.name}-{record.identity[:8]}", type="model")
        for file, _ in record.artifacts:
            artifact.add_file(file, os.path.relpath(file, record.path))
        run.log_artifact(artifact)


def _config_of(candidate: Candidate) -> dict[str, Any]:
    return {
        **candidate.point,
        "effort": candidate.effort,
        "index": candidate.index,
        "infeasible": candidate.infeasible,
    }
