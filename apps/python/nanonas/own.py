"""Parts of a search of your own: what to try, how good it is, which networks there are."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ._native import EvaluationContext, Known, Network

Point = tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """A candidate, and how many times the training of a first look its score is worth."""

    candidate: Point
    effort: int = 1


@dataclass(frozen=True)
class Outcome:
    """What became of a trial. No score: over budget, no network, or unknown to the evaluator."""

    candidate: Point
    effort: int = 1
    score: float | None = None
    repeats: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Evaluation:
    """A score, higher is better; ``infeasible`` says why there is none."""

    score: float = 0.0
    curve: Sequence[float] = ()
    infeasible: str | None = None


@dataclass(frozen=True)
class Axis:
    """Whole numbers from ``low`` to ``high`` in steps, or ``choices`` by name, which count from 0."""

    name: str
    low: int = 0
    high: int = 0
    step: int = 1
    choices: Sequence[str] = ()

    @classmethod
    def of_choices(cls, name: str, choices: Sequence[str]) -> "Axis":
        return cls(name, 0, len(choices) - 1, 1, tuple(choices))


class Strategy(ABC):
    """Decides what is tried. Asked by one thread, one trial at a time; with the same outcomes it
    must ask for the same trials, so that a search can be resumed."""

    name = "own"

    def begin(self, known: Known) -> None:
        """Once, before the first ask: the axes, and ``known.fits(candidate)``."""

    @abstractmethod
    def ask(self) -> Point | Trial | None:
        """The next candidate; None when the search is over."""

    @abstractmethod
    def tell(self, outcome: Outcome) -> None:
        """The outcome of what was last asked for."""

    def best(self) -> Outcome | None:
        """None: the first of the highest scores."""
        return None

    def likely_next(self, count: int) -> Iterable[Point | Trial]:
        """Hints for idle workers, likeliest first; they never change the answer."""
        return ()

    def conclusion(self) -> list[str]:
        """Why it ended, a sentence a line."""
        return []


class Evaluator(ABC):
    """Scores candidates. A pure function of what it is given; called by several threads."""

    repeats = 1  #: evaluations of one candidate, of which the score is the mean
    efforts = False  #: whether a trial of more effort is trained for longer

    def knows(self, candidate: Point) -> bool:
        """False when a candidate is certain to be infeasible here."""
        return True

    @abstractmethod
    def evaluate(
        self, candidate: Point, network: Network | None, context: EvaluationContext
    ) -> float | Evaluation:
        """One repeat. Long work should look at ``context.stopped`` and raise KeyboardInterrupt."""


class SearchSpace(ABC):
    """A family of networks."""

    name = "own"

    @abstractmethod
    def axes(self) -> Sequence[Axis]:
        """The same for the whole search."""

    @abstractmethod
    def build(self, candidate: Point) -> Network:
        """The same network for the same point. Raises NetworkError for a point that is none."""
