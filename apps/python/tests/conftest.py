"""Small images that a network learns in a second: a bright square in noise, in one of four corners."""

import numpy as np
import pytest

import nanonas

#: Options of a run that takes a second or two.
SMALL = {
    "ram": "6KiB",
    "flash": "12KiB",
    "search_steps": 40,
    "repeats": 2,
    "epochs": 3,
    "batch": 16,
    "check_images": 0,
    "workers": 2,
}


def corners(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 4
    images = rng.integers(40, 160, (count, 12, 12, 1), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = 6 * (label // 2), 6 * (label % 2)
        image[row : row + 6, column : column + 6] += 70
    return images, labels


def dataset(count: int = 240, seed: int = 1) -> nanonas.Dataset:
    images, labels = corners(count, seed)
    return nanonas.Dataset.from_arrays(images, labels, ["a", "b", "c", "d"], "corners")


@pytest.fixture(scope="session")
def data() -> nanonas.Dataset:
    return dataset()


@pytest.fixture(scope="session")
def finished(data, tmp_path_factory) -> nanonas.Run:
    """A run with its products; not to be changed."""
    out = tmp_path_factory.mktemp("finished") / "run"
    return nanonas.search(data, test=dataset(80, 2), out=out, **SMALL)
