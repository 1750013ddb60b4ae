"""Hardware-aware neural architecture search for microcontrollers, without a GPU."""

from ._native import (
    BatchNorm,
    Conv2d,
    Dense,
    DepthwiseConv2d,
    Dropout,
    EvaluationContext,
    GlobalAveragePool,
    Known,
    MaxPool2d,
    Network,
    Relu,
    Softmax,
    __version__,
)
from ._run import Run, profile, search, train
from ._search import SearchResult, run_search
from .dataset import Dataset
from .errors import (
    ConfigError,
    DataError,
    Error,
    ExportError,
    IoError,
    NetworkError,
    NothingFits,
)
from .events import Began, Decided, Event, Message, Progress
from .own import Axis, Evaluation, Evaluator, Outcome, SearchSpace, Strategy, Trial

__all__ = [
    "Axis",
    "BatchNorm",
    "Began",
    "ConfigError",
    "Conv2d",
    "DataError",
    "Dataset",
    "Decided",
    "Dense",
    "DepthwiseConv2d",
    "Dropout",
    "Error",
    "Evaluation",
    "EvaluationContext",
    "Evaluator",
    "Event",
    "ExportError",
    "GlobalAveragePool",
    "IoError",
    "Known",
    "MaxPool2d",
    "Message",
    "Network",
    "NetworkError",
    "NothingFits",
    "Outcome",
    "Progress",
    "Relu",
    "Run",
    "SearchResult",
    "SearchSpace",
    "Softmax",
    "Strategy",
    "Trial",
    "__version__",
    "profile",
    "run_search",
    "search",
    "train",
]
