"""Runs in experiment trackers: MLflow, Weights & Biases, Trackio, Optuna.

From the directory alone, during a run or afterwards, and as often as wanted: what is there is not
added again."""

import importlib
from dataclasses import dataclass

from .._run import Path
from ..errors import ConfigError, IoError
from .record import read_record, runs_of
from .tracker import Tracker

#: By name: the module and its class.
TRACKERS = {
    "mlflow": ("_mlflow", "MlflowTracker"),
    "wandb": ("_wandb", "WandbTracker"),
    "trackio": ("_trackio", "TrackioTracker"),
    "optuna": ("_optuna", "OptunaTracker"),
}


@dataclass(frozen=True)
class Tracked:
    """What a tracker holds of a run now."""

    run: str  #: its directory
    id: str  #: by which the tracker knows it
    candidates: int
    added: int  #: of them, new there
    finished: bool


def track(
    *runs: Path, to: str, uri: str | None = None, experiment: str = "nanonas"
) -> list[Tracked]:
    """``nanonas track``. ``runs``: directories of runs, or of batches for all that are in them;
    ``to``: mlflow, wandb, trackio or optuna; ``uri``: where the tracker keeps them, by its default
    without."""
    if not runs:
        raise ConfigError("no run: name the directory of one")
    records = [read_record(path) for path in runs_of(list(runs))]
    for record in records:
        if record.searches and not record.candidates:
            raise ConfigError(
                f"{record.path}: has decided nothing yet; expected a run with decisions"
            )
    tracker = _make_tracker(to, uri, experiment)
    tracked = []
    for record in records:
        try:
            added = tracker.add(record)
        except ConfigError:
            raise
        except Exception as error:
            raise IoError(f"{record.path}: {to}: {_one_line(error)}") from error
        tracked.append(
            Tracked(record.path, record.identity, len(record.candidates), added, record.finished)
        )
    return tracked


def _make_tracker(name: str, uri: str | None, experiment: str) -> Tracker:
    if name not in TRACKERS:
        raise ConfigError(f"--to: \"{name}\" is unknown; expected one of {', '.join(TRACKERS)}")
    module, kind = TRACKERS[name]
    try:
        make = getattr(importlib.import_module(f".{module}", __name__), kind)
        tracker: Tracker = make(uri, experiment)
    except ImportError as error:
        missing = (error.name or name).split(".")[0]
        if missing == name:
            raise ConfigError(
                f"--to {name}: Python has no package {name}; `pip install {name}`"
            ) from None
        raise ConfigError(f"--to {name}: {_one_line(error)}; `pip install {name}`") from error
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"--to {name} --uri {uri}: {_one_line(error)}") from error
    return tracker


def _one_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
