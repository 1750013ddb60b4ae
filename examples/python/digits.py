"""A search with a strategy of one's own on scikit-learn's handwritten digits, from arrays to C, and
what it found as a picture.

    python examples/python/digits.py [FOLDER]
"""

import random
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import nanonas
from nanonas.own import Point

TARGET = "stm32l010rb"
RAM = "3KiB"
FLASH = "12KiB"


class Evolution(nanonas.Strategy):
    """Random points first, then mutations of the best few. All randomness comes from one seed."""

    name = "evolution"

    def __init__(self, trials: int = 24, seed: int = 1) -> None:
        self.trials = trials
        self.random = random.Random(seed)
        self.tried: list[nanonas.Outcome] = []
        self.next: Point | None = None

    def begin(self, known: nanonas.Known) -> None:
        self.known = known

    def ask(self) -> Point | None:
        if len(self.tried) == self.trials:
            return None
        if self.next is None:
            self.next = self.mutant() if len(self.tried) >= 8 else self.sample()
        return self.next

    def tell(self, outcome: nanonas.Outcome) -> None:
        self.tried.append(outcome)
        self.next = None

    def sample(self) -> Point:
        """A point that fits, which is known before anything is trained."""
        while True:
            point = tuple(
                self.random.randint(axis.low, min(axis.high, axis.low + 15))
                for axis in self.known.axes
            )
            if self.known.fits(point):
                return point

    def mutant(self) -> Point:
        scored = [outcome for outcome in self.tried if outcome.score is not None]
        best = sorted(scored, key=lambda outcome: outcome.score or 0.0, reverse=True)[:4]
        point = list(self.random.choice(best).candidate)
        place = self.random.randrange(len(point))
        axis = self.known.axes[place]
        point[place] = min(max(point[place] + self.random.choice([-2, -1, 1, 2]), axis.low), axis.high)
        return tuple(point)


def plot(found: nanonas.SearchResult, run: nanonas.Run, file: Path) -> None:
    figure, (tried, confusion) = plt.subplots(1, 2, figsize=(10, 4))
    rows = [row for row in found.journal if row["feasible"]]
    dots = tried.scatter(
        [row["flash_bytes"] / 1024 for row in rows],
        [100 * row["score"] for row in rows],
        c=[row["index"] for row in rows],
    )
    figure.colorbar(dots, label="candidate")
    tried.set(xlabel="flash, KiB", ylabel="first look, %", title="what the search tried")
    table = np.array(run.evaluate(test_digits())["confusion"])
    confusion.imshow(np.log1p(table))
    confusion.set(xlabel="int8 network says", ylabel="digit", title="test images")
    figure.tight_layout()
    figure.savefig(file)


def digits(rows: slice) -> nanonas.Dataset:
    """8x8 images of 0 to 16, here of 0 to 240."""
    loaded = load_digits()
    images = (loaded.images[rows] * 15).astype(np.uint8)
    return nanonas.Dataset.from_arrays(images, loaded.target[rows], name="digits")


def training_digits() -> nanonas.Dataset:
    return digits(slice(0, 1400))


def test_digits() -> nanonas.Dataset:
    return digits(slice(1400, None))


def told(event: nanonas.Event) -> None:
    if isinstance(event, nanonas.Decided) and event.best:
        print(f"  {event.row['index'] + 1:3} {event.row['candidate']} {event.row['score']:.3f}")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = training_digits()
    print(data)
    found = nanonas.run_search(
        data, strategy=Evolution(), target=TARGET, ram=RAM, flash=FLASH, search_steps=200,
        on_event=told,
    )
    assert found.candidate is not None
    run = nanonas.train(
        data, found.candidate, TARGET, ram=RAM, flash=FLASH, test=test_digits(), epochs=20,
        out=folder / "run", resume=True,
    )
    cost, accuracy = run.report["cost"], run.report["accuracy"]["test"]
    print(
        f"{run.winner['name']}: {cost['ram_bytes']['value']} B of RAM, {cost['flash_bytes']['value']}"
        f" B of flash, {100 * accuracy['int8']:.1f} % of {accuracy['images']} test images right"
    )
    plot(found, run, folder / "digits.png")
    print(f"{folder / 'digits.png'}, C in {run.path}/winner/c")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "digits.out"))
