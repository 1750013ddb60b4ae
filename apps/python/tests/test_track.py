import shutil
import sys

import pytest

import nanonas
from nanonas.track import track
from nanonas.track.record import read_record, runs_of


def test_a_record_is_what_the_run_holds(finished):
    record = read_record(finished.path)
    rows = finished.journal
    assert record.searches and record.finished
    assert record.winner == finished.winner["name"]
    assert [at.score for at in record.candidates] == [row.get("score") for row in rows]
    for candidate, row in zip(record.candidates, rows, strict=True):
        assert candidate.point == row["candidate"]
        assert bool(candidate.infeasible) == (not row["feasible"])
        if row["feasible"]:
            repeats = len(row.get("repeats", [0]))
            epochs = len(row["curve"]) // repeats
            last = row["curve"][epochs - 1 :: epochs]
            assert len(candidate.curve) == epochs
            assert candidate.curve[-1] == pytest.approx(sum(last) / repeats)
    best = [row["search/best_score"] for row in record.decisions if "search/best_score" in row]
    assert best == sorted(best) and best[-1] == max(row.get("score", 0) for row in rows)
    assert record.decisions[-1]["search/infeasible"] == sum(not row["feasible"] for row in rows)
    assert len(record.epochs) == finished.report["training"]["epochs"]
    accuracy = finished.report["training"]["validation_accuracy"]
    assert record.epochs[-1]["accuracy/validation"] == accuracy
    assert record.epochs[-1]["loss/validation"] > 0
    assert record.results["test/accuracy_int8"] == finished.report["accuracy"]["test"]["int8"]
    assert [axis.name for axis in record.axes] == ["k", "c"]
    assert "model.tflite" in {file.rsplit("/", 1)[1] for file, _ in record.artifacts}


def test_the_identity_is_of_the_options_and_the_data_not_of_the_place(finished, data, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(finished.path, copy)
    identity = read_record(finished.path).identity
    assert read_record(str(copy)).identity == identity
    config = copy / "config.json"
    config.write_text(config.read_text().replace('"seed": 1', '"seed": 2'))
    assert read_record(str(copy)).identity != identity


def test_a_torn_last_line_is_a_decision_not_yet_made(finished, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(finished.path, copy)
    (copy / "summary.json").unlink()
    journal = (copy / "journal.jsonl").read_bytes()
    (copy / "journal.jsonl").write_bytes(journal[:-5])
    record = read_record(str(copy))
    assert not record.finished and record.results == {}
    assert len(record.candidates) == len(finished.journal) - 1


def test_a_batch_stands_for_its_runs(finished, tmp_path):
    for name in ("b", "a"):
        shutil.copytree(finished.path, tmp_path / "batch" / name)
    (tmp_path / "batch" / "results.json").write_text("{}")
    assert runs_of([tmp_path / "batch"]) == [str(tmp_path / "batch" / at) for at in ("a", "b")]
    with pytest.raises(nanonas.ConfigError, match="none: no run; expected"):
        runs_of([tmp_path / "none"])


def test_what_cannot_be_tracked_is_told(finished, tmp_path, monkeypatch):
    with pytest.raises(nanonas.ConfigError, match="no run: name"):
        track(to="mlflow")
    with pytest.raises(nanonas.ConfigError, match='"mlfow" is unknown; expected one of mlflow'):
        track(finished.path, to="mlfow")
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(nanonas.ConfigError, match="no package wandb; `pip install wandb`"):
        track(finished.path, to="wandb")
    begun = tmp_path / "begun"
    shutil.copytree(finished.path, begun)
    (begun / "summary.json").unlink()
    (begun / "journal.jsonl").unlink()
    with pytest.raises(nanonas.ConfigError, match="has decided nothing yet"):
        track(begun, to="mlflow")
    (begun / "training.ckpt").write_bytes(b"no checkpoint")
    with pytest.raises(nanonas.DataError, match="training.ckpt: not a training checkpoint"):
        track(begun, to="mlflow")
    (begun / "config.json").write_text("{")
    with pytest.raises(nanonas.Error, match="config.json"):
        track(begun, to="mlflow")


def test_curves_for_tensorboard_are_written_beside_the_run(data, tmp_path):
    options = {"ram": "6KiB", "search_steps": 20, "repeats": 1, "search_only": True, "workers": 1}
    run = nanonas.search(data, out=tmp_path / "run", tensorboard=tmp_path / "curves", **options)
    folders = list((tmp_path / "curves" / "candidates").iterdir())
    assert len(folders) == len(run.journal)
    with pytest.raises(nanonas.ConfigError, match="--tensorboard: .*holds another run's events"):
        nanonas.search(
            data, seed=2, out=tmp_path / "two", tensorboard=tmp_path / "curves", **options
        )
    assert not (tmp_path / "two").exists()
