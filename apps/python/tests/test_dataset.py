import gc
import pickle

import numpy as np
import pytest
from conftest import corners, dataset

import nanonas


def test_an_array_is_used_where_it_is():
    images, labels = corners(8, 1)
    data = nanonas.Dataset.from_arrays(images, labels)
    assert np.shares_memory(data.images, images)
    assert data.images.shape == (8, 12, 12, 1)
    assert not data.images.flags.writeable
    assert data.classes == ["0", "1", "2", "3"]
    assert len(data) == 8


def test_the_array_lives_as_long_as_the_set_and_its_views():
    images, labels = corners(8, 1)
    expected = images.copy()
    view = nanonas.Dataset.from_arrays(images, labels).images
    del images
    gc.collect()
    assert (view == expected).all()


def test_strided_and_grey_arrays_make_the_same_set():
    images, labels = corners(8, 1)
    data = nanonas.Dataset.from_arrays(images, labels)
    mirrored_twice = images[:, :, ::-1][:, :, ::-1]
    assert nanonas.Dataset.from_arrays(mirrored_twice, labels).fingerprint == data.fingerprint
    assert nanonas.Dataset.from_arrays(images[..., 0], labels).fingerprint == data.fingerprint
    backwards = nanonas.Dataset.from_arrays(images[::-1], labels[::-1])
    assert backwards.fingerprint != data.fingerprint
    assert (backwards.images == images[::-1]).all()


def test_labels_by_name():
    images, _ = corners(4, 1)
    data = nanonas.Dataset.from_arrays(images, ["cat", "dog", "cat", "bird"])
    assert data.classes == ["bird", "cat", "dog"]
    assert data.labels.tolist() == [1, 2, 1, 0]


def test_pickled():
    again = pickle.loads(pickle.dumps(dataset()))
    assert again.fingerprint == dataset().fingerprint
    assert again.classes == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("images", "labels", "classes", "message"),
    [
        (np.zeros((2, 4, 4, 1)), [0, 1], None, "float64 pixels, expected uint8"),
        (np.zeros((2, 4), np.uint8), [0, 1], None, "an array of 2 dimensions"),
        (np.zeros((2, 4, 4, 2), np.uint8), [0, 1], None, "images of 4x4x2, expected HxWx1"),
        (np.zeros((2, 4, 4), np.uint8), [0, 1, 0], None, "2 images, but 3 labels"),
        (np.zeros((2, 4, 4), np.uint8), [0, 2], ["a", "b"], "image 1: label 2 is not in"),
        (np.zeros((2, 4, 4), np.uint8), [0, -1], None, "labels from -1"),
        (np.zeros((2, 4, 4), np.uint8), [0.5, 1], None, "float64 labels"),
        (np.zeros((2, 4, 4), np.uint8), ["a", "x"], ["a", "b"], "label 'x' is none of"),
        (np.zeros((2, 4, 4), np.uint8), [0, 1], ["a"], "1 class names, expected from 2"),
        (np.zeros((2, 4, 4), np.uint8), [0, 1], ["a", "a"], "class"),
        (np.zeros((0, 4, 4), np.uint8), [], ["a", "b"], "no images"),
    ],
)
def test_bad_arrays(images, labels, classes, message):
    if not labels:
        labels = np.zeros(0, np.int64)
    with pytest.raises(nanonas.DataError, match=message) as error:
        nanonas.Dataset.from_arrays(images, labels, classes)
    assert "\n" not in str(error.value)


def folder_of(path, images, labels):
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = path / f"class{label}"
        place.mkdir(exist_ok=True)
        (place / f"{row:03}.pgm").write_bytes(b"P5 12 12 255\n" + image.tobytes())


def test_a_folder_and_its_arrays_are_the_same_set(tmp_path):
    images, labels = corners(16, 1)
    folder_of(tmp_path, images, labels)
    data = nanonas.Dataset.from_folder(tmp_path)
    assert data.classes == ["class0", "class1", "class2", "class3"]
    same = nanonas.Dataset.from_arrays(data.images, data.labels, data.classes)
    assert same.fingerprint == data.fingerprint
    assert sorted(image.tobytes() for image in data.images) == sorted(
        image.tobytes() for image in images
    )
    assert nanonas.Dataset.from_folder(tmp_path, input=(6, 6, 3)).images.shape == (16, 6, 6, 3)
    assert pickle.loads(pickle.dumps(data)).fingerprint == data.fingerprint


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(nanonas.Error, match="nowhere"):
        nanonas.Dataset.from_folder(tmp_path / "nowhere")


def test_hugging_face():
    datasets = pytest.importorskip("datasets")
    pillow = pytest.importorskip("PIL.Image")
    images, labels = corners(8, 1)
    features = datasets.Features(
        {
            "picture": datasets.Image(),
            "corner": datasets.ClassLabel(names=["a", "b", "c", "d"]),
        }
    )
    columns = {
        "picture": [pillow.fromarray(image[..., 0]) for image in images],
        "corner": labels.tolist(),
    }
    hub = datasets.Dataset.from_dict(columns, features=features)
    data = nanonas.Dataset.from_huggingface(hub, image="picture", label="corner", grey=True)
    assert (data.images == images).all()
    assert data.classes == ["a", "b", "c", "d"]
    small = nanonas.Dataset.from_huggingface(hub, image="picture", label="corner", size=(6, 4))
    assert small.images.shape == (8, 6, 4, 3)
