"""What trackers hold of a run: track_check.py RUN FOLDER, after RUN was tracked into FOLDER's
mlflow.db, optuna.db, trackio/ and wandb/ several times. Each is asked through its own interface."""

import io
import json
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from wsgiref.util import setup_testing_defaults

RUN, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
os.environ["TRACKIO_DIR"] = str(FOLDER / "trackio")

HEADER, *ROWS = map(json.loads, (RUN / "journal.jsonl").read_text().splitlines())
SUMMARY = json.loads((RUN / "summary.json").read_text())
EPOCHS = SUMMARY["training"]["epochs"]
SCORES = [row["score"] for row in ROWS if row["feasible"]]
IDENTITY = f"{HEADER['fingerprint']}-{HEADER['probe']}"


def same(what: str, found: object, expected: object) -> None:
    if found != expected:
        sys.exit(f"track_check: {what}: {found}, expected {expected}")


def check_mlflow() -> None:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{FOLDER}/mlflow.db")
    experiment = client.get_experiment_by_name("nanonas").experiment_id
    runs = list(client.search_runs([experiment], max_results=10000))
    whole = [run for run in runs if run.data.tags.get("nanonas.run") == IDENTITY]
    same("MLflow: runs", (len(runs), len(whole)), (len(ROWS) + 1, 1))
    run = whole[0]
    same("MLflow: status", run.info.status, "FINISHED")
    same("MLflow: --macc", run.data.params["macc"], "60000")
    same("MLflow: test accuracy", run.data.metrics["test/accuracy_int8"],
         SUMMARY["accuracy"]["test"]["int8"])

    def history(run_id: str, key: str) -> list:
        found = client.get_metric_history(run_id, key)
        return sorted((metric.step, metric.value) for metric in found)

    scored = [(i, row["score"]) for i, row in enumerate(ROWS, 1) if row["feasible"]]
    same("MLflow: search/score", history(run.info.run_id, "search/score"), scored)
    for key in ("loss/train", "loss/validation", "accuracy/validation"):
        steps = [step for step, _ in history(run.info.run_id, key)]
        same(f"MLflow: {key}", steps, list(range(1, EPOCHS + 1)))
    same("MLflow: one point of the result", len(history(run.info.run_id, "winner/ram_bytes")), 1)
    files = {file.path for file in client.list_artifacts(run.info.run_id, "winner")}
    same("MLflow: model", {"winner/model.tflite", "winner/model.safetensors"} <= files, True)
    for child in runs:
        if child is run:
            continue
        row = ROWS[int(child.data.tags["nanonas.candidate"])]
        same("MLflow: parent", child.data.tags["mlflow.parentRunId"], run.info.run_id)
        same("MLflow: score", child.data.metrics.get("score"), row.get("score"))
        same("MLflow: status of a candidate", child.info.status,
             "FINISHED" if row["feasible"] else "KILLED")
        same("MLflow: k", child.data.params["k"], str(row["candidate"]["k"]))
        epochs = len(row.get("curve", [])) // max(1, len(row.get("repeats", [])))
        same("MLflow: curve", len(history(child.info.run_id, "accuracy/validation")), epochs)


