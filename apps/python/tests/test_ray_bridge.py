"""The bridge of nanonas.ray over processes of this machine, with every fault that a worker can have."""

import os
import signal
import sys
import time

import pytest

from small_head import HERE, Head, alive, logs, scripted, wait_until

DATA = bytes(range(256)) * 20  # six pieces


@pytest.fixture
def bridge(tmp_path):
    heads = []

    def start(command: str, *options: str) -> Head:
        program = [sys.executable, str(HERE / "local_bridge.py"), str(tmp_path), "--command", command]
        heads.append(Head([*program, *options]))
        return heads[-1]

    yield start
    for head in heads:
        head.process.kill()


def test_evaluations_end_at_the_head_and_nothing_is_left(bridge, tmp_path):
    head = bridge(scripted(tmp_path))
    assert head.open() == ("opened", {"search": 1, "build": "scripted", "simd": "none", "probe": "12"})
    head.evaluate(20)
    assert head.slots == 2 and len(alive(tmp_path)) == 2
    assert head.all_of("progress") and not head.all_of("lost")
    assert head.close() == 0
    assert alive(tmp_path) == [] and head.words == ""


def test_data_go_to_a_machine_once_and_leave_the_head_once(bridge, tmp_path):
    (tmp_path / "capacity").write_text("4")
    head = bridge(scripted(tmp_path))
    assert head.open(DATA)[0] == "opened"
    head.evaluate(40)
    assert head.all_of("need") == [{"what": "data", "search": 1}]
    assert sum("needed data" in log for log in logs(tmp_path).values()) == 1
    # Whoever comes later finds it on the machine, or is given it by the bridge.
    [kept] = [path for path in tmp_path.iterdir() if len(path.name) == 64]
    kept.unlink()
    os.kill(alive(tmp_path)[0], signal.SIGKILL)
    wait_until(lambda: kept.exists())
    assert kept.read_bytes() == DATA
    head.evaluate(10)
    assert head.all_of("need") == [{"what": "data", "search": 1}]
    assert head.close() == 0


def test_workers_serve_several_searches_until_each_is_over(bridge, tmp_path):
    head = bridge(scripted(tmp_path, "dies"))
    head.open(DATA)
    head.evaluate(10)
    assert head.open(DATA[:2000], search=2)[1]["search"] == 2
    head.evaluate(20, searches=(1, 2))
    assert head.open(DATA, search=3)[1]["search"] == 3  # images that the machine has
    assert [need["search"] for need in head.all_of("need")] == [1, 2]
    head.say("close", {"search": 1})
    head.evaluate(20, searches=(2, 3))
    wait_until(lambda: sum("closed 1" in log for log in logs(tmp_path).values()) == 2)
    os.kill(alive(tmp_path)[0], signal.SIGKILL)
    head.evaluate(20, searches=(3, 2))  # whoever comes later opens what is open
    assert head.close() == 0 and alive(tmp_path) == []


@pytest.mark.parametrize(
    "fault, why",
    [
        ("dies", "ended with SIGKILL"),
        ("torn", "a torn line: '{\"done\":{\"id\":'"),
        ("nonsense", "not JSON: 'Segmentation fault?'"),
        ("stray", "which it was not asked for"),
        ("hangs", "no word of its evaluation for 2 s"),
    ],
)
def test_a_worker_that_fails_in_mid_evaluation_is_begun_again(bridge, tmp_path, fault, why):
    head = bridge(scripted(tmp_path, fault), "--hang", "2")
    head.open()
    head.evaluate(20)
    [lost] = head.all_of("lost")
    assert why in lost["why"] and lost["why"].startswith("worker ")
    head.evaluate(10)
    wait_until(lambda: len(alive(tmp_path)) == 2)
    assert len(logs(tmp_path)) == 3 and head.slots == 2
    assert head.close() == 0
    assert why in head.words and alive(tmp_path) == []


def test_another_answer_than_before_is_no_answer_of_a_good_worker(bridge, tmp_path):
    head = bridge(scripted(tmp_path, "lies"))
    head.open()
    head.evaluate(20)
    wait_until(lambda: 'another "done" of' in head.words or "which it was not asked for" in head.words)
    wait_until(lambda: len(logs(tmp_path)) == 3)
    assert head.close() == 0


def test_the_same_answer_twice_is_harmless(bridge, tmp_path):
    head = bridge(scripted(tmp_path, "repeats itself"))
    head.open()
    head.evaluate(20)
    assert head.close() == 0
    assert head.words == "" and len(logs(tmp_path)) == 2


def test_another_arithmetic_is_not_used(bridge, tmp_path):
    (tmp_path / "capacity").write_text("3")
    head = bridge(scripted(tmp_path, "arithmetic"))
    kind, arithmetic = head.open()
    wait_until(lambda: "it is not used" in head.words)
    assert kind == "opened" and "computes with {'build': 'scripted', 'simd': 'none', 'probe': '1" in head.words
    head.evaluate(20)
    assert len(head.all_of("opened")) == 1
    assert head.slots < 3 and head.close() == 0


def test_what_all_refuse_is_refused(bridge, tmp_path):
    head = bridge(scripted(tmp_path, "refuses", once=False))
    kind, refusal = head.open()
    assert kind == "refused" and refusal["kind"] == "config"
    assert refusal["text"].endswith("--ram: not today")
    assert head.close() == 0


