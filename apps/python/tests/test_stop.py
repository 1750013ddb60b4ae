"""Ctrl-C and exceptions of callbacks: the run stops, whole, and goes on to the same bytes."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import SMALL, dataset

import nanonas

SEARCH = """
import sys
from conftest import SMALL, dataset
import nanonas
def told(event):
    if isinstance(event, nanonas.Decided):
        print("decided", flush=True)
nanonas.search(dataset(), out=sys.argv[1], resume=True, on_event=told, **SMALL)
"""


def files_of(path):
    return {
        name: open(os.path.join(path, name), "rb").read()
        for name in ["journal.jsonl", "winner/model.safetensors", "winner/c/model.c"]
    }


def start(out):
    return subprocess.Popen(
        [sys.executable, "-c", SEARCH, out],
        cwd=os.path.dirname(__file__),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs ignore SIGINT, and what they start does, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.parametrize("decided", [1, 4])
def test_ctrl_c_and_on(finished, tmp_path, decided):
    out = str(tmp_path / "run")
    process = start(out)
    for _ in range(decided):
        assert process.stdout.readline() == "decided\n"
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert process.returncode == -signal.SIGINT or process.returncode == 130
    assert "KeyboardInterrupt" in said
    assert f"the same call with out={out!r}, resume=True goes on" in said
    assert not os.path.exists(out + "/summary.json")
    again = start(out)
    _, said = again.communicate(timeout=300)
    assert again.returncode == 0, said
    run = nanonas.Run.open(out)
    assert 0 < run.report["search"]["replayed"] < run.report["search"]["decided"]
    undisturbed = nanonas.search(dataset(), out=tmp_path / "undisturbed", **SMALL)
    assert files_of(out) == files_of(undisturbed.path)


class Enough(Exception):
    pass


def test_an_exception_of_the_callback_stops_the_search(data, tmp_path):
    out = tmp_path / "run"
    calls = []

    def told(event):
        calls.append(event)
        if isinstance(event, nanonas.Decided) and event.row["index"] == 2:
            raise Enough("three are enough")

    with pytest.raises(Enough, match="three are enough") as error:
        nanonas.search(data, out=out, on_event=told, **SMALL)
    assert any(frame.name == "told" for frame in error.traceback)
    assert calls[-1].row["index"] == 2
    assert not (out / "summary.json").exists()
    run = nanonas.search(data, out=out, resume=True, **SMALL)
    assert run.finished
    assert run.report["search"]["replayed"] >= 3


def test_a_finished_run_is_shown_again(finished):
    seen = []
    again = nanonas.search(
        dataset(), test=dataset(80, 2), out=finished.path, resume=True, on_event=seen.append, **SMALL
    )
    assert again.report == finished.report
    assert not any(isinstance(event, nanonas.Decided) for event in seen)


def test_a_run_that_is_there_is_not_begun_again(finished):
    with pytest.raises(nanonas.ConfigError, match="resume"):
        nanonas.search(dataset(), out=finished.path, **SMALL)


def test_other_images_are_refused(finished):
    with pytest.raises(nanonas.DataError):
        nanonas.search(
            dataset(seed=9), test=dataset(80, 2), out=finished.path, resume=True, **SMALL
        )