def check_optuna() -> None:
    import optuna
    from optuna_dashboard import wsgi

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.get_storage(f"sqlite:///{FOLDER}/optuna.db")
    (summary,) = optuna.get_all_study_summaries(storage)
    same("Optuna: identity", summary.user_attrs["nanonas.run"], IDENTITY)
    study = optuna.load_study(study_name=summary.study_name, storage=storage)
    same("Optuna: trials", len(study.trials), len(ROWS))
    for trial in study.trials:
        row = ROWS[trial.user_attrs["index"]]
        same("Optuna: value", trial.value, row.get("score"))
        same("Optuna: state", trial.state.name, "COMPLETE" if row["feasible"] else "PRUNED")
        same("Optuna: k", trial.params["k"], row["candidate"]["k"])
        same("Optuna: range of k", (trial.distributions["k"].low, trial.distributions["k"].high),
             (1, 1024))
    same("Optuna: best", study.best_value, max(SCORES))
    same("Optuna: winner", study.user_attrs["winner"], SUMMARY["winner"]["name"])

    app = wsgi(storage)

    def get(path: str) -> dict:
        environment: dict = {"PATH_INFO": path, "wsgi.input": io.BytesIO()}
        setup_testing_defaults(environment)
        status = []
        body = b"".join(app(environment, lambda code, _, __=None: status.append(code)))
        same(f"optuna-dashboard: {path}", status[0][:3], "200")
        return json.loads(body)

    (listed,) = get("/api/studies")["study_summaries"]
    shown = get(f"/api/studies/{listed['study_id']}")
    same("optuna-dashboard: trials", len(shown["trials"]), len(ROWS))
    states = [trial["state"] for trial in shown["trials"]]
    same("optuna-dashboard: complete", states.count("Complete"), len(SCORES))
    with_curve = [trial for trial in shown["trials"] if trial["intermediate_values"]]
    same("optuna-dashboard: curves", len(with_curve), len(SCORES))


def check_trackio() -> None:
    import trackio

    runs = list(trackio.Api().runs("nanonas"))
    same("Trackio: runs", len(runs), len(ROWS) + 1)
    logs = trackio.SQLiteStorage.get_logs("nanonas", run_id=IDENTITY)
    decided = [log for log in logs if "search/infeasible" in log]
    learned = [log for log in logs if "loss/train" in log]
    result = [log for log in logs if "test/accuracy_int8" in log]
    same("Trackio: rows", (len(decided), len(learned), len(result)), (len(ROWS), EPOCHS, 1))
    same("Trackio: accuracy", result[0]["test/accuracy_int8"], SUMMARY["accuracy"]["test"]["int8"])
    scores = [log["score"] for run in runs if run.id != IDENTITY
              for log in trackio.SQLiteStorage.get_logs("nanonas", run_id=run.id) if "score" in log]
    same("Trackio: scores", sorted(scores), sorted(SCORES))
    (artifact,) = trackio.SQLiteStorage.list_artifacts("nanonas")
    same("Trackio: versions of the model", artifact["num_versions"], 1)


def records_of(log: bytes) -> Iterator[bytes]:
    """Of a .wandb file: LevelDB's log format after a head of seven bytes. Each fragment has CRC, length
    and kind (whole, first, middle, last), and none begins in the last six bytes of a block."""
    block, head = 32768, 7
    at, record = head, b""
    while at + head <= len(log):
        if block - at % block < head:
            at += block - at % block
            continue
        length, kind = struct.unpack("<HB", log[at + 4 : at + head])
        record += log[at + head : at + head + length]
        at += head + length
        if kind in (1, 4):
            yield record
            record = b""


def check_wandb() -> None:
    from wandb.proto import wandb_internal_pb2

    folders = list((FOLDER / "wandb" / "wandb").glob("offline-run-*"))
    same("W&B: runs", len(folders), len(ROWS) + 1)
    scores, steps = [], []
    for folder in folders:
        (file,) = folder.glob("*.wandb")
        values: dict = {}
        for data in records_of(file.read_bytes()):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(data)
            for item in record.summary.update:
                values[item.key or "/".join(item.nested_key)] = json.loads(item.value_json)
            if folder.name.endswith(IDENTITY) and record.HasField("history"):
                steps.append(record.history.step.num)
        scores += [values["score"]] if "score" in values else []
        if folder.name.endswith(IDENTITY):
            same("W&B: accuracy", values["test/accuracy_int8"], SUMMARY["accuracy"]["test"]["int8"])
    same("W&B: scores", sorted(scores), sorted(SCORES))
    same("W&B: steps", steps, list(range(1, max(len(ROWS), EPOCHS) + 1)))


if __name__ == "__main__":
    for check in (check_mlflow, check_optuna, check_trackio, check_wandb):
        check()
        print(f"{check.__name__[6:]}: {len(ROWS)} candidates of one run, each once")