def test_what_one_refuses_others_do(bridge, tmp_path):
    head = bridge(scripted(tmp_path, "refuses"))
    assert head.open()[0] == "opened"
    head.evaluate(10)
    assert head.slots == 1 and "not today; it is not used" in head.words
    assert head.close() == 0


@pytest.mark.parametrize(
    "fault, why",
    [
        ("version", "nanonas 0.0.0, protocol 2; expected nanonas"),
        ("stillborn", "ended with exit code 1: no such thing as a good start"),
        ("dumb", "no word for 2 s"),
    ],
)
def test_a_worker_that_never_starts_well_is_given_up(bridge, tmp_path, fault, why):
    head = bridge(scripted(tmp_path, fault, once=False))
    kind, refusal = head.open()
    assert kind == "refused" and why in refusal["text"]
    assert head.slots == 0
    assert head.close() == 0 and alive(tmp_path) == []


def test_a_program_that_is_not_there_is_named(bridge, tmp_path):
    head = bridge("nanonas-of-nowhere worker")
    kind, refusal = head.open()
    assert kind == "refused"
    assert refusal["text"].endswith("nanonas-of-nowhere worker: No such file or directory")
    assert head.close() == 0


def test_cancelled_is_what_waits_what_runs_and_what_does_not_listen(bridge, tmp_path):
    head = bridge(scripted(tmp_path, "deaf", seconds=30.0), "--hang", "60")
    head.open()
    wait_until(lambda: len(alive(tmp_path)) == 2)
    for number in (1, 2, 3):
        head.say("evaluate", {"id": number, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
    wait_until(lambda: sum("evaluates" in line for log in logs(tmp_path).values() for line in log) == 2)
    for number in (3, 1, 2, 7):
        head.say("cancel", {"id": number})
    ended = [head.until("cancelled", "lost", "done") for _ in range(3)]
    assert sorted(content["id"] for kind, content in ended if kind == "cancelled") == [1, 2, 3]
    wait_until(lambda: "does not cancel" in head.words)
    assert head.close() == 0 and alive(tmp_path) == []


def test_slots_follow_the_room_there_is(bridge, tmp_path):
    (tmp_path / "capacity").write_text("0")
    head = bridge(scripted(tmp_path))
    assert head.next()[1]["slots"] == 0
    head._queue.put(head.said.pop())
    (tmp_path / "capacity").write_text("3")
    head.open()
    head.evaluate(20)
    assert head.slots == 3
    assert head.close() == 0
    assert len(logs(tmp_path)) == 3


def test_fixed_slots_beyond_the_room_do_not_count(bridge, tmp_path):
    head = bridge(scripted(tmp_path), "--slots", "1")
    head.open()
    assert head.slots == 1
    head.evaluate(5)
    assert len(logs(tmp_path)) == 1 and head.close() == 0


def test_a_silent_node_is_noticed(bridge, tmp_path):
    head = bridge(scripted(tmp_path, seconds=30.0))
    head.open()
    head.say("evaluate", {"id": 1, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
    wait_until(lambda: any("evaluates 1" in log for log in logs(tmp_path).values()))
    began = time.monotonic()
    (tmp_path / "silent").touch()
    assert head.until("lost", seconds=10.0)[1]["why"].endswith("no answer for 1 s")
    assert time.monotonic() - began < 10.0
    assert head.until("slots")[1] < 2
    (tmp_path / "silent").unlink()
    while head.slots < 2:
        head.until("slots")
    assert head.close() == 0 and alive(tmp_path) == []


def test_a_lost_cluster_ends_the_bridge_with_a_line(bridge, tmp_path):
    head = bridge(scripted(tmp_path, seconds=30.0))
    head.open()
    head.say("evaluate", {"id": 1, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
    (tmp_path / "capacity").write_text("lost")
    assert head.until("lost")[1] == {"id": 1, "why": "the head of the cluster: no answer"}
    assert head.wait() == 1
    assert head.words == "nanonas.ray: the head of the cluster: no answer\n"
    assert alive(tmp_path) == []


@pytest.mark.parametrize("said", [b"hello?\n", b'{"done":{"id":1}}\n', b'{"evaluate":{"id":"x"}}\n', b'{"close":{"search":7}}\n', b"{"])
def test_a_head_that_talks_nonsense_is_told(bridge, tmp_path, said):
    head = bridge(scripted(tmp_path))
    head.open()
    head.process.stdin.write(said)
    assert head.close() == 1
    assert head.words.startswith("nanonas.ray: ") and head.words.count("\n") == 1
    assert alive(tmp_path) == []


@pytest.mark.parametrize("fault", ["", "lingers", "hangs"])
@pytest.mark.parametrize("end", ["close", "term", "kill"])
def test_however_it_ends_no_process_is_left(bridge, tmp_path, fault, end):
    head = bridge(scripted(tmp_path, fault, once=False, seconds=30.0), "--hang", "60")
    head.open()
    wait_until(lambda: len(alive(tmp_path)) == 2)
    head.say("evaluate", {"id": 1, "candidate": {"k": 1}, "effort": 1, "repeat": 0, "seed": "1"})
    wait_until(lambda: any("evaluates 1" in log for log in logs(tmp_path).values()))
    if end == "kill":
        head.process.kill()
        head.wait()
        wait_until(lambda: alive(tmp_path) == [], 5.0)
    else:
        if end == "term":
            head.process.send_signal(signal.SIGTERM)
        assert (head.close() if end == "close" else head.wait()) == 0
        assert alive(tmp_path) == []
