"""What TensorBoard makes of event files: tensorboard_check.py RUN LOGDIR [LOGDIR...]

Every LOGDIR is one folder of the same run, written in one go, over kills, or afterwards: TensorBoard
must read the same points from all, each once, and they must be those of RUN's journal and summary."""

import json
import struct
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

from tensorboard import program
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader


def fail(what: str) -> None:
    sys.exit(f"tensorboard_check: {what}")


def single(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


def points(folder: Path) -> dict:
    """By tag, the (step, value) in the order of the file."""
    found = {}
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    for tag in accumulator.Tags()["scalars"]:
        found[tag] = [(event.step, event.value) for event in accumulator.Scalars(tag)]
    return found


def runs_of(logdir: Path) -> dict:
    folders = sorted({file.parent for file in logdir.rglob("*tfevents*")})
    return {str(folder.relative_to(logdir)): points(folder) for folder in folders}


def check_against_run(run: Path, found: dict) -> None:
    rows = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()[1:]]
    summary = json.loads((run / "summary.json").read_text())
    whole = found["."]
    scored = [(i + 1, single(row["score"])) for i, row in enumerate(rows) if row["feasible"]]
    if whole["search/score"] != scored:
        fail("search/score is not the journal's")
    best, so_far = None, []
    for i, row in enumerate(rows):
        if row["feasible"]:
            best = max(row["score"], best if best is not None else row["score"])
        if best is not None:
            so_far.append((i + 1, single(best)))
    if whole["search/best_score"] != so_far:
        fail("search/best_score is not the best so far")
    for name in ("ram_bytes", "flash_bytes", "macc"):
        if whole[f"search/{name}"] != [(i + 1, single(r[name])) for i, r in enumerate(rows) if name in r]:
            fail(f"search/{name} is not the journal's")
    epochs = summary["training"]["epochs"]
    for tag in ("loss/train", "loss/validation", "accuracy/validation", "learning_rate"):
        if [step for step, _ in whole[tag]] != list(range(1, epochs + 1)):
            fail(f"{tag} does not count {epochs} epochs")
    if whole["accuracy/validation"][-1][1] != single(summary["training"]["validation_accuracy"]):
        fail("the final training does not end in the summary's accuracy")
    if whole["winner/test_accuracy_int8"] != [(0, single(summary["accuracy"]["test"]["int8"]))]:
        fail("winner/test_accuracy_int8 is not the summary's")
    candidates = {name: at for name, at in found.items() if name.startswith("candidates/")}
    if len(candidates) != len(rows):
        fail(f"{len(candidates)} candidates, the journal has {len(rows)}")
    for name, at in candidates.items():
        row = rows[int(name[len("candidates/"):][:4]) - 1]
        if row["feasible"]:
            curve = row["curve"]
            repeats = max(1, len(row.get("repeats", [])))
            length = len(curve) // repeats
            means = [sum(curve[e::length]) / repeats for e in range(length)]
            told = [value for _, value in at["accuracy/validation"]]
            if len(told) != length or any(abs(a - b) > 1e-6 for a, b in zip(told, means)):
                fail(f"{name}: its curve is not the journal's")
        elif "candidate/score" in at:
            fail(f"{name}: a score of what is infeasible")


def check_served(logdir: Path, rows: int, feasible: int, points_of_best: int) -> str:
    """The program itself, with its data server and the hparams dashboard."""
    board = program.TensorBoard()
    board.configure(argv=[None, "--logdir", str(logdir), "--port", "0", "--host", "127.0.0.1"])
    url = board.launch()

    def get(path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    # It reads while it serves.
    until = time.monotonic() + 60
    while len(get("data/runs")) < rows + 1:
        if time.monotonic() > until:
            fail(f"the server knows {get('data/runs')}, expected {rows + 1} runs")
        time.sleep(0.2)
    query = urllib.parse.urlencode({"run": ".", "tag": "search/best_score"})
    served = len(get("data/plugin/scalars/scalars?" + query))
    if served != points_of_best:
        fail(f"the server has {served} points of search/best_score, expected {points_of_best}")
    experiment = get("data/plugin/hparams/experiment", {"experimentName": ""})
    names = [info["name"] for info in experiment["hparamInfos"]]
    metrics = [{"name": info["name"]} for info in experiment["metricInfos"]]
    body = {
        "experimentName": "",
        "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"],
        "colParams": [{"hparam": name} for name in names] + [{"metric": m["name"]} for m in metrics],
        "startIndex": 0,
        "sliceSize": 10000,
    }
    groups = get("data/plugin/hparams/session_groups", body)["sessionGroups"]
    sessions = [session for group in groups for session in group["sessions"]]
    good = [s for s in sessions if s["status"] == "STATUS_SUCCESS"]
    if len(sessions) != rows or len(good) != feasible:
        fail(f"hparams: {len(sessions)} sessions, {len(good)} good; expected {rows} and {feasible}")
    if sorted(names) != ["c", "effort", "k"]:
        fail(f"hparams: {names}")
    scores = [m for s in good for m in s["metricValues"] if m["name"]["tag"] == "candidate/score"]
    if len(scores) != feasible:
        fail(f"hparams: {len(scores)} scores, expected {feasible}")
    return ", ".join(names)


if __name__ == "__main__":
    run, logdirs = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    for file in logdirs[0].rglob("*tfevents*"):
        for _ in EventFileLoader(str(file)).Load():
            pass  # a record with a wrong CRC ends it with an exception
    first = runs_of(logdirs[0])
    check_against_run(run, first)
    for logdir in logdirs[1:]:
        if runs_of(logdir) != first:
            fail(f"{logdir}: not what {logdirs[0]} holds")
    rows = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()[1:]]
    feasible = sum(row["feasible"] for row in rows)
    parameters = check_served(logdirs[0], len(rows), feasible, len(first["."]["search/best_score"]))
    count = sum(len(at) for tags in first.values() for at in tags.values())
    print(
        f"TensorBoard: {count} points of {len(first)} runs, the same in {len(logdirs)} folders;"
        f" hparams ({parameters}) of {len(rows)} candidates"
    )
