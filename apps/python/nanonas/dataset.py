"""Labelled images: arrays, folders, data sets of Hugging Face."""

import os
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _native
from .errors import DataError

Pixels = npt.NDArray[np.uint8]


def pixels_of(images: npt.ArrayLike, name: str = "images") -> Pixels:
    """[image][row][column][channel] of uint8, contiguous; the same memory where it is that already."""
    array = np.asarray(images)
    if array.dtype != np.uint8:
        raise DataError(f"{name}: {array.dtype} pixels, expected uint8 (0 to 255)")
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4:
        raise DataError(
            f"{name}: an array of {array.ndim} dimensions, expected images, rows, columns"
            " and channels"
        )
    return np.ascontiguousarray(array)


def _classes_and_rows(
    labels: npt.ArrayLike, classes: Sequence[str] | None, name: str
) -> tuple[list[str], npt.NDArray[np.int32]]:
    array = np.asarray(labels)
    if array.ndim != 1:
        raise DataError(f"{name}: labels of {array.ndim} dimensions, expected one label an image")
    if array.dtype.kind in "US":
        names = sorted({str(each) for each in array}) if classes is None else list(classes)
        rows = {each: row for row, each in enumerate(names)}
        unknown = sorted({str(each) for each in array} - set(names))
        if unknown:
            raise DataError(f"{name}: label {unknown[0]!r} is none of the classes")
        return names, np.array([rows[str(each)] for each in array], dtype=np.int32)
    if array.dtype.kind not in "iu":
        raise DataError(f"{name}: {array.dtype} labels, expected whole numbers or names")
    if array.size and (array.min() < 0 or array.max() > np.iinfo(np.int32).max):
        raise DataError(f"{name}: labels from {array.min()} to {array.max()}, expected from 0 on")
    if classes is None:
        if array.size and array.max() >= array.size:
            raise DataError(f"{name}: label {array.max()} of {array.size} images; name the classes")
        classes = [str(row) for row in range(int(array.max(initial=-1)) + 1)]
    return list(classes), np.ascontiguousarray(array, dtype=np.int32)


class Dataset:
    """Images of one shape with their classes."""

    def __init__(self, native: _native.ImageSet, name: str, origin: tuple[Any, ...]) -> None:
        self._native = native
        self._origin = origin  # how another process makes it again
        self.name = name

    @classmethod
    def from_arrays(
        cls,
        images: npt.ArrayLike,
        labels: npt.ArrayLike,
        classes: Sequence[str] | None = None,
        name: str = "arrays",
    ) -> "Dataset":
        """uint8 images [image][row][column][channel] (or without the last: grey), and a label for
        each: a row of ``classes``, or a name. The array is used where it is, unless it is not
        contiguous, and must not be changed meanwhile. ``name`` is for messages and directories."""
        if not name or "/" in name:
            raise DataError(f"name: {name!r} of a data set, expected a word without /")
        pixels = pixels_of(images, name)
        names, rows = _classes_and_rows(labels, classes, name)
        return cls(
            _native.from_arrays(pixels, rows, names, name),
            name,
            ("from_arrays", pixels, rows, names, name),
        )

    @classmethod
    def from_folder(
        cls,
        path: str | os.PathLike[str],
        *,
        split: Literal["train", "test"] = "train",
        input: str | Sequence[int] | None = None,
        skip_bad: bool = False,
    ) -> "Dataset":
        """Whatever ``data=`` reads, in memory once and for many runs: a folder with one sub-folder
        per class, IDX files, CIFAR-10 batches. ``input`` as the option: the images are resized."""
        place = os.fsdecode(path)
        size = input if input is None or isinstance(input, str) else "x".join(map(str, input))
        native = _native.from_folder(place, split == "test", size, skip_bad)
        name = os.path.basename(os.path.abspath(place))
        origin = ("from_folder", place, {"split": split, "input": size, "skip_bad": skip_bad})
        return cls(native, name, origin)

    @classmethod
    def from_huggingface(
        cls,
        dataset: Any,
        *,
        image: str = "image",
        label: str = "label",
        size: tuple[int, int] | None = None,
        grey: bool = False,
        name: str = "huggingface",
    ) -> "Dataset":
        """A data set of Hugging Face ``datasets``: ``image`` and ``label`` are its columns. Images
        of different sizes need ``size`` (height, width), to which Pillow resizes them."""
        pixels: list[npt.NDArray[Any]] = []
        for row, value in enumerate(dataset[image]):
            if hasattr(value, "convert"):  # Pillow's
                value = value.convert("L" if grey else "RGB")
                if size is not None:
                    value = value.resize((size[1], size[0]))
            array = np.asarray(value)
            if pixels and array.shape != pixels[0].shape:
                raise DataError(
                    f"{name}: image {row} is of {array.shape}, those before of"
                    f" {pixels[0].shape}; size=(height, width) makes them the same"
                )
            pixels.append(array)
        if not pixels:
            raise DataError(f"{name}: no images")
        features = getattr(dataset, "features", None)
        feature = features[label] if features is not None and label in features else None
        classes = getattr(feature, "names", None)
        return cls.from_arrays(np.stack(pixels), np.asarray(dataset[label]), classes, name)

    @property
    def images(self) -> Pixels:
        """[image][row][column][channel], not to be written to."""
        return self._native.images

    @property
    def labels(self) -> npt.NDArray[np.int32]:
        """A row of ``classes`` for each image."""
        return self._native.labels

    @property
    def classes(self) -> list[str]:
        return self._native.classes

    @property
    def fingerprint(self) -> int:
        """Of pixels and labels: that of the same images however they were read."""
        return self._native.fingerprint

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"<nanonas.Dataset {self._native.description}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, self._origin


def _again(how: str, *arguments: Any) -> Dataset:
    if how == "from_folder":
        return Dataset.from_folder(arguments[0], **arguments[1])
    return Dataset.from_arrays(*arguments)
