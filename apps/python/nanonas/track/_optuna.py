"""Optuna: a study for a search, a trial for each candidate."""

import json

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.trial import TrialState

from ..errors import ConfigError
from .record import Candidate, Record

_KEY = "nanonas.run"


class OptunaTracker:
    """``uri``: of a storage, such as sqlite:///optuna.db, which is the default."""

    def __init__(self, uri: str | None, experiment: str) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._storage = optuna.storages.get_storage(uri or "sqlite:///optuna.db")
        self._experiment = experiment

    def add(self, record: Record) -> int:
        if not record.searches:
            raise ConfigError(f"{record.path}: trains one network; Optuna keeps searches")
        study = self._study(record)
        there = {trial.user_attrs.get("index") for trial in study.get_trials(deepcopy=False)}
        missing = [at for at in record.candidates if at.index not in there]
        for candidate in missing:
            study.add_trial(_trial(record, candidate))
        study.set_user_attr("directory", record.path)
        if record.finished:
            study.set_user_attr("winner", record.winner)
            study.set_user_attr("results", record.results)
            study.set_user_attr("files", [file for file, _ in record.artifacts])
        return len(missing)

    def _study(self, record: Record) -> optuna.Study:
        for study in self._storage.get_all_studies():
            if study.user_attrs.get(_KEY) == record.identity:
                return optuna.load_study(study_name=study.study_name, storage=self._storage)
        # With the identity in its name: what a kill left without its attribute is found, too.
        name = f"{self._experiment}/{record.name} {record.identity}"
        created = optuna.create_study(
            study_name=name, storage=self._storage, direction="maximize", load_if_exists=True
        )
        created.set_user_attr("options", json.dumps(record.options))
        created.set_user_attr(_KEY, record.identity)
        return created


def _trial(record: Record, candidate: Candidate) -> optuna.trial.FrozenTrial:
    params: dict[str, int | str] = {**candidate.point, "effort": candidate.effort}
    attributes = {
        "index": candidate.index,
        "name": candidate.name,
        **candidate.costs,
        **({"over": candidate.over} if candidate.over else {}),
        **({"reason": candidate.reason} if candidate.reason else {}),
    }
    if candidate.score is not None:
        state = TrialState.COMPLETE
    else:  # never trained, or no network at all
        state = TrialState.PRUNED if candidate.over else TrialState.FAIL
    return optuna.trial.create_trial(
        state=state,
        value=candidate.score,
        params=params,
        distributions=_distributions(record, params),
        user_attrs=attributes,
        intermediate_values=dict(enumerate(candidate.curve, 1)),
    )


def _distributions(record: Record, params: dict[str, int | str]) -> dict[str, BaseDistribution]:
    """Of the space's axes, wide enough for a point beyond them."""
    axes = {axis.name: axis for axis in record.axes}
    found: dict[str, BaseDistribution] = {}
    for name, value in params.items():
        axis = axes.get(name)
        if isinstance(value, str):
            found[name] = CategoricalDistribution(axis.choices if axis else [value])
        elif axis is None:
            found[name] = IntDistribution(min(1, value), max(1024, value))
        else:
            inside = axis.low <= value <= axis.high and (value - axis.low) % axis.step == 0
            low, high = min(axis.low, value), max(axis.high, value)
            found[name] = IntDistribution(low, high, step=axis.step if inside else 1)
    return found
