from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__version__: str

Texts = dict[str, str]
Listener = Callable[..., None]
Sides = tuple[int, int, int]

def option_table() -> list[tuple[str, str]]: ...
def configs_folder(name: str) -> str: ...

class ImageSet:
    @property
    def images(self) -> npt.NDArray[np.uint8]: ...
    @property
    def labels(self) -> npt.NDArray[np.int32]: ...
    @property
    def classes(self) -> list[str]: ...
    @property
    def description(self) -> str: ...
    @property
    def fingerprint(self) -> int: ...
    @property
    def skipped(self) -> int: ...

def from_arrays(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32], classes: list[str], name: str, /
) -> ImageSet: ...
def from_folder(path: str, test: bool, input: str | None, skip_bad: bool, /) -> ImageSet: ...

class Conv2d:
    """Convolution; no bias of its own when a BatchNorm follows. Sides of 0 are as the other."""

    def __init__(
        self,
        out_channels: int = 1,
        kernel: int = 3,
        kernel_width: int = 0,
        stride: int = 1,
        stride_width: int = 0,
        valid: bool = False,
        bias: bool = False,
    ) -> None: ...
    out_channels: int
    kernel: int
    kernel_width: int
    stride: int
    stride_width: int
    valid: bool
    bias: bool

class DepthwiseConv2d:
    """``multiplier`` convolutions of each channel alone."""

    def __init__(
        self,
        multiplier: int = 1,
        kernel: int = 3,
        kernel_width: int = 0,
        stride: int = 1,
        stride_width: int = 0,
        valid: bool = False,
        bias: bool = False,
    ) -> None: ...
    multiplier: int
    kernel: int
    kernel_width: int
    stride: int
    stride_width: int
    valid: bool
    bias: bool

class BatchNorm:
    def __init__(self, epsilon: float = 1e-3, momentum: float = 0.1) -> None: ...
    epsilon: float
    momentum: float

class Relu:
    def __init__(self) -> None: ...

class MaxPool2d:
    """Square, stride = size, no padding."""

    def __init__(self, size: int = 2) -> None: ...
    size: int

class GlobalAveragePool:
    def __init__(self) -> None: ...

class Dropout:
    def __init__(self, rate: float = 0.5) -> None: ...
    rate: float

class Dense:
    def __init__(self, out_features: int = 2) -> None: ...
    out_features: int

class Softmax:
    def __init__(self) -> None: ...

Op = (
    Conv2d
    | DepthwiseConv2d
    | BatchNorm
    | Relu
    | MaxPool2d
    | GlobalAveragePool
    | Dropout
    | Dense
    | Softmax
)

class Network:
    """Operators in the order they run; value 0 is the input, i + 1 what node i writes."""

    def __init__(self, input: Sides) -> None: ...
    def add(self, name: str, op: Op, inputs: Sequence[int] | None = None) -> int:
        """Appends a node that reads the last value, or ``inputs``; the value it writes. Raises
        NetworkError when the shapes do not meet or the name is empty or taken."""

    @property
    def input(self) -> Sides: ...
    @property
    def output(self) -> Sides: ...
    @property
    def classes(self) -> int: ...
    @property
    def macc(self) -> int:
        """Multiply-accumulates for one image."""

    @property
    def nodes(self) -> list[tuple[str, str, Sides]]:
        """Name, operator and output of each."""

class KnownAxis:
    @property
    def name(self) -> str: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...
    @property
    def step(self) -> int: ...
    @property
    def choices(self) -> list[str]: ...

class Known:
    """What a strategy knows before anything is trained; good until the search ends."""

    @property
    def axes(self) -> list[KnownAxis]: ...
    @property
    def efforts(self) -> bool:
        """A trial of more effort gives a surer score."""

    def fits(self, candidate: Sequence[int]) -> bool:
        """Whether a candidate can be built and keeps to every bound."""

class EvaluationContext:
    """What an evaluation may depend on besides candidate and network."""

    @property
    def seed(self) -> int:
        """Of this candidate; derived, so that order and threads do not matter."""

    @property
    def repeat(self) -> int: ...
    @property
    def effort(self) -> int: ...
    @property
    def stopped(self) -> bool:
        """Nobody waits for this evaluation any more."""

def run(
    searches: bool,
    texts: Texts,
    images: ImageSet | None,
    test: ImageSet | None,
    evaluator: object | None,
    own_scores: object | None,
    space: object | None,
    strategy: object | None,
    fingerprint: str,
    listener: Listener,
) -> str: ...
def finished_summary(directory: str, /) -> str: ...
def run_fingerprint(directory: str, /) -> str: ...
def space_axes(space: str, /) -> list[tuple[str, int, int, int, list[str]]]: ...
def first_look_of(texts: Texts, /) -> tuple[int, str]: ...

class CandidateEvaluator:
    def __init__(self, texts: Texts, images: ImageSet | None) -> None: ...
    @property
    def arithmetic(self) -> str: ...
    def evaluate(
        self, candidate: list[int], seed: int, repeat: int, effort: int, /
    ) -> tuple[float, list[float], str | None]: ...

def run_search(
    texts: Texts,
    images: ImageSet | None,
    evaluator: object | None,
    space: object | None,
    strategy: object | None,
    journal: str,
    resume: bool,
    fingerprint: str,
    listener: Listener,
) -> dict[str, Any]: ...
def profile(texts: Texts, network: Network | None) -> str: ...
def evaluate(texts: Texts, images: ImageSet | None, listener: Listener) -> str: ...
def export_model(texts: Texts, listener: Listener, /) -> str: ...
def predict(
    model: str, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32], listener: Listener, /
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]: ...
