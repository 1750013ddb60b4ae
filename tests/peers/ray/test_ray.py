"""nanonas.ray on a cluster of several nodes, of which some are lost in mid-search."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest
import ray
from ray.cluster_utils import Cluster

from small_head import Head, alive, logs, scripted, wait_until

NODE = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 * 1024 * 1024}


@contextmanager
def small_cluster():
    """A head without CPUs and a node with one."""
    its = Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0})
    its.add_node(**NODE)
    yield its
    its.shutdown()


@pytest.fixture(scope="module")
def cluster():
    """Left as it is found."""
    with small_cluster() as its:
        yield its


@pytest.fixture
def bridge():
    heads = []

    def start(cluster: Cluster, command: str) -> Head:
        program = [sys.executable, "-m", "nanonas.ray", "--address", cluster.address]
        heads.append(Head([*program, "--command", command, "--silence", "5"]))
        return heads[-1]

    yield start
    for head in heads:
        head.process.kill()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no-such-host.invalid:6379", "auto"])
def test_no_cluster_is_one_line(address, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "nanonas.ray", "--address", address],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "RAY_TMPDIR": str(tmp_path)},
        timeout=60,
    )
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.startswith(f"nanonas.ray: no Ray cluster at {address}: ")
    assert ended.stderr.count("\n") == 1


def test_a_node_that_joins_gets_work_and_one_that_is_lost_loses_nothing(cluster, bridge, tmp_path):
    head = bridge(cluster, scripted(tmp_path, seconds=0.3))
    assert head.open(b"data" * 1000)[0] == "opened"
    assert head.slots == 1
    nodes = []

    def meanwhile(done: int) -> None:
        if done == 5:
            nodes.append(cluster.add_node(**NODE))
        if done == 60:
            wait_until(lambda: sum("evaluates" in " ".join(log) for log in logs(tmp_path).values()) == 2)
            cluster.remove_node(nodes.pop(), allow_graceful=False)

    head.evaluate(100, meanwhile)
    assert head.all_of("need") == [{"what": "data", "search": 1}]
    assert 2 in head.all_of("slots") and head.slots == 1
    assert len(head.all_of("lost")) <= 1
    wait_until(lambda: len(alive(tmp_path)) == 1)
    assert head.close() == 0
    assert alive(tmp_path) == []


@pytest.mark.parametrize("victim", ["actor", "worker"])
def test_a_killed_process_is_begun_again(cluster, bridge, tmp_path, victim):
    head = bridge(cluster, scripted(tmp_path, seconds=0.3))
    head.open()

    def meanwhile(done: int) -> None:
        if done == 3:
            [process] = alive(tmp_path)
            os.kill(psutil.Process(process).ppid() if victim == "actor" else process, signal.SIGKILL)

    head.evaluate(10, meanwhile)
    assert len(head.all_of("lost")) == 1
    assert len(logs(tmp_path)) == 2 and len(alive(tmp_path)) == 1
    assert head.close() == 0
    assert alive(tmp_path) == []


def test_a_stopped_node_is_noticed(cluster, bridge, tmp_path):
    """Neither dead nor alive, as a node behind a cut link is."""
    head = bridge(cluster, scripted(tmp_path, seconds=60.0))
    head.open()
    head.say("evaluate", {"id": 1, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
    wait_until(lambda: any("evaluates 1" in log for log in logs(tmp_path).values()))
    [process] = alive(tmp_path)
    actor = psutil.Process(process).ppid()
    os.kill(actor, signal.SIGSTOP)
    began = time.monotonic()
    assert "no answer for" in head.until("lost", seconds=20.0)[1]["why"]
    assert time.monotonic() - began < 15.0
    assert head.close() == 0
    os.kill(actor, signal.SIGCONT)
    wait_until(lambda: alive(tmp_path) == [])


@pytest.mark.parametrize("fault", ["", "lingers"])
def test_nothing_outlives_a_bridge_that_is_killed(cluster, bridge, tmp_path, fault):
    head = bridge(cluster, scripted(tmp_path, fault, once=False, seconds=600.0))
    head.open()
    head.say("evaluate", {"id": 1, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
    wait_until(lambda: any("evaluates 1" in log for log in logs(tmp_path).values()))
    [process] = alive(tmp_path)
    actor = psutil.Process(process).parent()
    head.process.kill()
    head.wait()
    wait_until(lambda: alive(tmp_path) == [] and not actor.is_running())


def test_a_lost_head_of_the_cluster_is_said_and_ends_the_bridge(bridge, tmp_path):
    with small_cluster() as cluster:
        head = bridge(cluster, scripted(tmp_path, seconds=600.0))
        head.open()
        head.say("evaluate", {"id": 1, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
        wait_until(lambda: any("evaluates 1" in log for log in logs(tmp_path).values()))
        cluster.head_node.kill_gcs_server()
        kind, content = head.until("lost", "end", seconds=60.0)
        assert (kind, content["id"]) == ("lost", 1)
        assert head.wait(60.0) == 1
        assert "the head of the Ray cluster" in head.words and head.words.count("\n") == 1
        wait_until(lambda: alive(tmp_path) == [], 30.0)
