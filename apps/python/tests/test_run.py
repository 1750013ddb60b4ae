import json
import os
import subprocess

import numpy as np
import pytest
from conftest import SMALL, corners, dataset

import nanonas


def journal_bytes(run):
    with open(os.path.join(run.path, "journal.jsonl"), "rb") as file:
        return file.read()


def test_a_run_and_what_it_holds(finished):
    assert finished.finished
    assert finished.report["verb"] == "search"
    assert finished.report["failures"] == []
    assert finished.report["run"] == finished.path
    rows = finished.journal
    assert [row["index"] for row in rows] == list(range(len(rows)))
    best = max(row["score"] for row in rows if row["feasible"])
    assert finished.winner["score"] <= best
    assert {"k": finished.winner["k"], "c": finished.winner["c"]} in [
        row["candidate"] for row in rows
    ]
    assert finished.report["cost"]["ram_bytes"]["limit"] == 6 * 1024


def test_opened_again(finished):
    again = nanonas.Run.open(finished.path)
    assert again.report == finished.report
    assert again.journal == finished.journal
    assert again.config["seed"] == 1


def test_rows_make_a_table(finished):
    pandas = pytest.importorskip("pandas")
    table = pandas.json_normalize(finished.journal)
    assert len(table) == len(finished.journal)
    assert {"candidate.k", "candidate.c", "feasible", "score", "ram_bytes"} <= set(table.columns)


def test_events_come_in_order(data, tmp_path):
    seen = []
    run = nanonas.search(data, out=tmp_path / "run", on_event=seen.append, **SMALL)
    assert isinstance(seen[0], nanonas.Message) or isinstance(seen[0], nanonas.Began)
    began = [event for event in seen if isinstance(event, nanonas.Began)]
    assert [event.path for event in began] == [run.path]
    decided = [event for event in seen if isinstance(event, nanonas.Decided)]
    assert [event.row for event in decided] == [
        {key: value for key, value in row.items()} for row in run.journal
    ]
    assert any(isinstance(event, nanonas.Progress) and event.part == "train" for event in seen)
    winner = [event.text for event in seen if isinstance(event, nanonas.Message)]
    assert any(text.startswith("winner: " + run.winner["name"]) for text in winner)


