"""Strategies, evaluators and search spaces written in Python."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import SMALL

import nanonas


class Everything(nanonas.Strategy):
    """Every point of the axes, at most eight values each, the last axis the fastest."""

    name = "everything"

    def begin(self, known):
        self.points = [()]
        for axis in known.axes:
            values = range(axis.low, min(axis.high, axis.low + 7 * axis.step) + 1, axis.step)
            self.points = [(*point, value) for point in self.points for value in values]
        self.told = []
        self.known = known

    def ask(self):
        return self.points[len(self.told)] if len(self.told) < len(self.points) else None

    def tell(self, outcome):
        assert outcome.candidate == self.points[len(self.told)]
        self.told.append(outcome)

    def likely_next(self, count):
        return self.points[len(self.told) + 1 : len(self.told) + 1 + count]

    def conclusion(self):
        return [f"all {len(self.points)} tried"]


class Closeness(nanonas.Evaluator):
    """Best at (5, 2); made up."""

    def __init__(self):
        self.threads = set()
        self.networks = 0

    def evaluate(self, candidate, network, context):
        self.threads.add(threading.get_ident())
        self.networks += network is not None
        time.sleep(0.001)
        if candidate[0] == 3:
            return nanonas.Evaluation(infeasible="threes are not looked at")
        return 1.0 / (1.0 + abs(candidate[0] - 5) + abs(candidate[1] - 2))


PROBLEM = {"input": "16x16x1", "classes": 4}


def test_own_strategy_and_evaluator():
    strategy, evaluator = Everything(), Closeness()
    found = nanonas.run_search(
        evaluator, strategy=strategy, ram="6KiB", flash="16KiB", workers=1, **PROBLEM
    )
    assert found.candidate == (5, 2)
    assert found.best["candidate"] == {"k": 5, "c": 2}
    assert found.best["score"] == 1.0
    assert len(found.journal) == len(strategy.points) == len(strategy.told)
    assert found.conclusion == [f"all {len(strategy.points)} tried"]
    assert any(row.get("reason") == "threes are not looked at" for row in found.journal)
    assert any(row.get("violations") for row in found.journal)
    assert evaluator.networks > 0
    assert evaluator.threads.isdisjoint({threading.get_ident()})
    with pytest.raises(nanonas.Error, match="the search that this was known of is over"):
        strategy.known.fits((1, 1))


def test_any_number_of_workers_decides_the_same():
    evaluators = [Closeness(), Closeness()]
    found = [
        nanonas.run_search(
            evaluator, strategy=Everything(), ram="6KiB", flash="16KiB", workers=workers, **PROBLEM
        )
        for evaluator, workers in zip(evaluators, [1, 4], strict=True)
    ]
    assert found[0].journal == found[1].journal
    assert len(evaluators[1].threads) > 1


def test_known_tells_what_fits():
    class Fitting(Everything):
        name = "fitting"

        def begin(self, known):
            super().begin(known)
            self.points = [point for point in self.points if known.fits(point)]

    found = nanonas.run_search(Closeness(), strategy=Fitting(), ram="4KiB", workers=2, **PROBLEM)
    assert found.journal
    assert not any(row.get("violations") for row in found.journal)


def test_a_strategy_by_name_with_ones_own_evaluator():
    found = nanonas.run_search(Closeness(), ram="6KiB", flash="16KiB", **PROBLEM)
    assert found.best is not None


def test_an_own_strategy_on_images(data, tmp_path):
    class Few(Everything):
        name = "few"

        def begin(self, known):
            super().begin(known)
            self.points = [(2, 0), (4, 1), (6, 1)]

    options = {key: SMALL[key] for key in ["ram", "flash", "search_steps", "repeats", "workers"]}
    journal = tmp_path / "journal.jsonl"
    found = nanonas.run_search(data, strategy=Few(), journal=journal, **options)
    assert [row["candidate"] for row in found.journal] == [
        {"k": 2, "c": 0},
        {"k": 4, "c": 1},
        {"k": 6, "c": 1},
    ]
    assert all(len(row["repeats"]) == 2 for row in found.journal if row["feasible"])
    run = nanonas.train(data, found.candidate, out=tmp_path / "run", epochs=2, check_images=0)
    assert run.winner["k"] == found.candidate[0]
    lines = journal.read_bytes()
    with pytest.raises(nanonas.ConfigError, match="journal.jsonl"):
        nanonas.run_search(data, strategy=Few(), journal=journal, **options)
    journal.write_bytes(b"\n".join(lines.split(b"\n")[:3]) + b"\n")
    again = nanonas.run_search(data, strategy=Few(), journal=journal, resume=True, **options)
    assert again.replayed == 2
    assert journal.read_bytes() == lines


class Blocks(nanonas.SearchSpace):
    name = "blocks"

    def axes(self):
        return [
            nanonas.Axis("width", 4, 12, 4),
            nanonas.Axis("blocks", 1, 4),
            nanonas.Axis.of_choices("pool", ["max", "none"]),
        ]

    def build(self, candidate):
        width, blocks, pool = candidate
        if pool == 0 and blocks == 4:
            raise nanonas.NetworkError("blocks: nothing is left behind 4 pools")
        network = nanonas.Network((8, 8, 1))
        for block in range(blocks):
            network.add(f"block{block}.conv", nanonas.Conv2d(width))
            network.add(f"block{block}.bn", nanonas.BatchNorm())
            network.add(f"block{block}.relu", nanonas.Relu())
            if pool == 0:
                network.add(f"block{block}.pool", nanonas.MaxPool2d(2))
        network.add("average", nanonas.GlobalAveragePool())
        network.add("classifier", nanonas.Dense(4))
        network.add("softmax", nanonas.Softmax())
        return network


class Macc(nanonas.Evaluator):
    def evaluate(self, candidate, network, context):
        return float(network.macc)


def test_own_space():
    found = nanonas.run_search(
        Macc(), space=Blocks(), strategy=Everything(), ram="8KiB", flash="16KiB"
    )
    assert len(found.journal) == 3 * 4 * 2
    assert found.journal[0]["candidate"] == {"width": 4, "blocks": 1, "pool": "max"}
    reasons = [row["reason"] for row in found.journal if "reason" in row]
    assert reasons == ["blocks: nothing is left behind 4 pools"] * 3
    assert found.best["score"] == max(row["score"] for row in found.journal if row["feasible"])


def test_own_space_of_more_than_a_width_and_a_depth_is_searched_by_evolution(tmp_path):
    journal = tmp_path / "journal.jsonl"
    found = nanonas.run_search(Macc(), space=Blocks(), journal=journal, trials=9, ram="8KiB")
    assert '"strategy":"evolution"' in journal.read_text().splitlines()[0].replace(" ", "")
    assert found.best["score"] == max(row["score"] for row in found.journal if row["feasible"])


@pytest.mark.parametrize("method", ["begin", "ask", "tell", "likely_next", "best", "conclusion"])
def test_what_a_strategy_raises_is_raised(method):
    def broken(*_):
        raise ZeroDivisionError(method)

    strategy = Everything()
    setattr(strategy, method, broken)
    with pytest.raises(ZeroDivisionError, match=method):
        nanonas.run_search(Closeness(), strategy=strategy, workers=2, ram="6KiB", **PROBLEM)


def test_what_an_evaluator_or_a_space_raises_is_raised():
    class Broken(nanonas.Evaluator):
        def evaluate(self, candidate, network, context):
            raise LookupError(f"no score of {candidate}")

    with pytest.raises(LookupError, match=r"no score of \("):
        nanonas.run_search(Broken(), workers=3, **PROBLEM)

    class Nowhere(Blocks):
        def build(self, candidate):
            raise OSError("no such place")

    with pytest.raises(OSError, match="no such place"):
        nanonas.run_search(Macc(), space=Nowhere(), strategy=Everything())


def test_values_of_the_wrong_type():
    class Wordy(nanonas.Evaluator):
        def evaluate(self, candidate, network, context):
            return "very good"

    with pytest.raises(nanonas.Error, match="wrong type"):
        nanonas.run_search(Wordy(), **PROBLEM)

    class Endless(nanonas.Evaluator):
        def evaluate(self, candidate, network, context):
            return float("nan")

    with pytest.raises(nanonas.DataError, match="finite"):
        nanonas.run_search(Endless(), **PROBLEM)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ((1,), r"a candidate of 1 values, expected 2 \(k,c\)"),
        ((1, 2, 3), "a candidate of 3 values, expected 2"),
        (nanonas.Trial((1, 2), 0), "an effort of 0, expected 1, for the evaluator"),
        (nanonas.Trial((1, 2), 2), "an effort of 2, expected 1, for the evaluator"),
    ],
)
def test_trials_that_are_none(asked, message):
    class Odd(Everything):
        def ask(self):
            return asked

    with pytest.raises(nanonas.ConfigError, match=message):
        nanonas.run_search(Closeness(), strategy=Odd(), **PROBLEM)


def test_a_point_off_the_axes_is_an_outcome_with_its_reason():
    class Off(Everything):
        def begin(self, known):
            super().begin(known)
            self.points = [(0, -1), (2, 1)]

    found = nanonas.run_search(Closeness(), strategy=Off(), **PROBLEM)
    assert found.journal[0]["feasible"] is False
    assert "k" in found.journal[0]["reason"]
    assert found.candidate == (2, 1)


def test_more_effort():
    class Longer(Everything):
        def begin(self, known):
            super().begin(known)
            assert known.efforts

        def ask(self):
            efforts = [1, 3]
            return nanonas.Trial((2, 1), efforts[len(self.told)]) if len(self.told) < 2 else None

        def tell(self, outcome):
            self.told.append(outcome)

    class Patient(nanonas.Evaluator):
        efforts = True
        repeats = 2

        def evaluate(self, candidate, network, context):
            return 0.1 * context.effort + 0.01 * context.repeat

    strategy = Longer()
    found = nanonas.run_search(Patient(), strategy=strategy, **PROBLEM)
    assert [outcome.effort for outcome in strategy.told] == [1, 3]
    assert strategy.told[1].repeats == pytest.approx([0.3, 0.31])
    assert found.best["effort"] == 3
    assert found.best["score"] == pytest.approx(0.305)


def test_options_that_would_change_nothing(data):
    with pytest.raises(nanonas.ConfigError, match="--search-steps: run_search does not use it"):
        nanonas.run_search(Closeness(), search_steps=30, **PROBLEM)
    with pytest.raises(nanonas.ConfigError, match="--epochs: run_search does not use it"):
        nanonas.run_search(data, epochs=3)


def test_a_space_by_name_needs_its_problem():
    with pytest.raises(nanonas.ConfigError, match="--input and --classes: needed"):
        nanonas.run_search(Closeness())


def test_a_callback_stops_waiting_evaluators():
    class Slow(nanonas.Evaluator):
        def evaluate(self, candidate, network, context):
            while not context.stopped:
                time.sleep(0.01)
            raise KeyboardInterrupt

    def told(event):
        raise RuntimeError("enough")

    class Telling(Slow):
        def evaluate(self, candidate, network, context):
            if candidate == (1, 0):
                return 0.5
            return super().evaluate(candidate, network, context)

    began = time.monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        nanonas.run_search(
            Telling(), strategy=Everything(), on_event=told, workers=2, **PROBLEM
        )
    assert time.monotonic() - began < 10


class SmallBlocks(Blocks):
    """For images of 12x12, as the engine trains them: no pool at the end."""

    name = "small blocks"

    def build(self, candidate):
        width, blocks, pool = candidate
        network = nanonas.Network((12, 12, 1))
        for block in range(blocks):
            network.add(f"block{block}.conv", nanonas.Conv2d(width))
            network.add(f"block{block}.bn", nanonas.BatchNorm())
            network.add(f"block{block}.relu", nanonas.Relu())
            if pool == 0 and block + 1 < blocks:
                network.add(f"block{block}.pool", nanonas.MaxPool2d(2))
        network.add("average", nanonas.GlobalAveragePool())
        network.add("classifier", nanonas.Dense(4))
        network.add("softmax", nanonas.Softmax())
        return network


class Corner(Everything):
    """Few points only."""

    name = "corner"

    def begin(self, known):
        super().begin(known)
        self.points = [point for point in self.points if point[0] <= 8 and point[1] <= 2]


def test_a_whole_search_of_parts_of_ones_own(data, tmp_path):
    own = {"evaluator": Macc(), "space": SmallBlocks(), "fingerprint": "of macc"}
    run = nanonas.search(data, strategy=Corner(), out=tmp_path / "run", **own, **SMALL)
    winner = max((row for row in run.journal if "score" in row), key=lambda row: row["score"])
    assert {name: run.winner[name] for name in ("width", "blocks", "pool")} == winner["candidate"]
    assert run.winner["score"] == winner["score"]
    assert run.report["accuracy"]["validation"]["float"] > 0.3  # trained as ever
    assert (tmp_path / "run" / "winner" / "c" / "model.c").exists()
    assert run.predict(data.images[:5]).shape == (5,)
    # Finished: given again, with the same parts and with others.
    assert nanonas.search(
        data, strategy=Corner(), out=run.path, resume=True, **own, **SMALL
    ).report == run.report
    with pytest.raises(nanonas.DataError, match="the parts of its search have changed"):
        nanonas.search(data, out=run.path, resume=True, **{**own, "fingerprint": "x"}, **SMALL)
    with pytest.raises(nanonas.DataError, match="the parts of its search have changed"):
        nanonas.search(data, out=run.path, resume=True, **SMALL)


def test_a_stopped_search_of_own_parts_goes_on_in_the_same_bytes(data, tmp_path):
    parts = {"space": SmallBlocks(), "search_only": True}
    small = {name: value for name, value in SMALL.items() if name not in ("epochs", "batch", "check_images")}
    whole = nanonas.search(data, strategy=Corner(), out=tmp_path / "whole", **parts, **small)
    decided = []

    def stop(event):
        decided.extend([event] if isinstance(event, nanonas.Decided) else [])
        if len(decided) == 3:
            raise RuntimeError("enough")

    out = tmp_path / "stopped"
    with pytest.raises(RuntimeError, match="enough"):
        nanonas.search(data, strategy=Corner(), out=out, on_event=stop, **parts, **small)
    again = nanonas.search(data, strategy=Corner(), out=out, resume=True, **parts, **small)
    journals = [(tmp_path / name / "journal.jsonl").read_bytes() for name in ("whole", "stopped")]
    assert journals[0] == journals[1]
    assert again.winner == whole.winner


def test_own_parts_where_they_cannot_be(data):
    with pytest.raises(nanonas.ConfigError, match="executor: not together with an evaluator"):
        with ThreadPoolExecutor(1) as executor:
            nanonas.search(data, evaluator=Macc(), executor=executor, **SMALL)
    with pytest.raises(nanonas.ConfigError, match="--workers-from: not together with an evaluator"):
        nanonas.search(data, evaluator=Macc(), workers_from="cmd:false", **SMALL)
