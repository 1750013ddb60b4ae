"""Candidates trained by executors: the same bytes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from conftest import SMALL, corners
from test_dataset import folder_of
from test_run import journal_bytes

import nanonas
from nanonas import _executor


def test_processes_and_threads_write_the_same_journal(finished, data, tmp_path):
    options = {**SMALL, "search_only": True}
    here = nanonas.search(data, out=tmp_path / "here", **options)
    with ThreadPoolExecutor(2) as executor:
        threads = nanonas.search(data, out=tmp_path / "threads", executor=executor, **options)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as executor:
        processes = nanonas.search(data, out=tmp_path / "processes", executor=executor, **options)
    assert journal_bytes(threads) == journal_bytes(here)
    assert journal_bytes(processes) == journal_bytes(here)
    assert processes.winner == here.winner


def test_workers_read_a_folder_themselves(tmp_path):
    folder_of(tmp_path, *corners(80, 1))
    options = {**SMALL, "search_only": True}
    here = nanonas.search(tmp_path, out=tmp_path.parent / "here", **options)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        there = nanonas.search(
            tmp_path, out=tmp_path.parent / "there", executor=executor, **options
        )
    assert journal_bytes(there) == journal_bytes(here)


class Broken(ThreadPoolExecutor):
    def submit(self, *_, **__):
        raise ConnectionError("the cluster is away")


def test_an_executor_that_fails(data, tmp_path):
    with pytest.raises(ConnectionError, match="the cluster is away"):
        nanonas.search(data, out=tmp_path / "run", executor=Broken(1), **SMALL)
    run = nanonas.search(data, out=tmp_path / "run", resume=True, **SMALL)
    assert run.finished


def test_a_worker_of_another_arithmetic_is_refused(data, tmp_path, monkeypatch):
    def elsewhere(*arguments):
        arithmetic, found = evaluate(*arguments)
        return arithmetic.replace("nanonas", "other"), found

    evaluate = _executor.evaluate_candidate
    monkeypatch.setattr(_executor, "evaluate_candidate", elsewhere)
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(nanonas.ConfigError, match="executor: a worker computes with other"),
    ):
        nanonas.search(data, out=tmp_path / "run", executor=executor, **SMALL)