def test_a_folder_gives_what_the_program_gives(tmp_path):
    from test_dataset import folder_of

    images, labels = corners(80, 1)
    folder_of(tmp_path, images, labels)
    options = {**SMALL, "search_only": True}
    run = nanonas.search(tmp_path, out=tmp_path.parent / "by-python", **options)
    words = [
        word
        for key, value in options.items()
        for word in ["--" + key.replace("_", "-")] + ([] if value is True else [str(value)])
    ]
    program = tmp_path.parent / "by-program"
    subprocess.run(
        ["nanonas", "search", "--data", str(tmp_path), "--out", str(program), "--quiet", *words],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert journal_bytes(run) == (program / "journal.jsonl").read_bytes()
    read = nanonas.Dataset.from_folder(tmp_path)
    by_set = nanonas.search(read, out=tmp_path.parent / "by-set", **options)
    assert journal_bytes(by_set) == journal_bytes(run)


def test_evaluate_predict_and_export_agree(finished, tmp_path):
    images, labels = corners(80, 2)
    report = finished.evaluate(dataset(80, 2))
    assert report["labels"] == ["a", "b", "c", "d"]
    assert report["accuracy"]["test"] == finished.report["accuracy"]["test"]
    classes = finished.predict(images)
    assert classes.dtype == np.int64
    assert (classes == labels).mean() == report["accuracy"]["test"]["int8"]
    probabilities = finished.predict_proba(images)
    assert probabilities.shape == (80, 4)
    assert np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert (probabilities.argmax(axis=1) == classes).all()
    assert (finished.predict(images[:5, ..., 0]) == classes[:5]).all()
    files = finished.export("c", tmp_path / "c")["files"]
    assert "model.c" in files and (tmp_path / "c" / "model.c").exists()
    assert finished.export("tflite", tmp_path / "tflite", name="corners")["files"] == [
        "corners.tflite"
    ]


def test_images_of_another_size_are_resized(finished):
    images, labels = corners(40, 3)
    large = images.repeat(2, axis=1).repeat(2, axis=2)
    assert (finished.predict(large) == finished.predict(images)).mean() > 0.9
    with pytest.raises(nanonas.DataError, match="channels|RGB|grey"):
        finished.predict(images.repeat(3, axis=3))


def test_train(data, tmp_path):
    run = nanonas.train(data, (4, 1), out=tmp_path / "run", epochs=2, check_images=0)
    assert run.winner["name"] == "(4,1)"
    assert run.journal == []
    assert run.report["verb"] == "train"


def test_an_input_that_is_asked_for(data, tmp_path):
    run = nanonas.train(data, "4,1", input="8x8x1", out=tmp_path / "run", epochs=1, check_images=0)
    assert run.winner["input"] == "8x8x1"
    with pytest.raises(nanonas.DataError):
        nanonas.train(data, "4,1", input="8x8x3", out=tmp_path / "rgb", epochs=1)


def test_profile(finished):
    report = nanonas.profile((8, 3), "stm32l412kb", input=(28, 28, 1), classes=10)
    costs = report["runtimes"][0]
    assert costs["fits"] is True
    words = ["--arch", "8,3", "--input", "28x28x1", "--classes", "10", "--target", "stm32l412kb"]
    said = subprocess.run(
        ["nanonas", "profile", *words, "--json"], check=True, capture_output=True, text=True
    )
    assert json.loads(said.stdout) == report
    of_run = nanonas.profile(finished)
    assert (
        of_run["runtimes"][0]["ram_bytes"] == finished.report["cost"]["ram_bytes"]["value"]
    )


def test_profile_of_a_network_of_ones_own():
    network = nanonas.Network((16, 16, 1))
    network.add("conv", nanonas.Conv2d(4, kernel=3, stride=2))
    network.add("bn", nanonas.BatchNorm())
    network.add("relu", nanonas.Relu())
    network.add("average", nanonas.GlobalAveragePool())
    network.add("classifier", nanonas.Dense(3))
    network.add("softmax", nanonas.Softmax())
    assert network.output == (1, 1, 3)
    assert network.macc == 8 * 8 * 4 * 9 + 4 * 3
    assert repr(nanonas.MaxPool2d()).startswith("MaxPool2d(size=2, ")
    report = nanonas.profile(network, ram="8KiB")
    assert report["runtimes"][0]["fits"] is True
    with pytest.raises(nanonas.NetworkError, match="conv"):
        network.add("conv", nanonas.Relu())
    with pytest.raises(TypeError, match="Conv2d: takes out_channels"):
        nanonas.Conv2d(channels=3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "--epochs '0': expected a whole number in [1, 100000]"),
        ({"epoch": 3}, "--epoch: unknown option; did you mean --epochs?"),
        ({"ram": "4 apples"}, "--ram '4 apples': not a size"),
        ({"search_steps": 2.5}, "--search-steps '2.5': expected a whole number"),
        ({"strategy": "ocam"}, "did you mean occam"),
        ({"target": "stm32l412"}, "stm32l412kb"),
        ({"json": True}, "--json: of the program alone"),
        ({"final_val_split": 2}, "--final-val-split"),
    ],
)
def test_options_are_checked_as_on_the_command_line(data, options, message):
    with pytest.raises(nanonas.ConfigError) as error:
        nanonas.search(data, **options)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_same_line_as_the_program(data):
    for name, value in [("epochs", "many"), ("val-split", "1.5"), ("runtime", "none")]:
        said = subprocess.run(
            ["nanonas", "search", "--" + name, value], capture_output=True, text=True
        )
        assert said.returncode == 2
        with pytest.raises(nanonas.ConfigError) as error:
            nanonas.search(data, **{name.replace("-", "_"): value})
        assert said.stderr == f"nanonas: {error.value}\n"


def test_nothing_fits(data, tmp_path):
    with pytest.raises(nanonas.NothingFits, match="RAM|flash"):
        nanonas.search(data, ram=16, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_no_run_there(tmp_path):
    with pytest.raises(nanonas.IoError, match="holds no run"):
        nanonas.Run.open(tmp_path)


def test_data_and_test_of_two_kinds(data, tmp_path):
    with pytest.raises(nanonas.ConfigError, match="test: a path"):
        nanonas.search(data, test=tmp_path)
    with pytest.raises(nanonas.ConfigError, match="test: a Dataset"):
        nanonas.search(tmp_path, test=data)


def test_images_in_memory_cannot_be_read_again(finished):
    run = nanonas.Run.open(finished.path)
    with pytest.raises(nanonas.ConfigError, match="--test: needed; the images of the run"):
        run.evaluate()
