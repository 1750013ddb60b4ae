"""nanonas search with workers on a Ray cluster: journal and winner of one worker, whatever is lost."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from ray.cluster_utils import Cluster

from small_head import wait_until

NODE = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 * 1024 * 1024}
SEARCH = "--input 12x12x1 --ram 6KiB --flash 12KiB --search-only --search-steps 2000 --repeats 2"


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A bright square in noise, in one of four corners."""
    folder = tmp_path_factory.mktemp("images")
    noise = random.Random(1)
    for label in range(4):
        (folder / f"corner{label}").mkdir()
        for image in range(60):
            pixels = bytearray(noise.randrange(40, 160) for _ in range(144))
            for row in range(6):
                for column in range(6):
                    pixels[12 * (6 * (label // 2) + row) + 6 * (label % 2) + column] += 20
            (folder / f"corner{label}" / f"{image}.pgm").write_bytes(b"P5 12 12 255\n" + bytes(pixels))
    return folder


@pytest.fixture(scope="module")
def alone(images, tmp_path_factory):
    out = tmp_path_factory.mktemp("alone") / "run"
    subprocess.run(command(images, out, "--workers", "1"), check=True, capture_output=True)
    return out


@pytest.fixture
def cluster():
    its = Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0})
    its.add_node(**NODE)
    its.add_node(**NODE)
    yield its
    its.shutdown()


def command(images: Path, out: Path, *options: str) -> list[str]:
    cache = out.parent / "cache"
    where = ["--data", str(images), "--out", str(out), "--cache", str(cache)]
    return ["nanonas", "search", *where, *SEARCH.split(), *options]


def begin(images: Path, out: Path, cluster: Cluster, here: int) -> "subprocess.Popen[str]":
    elsewhere = ["--workers", str(here), "--workers-from", f"ray:{cluster.address}"]
    # Less patient than by default, for the sake of this test.
    python = out.parent / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@" --silence 5\n')
    python.chmod(0o755)
    return subprocess.Popen(
        command(images, out, *elsewhere),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"},
    )


def decisions(out: Path) -> int:
    journal = out / "journal.jsonl"
    return journal.read_bytes().count(b"\n") - 1 if journal.exists() else 0


def workers() -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if words[1:2] == ["worker"] and words[0].endswith("nanonas"):
            found.append(process)
    return found


def same(out: Path, alone: Path) -> None:
    assert (out / "journal.jsonl").read_bytes() == (alone / "journal.jsonl").read_bytes()
    winners = [json.loads((run / "summary.json").read_text())["winner"] for run in (out, alone)]
    assert winners[0] == winners[1]


def test_a_worker_and_a_node_lost_in_mid_search_change_nothing(cluster, images, alone, tmp_path):
    search = begin(images, tmp_path / "run", cluster, 0)
    wait_until(lambda: decisions(tmp_path / "run") >= 2)
    assert len(wait_until(workers)) == 2
    workers()[0].kill()
    lost = decisions(tmp_path / "run") + 3
    wait_until(lambda: decisions(tmp_path / "run") >= lost)
    cluster.remove_node(list(cluster.worker_nodes)[0], allow_graceful=False)
    cut = decisions(tmp_path / "run") + 2
    wait_until(lambda: decisions(tmp_path / "run") >= cut)
    cluster.add_node(**NODE)
    said, words = search.communicate(timeout=120)
    assert search.returncode == 0, words
    same(tmp_path / "run", alone)
    wait_until(lambda: not workers(), 10.0)


def test_a_search_goes_on_without_the_head_of_the_cluster(cluster, images, alone, tmp_path):
    search = begin(images, tmp_path / "run", cluster, 1)
    wait_until(lambda: decisions(tmp_path / "run") >= 2 and len(workers()) == 2)
    cluster.head_node.kill_gcs_server()
    said, words = search.communicate(timeout=120)
    assert search.returncode == 0, words
    # Whether it is told depends on which ends first; test_ray.py sees that it is.
    same(tmp_path / "run", alone)
    wait_until(lambda: not workers(), 60.0)


def test_a_search_that_is_stopped_without_the_head_goes_on_elsewhere(cluster, images, alone, tmp_path):
    search = begin(images, tmp_path / "run", cluster, 0)
    wait_until(lambda: decisions(tmp_path / "run") >= 2)
    cluster.head_node.kill_gcs_server()
    # At once: the workers do not need the head, and would soon end the search.
    search.send_signal(signal.SIGINT)
    said, words = search.communicate(timeout=30)
    assert search.returncode == 130, words
    resume = command(images, tmp_path / "run", "--workers", "1", "--resume")
    subprocess.run(resume, check=True, capture_output=True)
    same(tmp_path / "run", alone)
    wait_until(lambda: not workers(), 60.0)
