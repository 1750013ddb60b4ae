"""MLflow: a run for the whole, nested ones for its candidates."""

import time
from collections.abc import Iterable, Iterator

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.entities import Run as MlflowRun

from .record import Candidate, Figures, Record

_AT_ONCE = 500  # MLflow takes 1,000 metrics at a time


class MlflowTracker:
    """``uri``: a tracking URI, else what MLFLOW_TRACKING_URI says or MLflow's default."""

    def __init__(self, uri: str | None, experiment: str) -> None:
        self._client = MlflowClient(tracking_uri=uri)
        known = self._client.get_experiment_by_name(experiment)
        self._experiment = (
            known.experiment_id if known else self._client.create_experiment(experiment)
        )

    def add(self, record: Record) -> int:
        whole = self._whole(record)
        there = self._candidates(whole)
        missing = [at for at in record.candidates if str(at.index) not in there]
        for candidate in missing:
            self._add_candidate(record, whole, candidate)
        self._go_on(whole, "search/infeasible", record.decisions)
        self._go_on(whole, "accuracy/validation", record.epochs)
        if record.finished and self._client.get_run(whole).info.status != "FINISHED":
            self._finish(whole, record)
        return len(missing)

    def _found(self, condition: str) -> Iterator[MlflowRun]:
        token = None
        while True:
            page = self._client.search_runs([self._experiment], condition, page_token=token)
            yield from page
            token = page.token
            if not token:
                return

    def _whole(self, record: Record) -> str:
        run = next(self._found(f"tags.`nanonas.run` = '{record.identity}'"), None)
        if run is None:
            run = self._client.create_run(self._experiment, tags=record.tags, run_name=record.name)
        if not run.data.params:
            params = [Param(name, str(value)) for name, value in record.options.items()]
            self._client.log_batch(run.info.run_id, params=params)
        return str(run.info.run_id)

    def _candidates(self, whole: str) -> set[str]:
        """Those that are there; one that was not written to its end is removed."""
        there = set()
        for run in self._found(f"tags.`mlflow.parentRunId` = '{whole}'"):
            if run.info.status == "RUNNING":
                self._client.delete_run(run.info.run_id)
            else:
                there.add(run.data.tags["nanonas.candidate"])
        return there

    def _add_candidate(self, record: Record, whole: str, candidate: Candidate) -> None:
        tags = {
            "mlflow.parentRunId": whole,
            "nanonas.candidate": str(candidate.index),
            "nanonas.of": record.identity,
        }
        if candidate.infeasible:
            tags["infeasible"] = candidate.infeasible
        run = self._client.create_run(self._experiment, tags=tags, run_name=candidate.name)
        params = {**candidate.point, "effort": candidate.effort}
        self._client.log_batch(
            run.info.run_id, params=[Param(name, str(value)) for name, value in params.items()]
        )
        figures = dict(candidate.costs)
        if candidate.score is not None:
            figures["score"] = candidate.score
        self._log(run.info.run_id, [(candidate.index + 1, figures)])
        curve = [{"accuracy/validation": at} for at in candidate.curve]
        self._log(run.info.run_id, enumerate(curve, 1))
        status = "FINISHED" if candidate.score is not None else "KILLED"
        self._client.set_terminated(run.info.run_id, status)

    def _go_on(self, run: str, key: str, rows: list[Figures]) -> None:
        """Rows whose ``key``, which all have, is not there."""
        history = self._client.get_metric_history(run, key) if rows else []
        last = max((metric.step for metric in history), default=0)
        self._log(run, enumerate(rows[last:], last + 1))

    def _log(self, run: str, rows: Iterable[tuple[int, Figures]]) -> None:
        now = int(time.time() * 1000)
        metrics: list[Metric] = []
        for step, figures in rows:
            metrics += [Metric(name, value, now, step) for name, value in figures.items()]
            if len(metrics) > _AT_ONCE:
                self._client.log_batch(run, metrics=metrics)
                metrics = []
        if metrics:
            self._client.log_batch(run, metrics=metrics)

    def _finish(self, run: str, record: Record) -> None:
        there = self._client.get_run(run).data.metrics
        missing = {name: at for name, at in record.results.items() if name not in there}
        self._log(run, [(0, missing)])
        for file, folder in record.artifacts:
            self._client.log_artifact(run, file, folder or None)
        self._client.log_batch(run, tags=[RunTag("nanonas.winner", record.winner)])
        self._client.set_terminated(run, "FINISHED")
