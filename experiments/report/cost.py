"""What an experiment cost: environment steps, seconds, tokens, money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..store import Candidate, Run
from .tables import Table

_HEADER = ("", "environment steps", "training", "tokens read", "tokens written", "money", "model's answers")


@dataclass(frozen=True)
class Cost:
    """What one part of an experiment cost.

    Attributes:
        steps: environment steps of all trainings.
        seconds: of all trainings, summed; of a population, its members' shares. None where an older store
            did not note it.
        read: tokens that a language model read; 0 where none was asked, or its server did not count.
        written: tokens that it wrote.
        money: in the currency of the prices that were given; 0 where none were.
        waited: seconds of all requests, summed.
    """

    steps: int = 0
    seconds: float | None = 0.0
    read: float = 0.0
    written: float = 0.0
    money: float = 0.0
    waited: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        seconds = (self.seconds or 0.0) + (other.seconds or 0.0)
        return Cost(
            self.steps + other.steps,
            None if self.seconds is None and other.seconds is None else seconds,
            self.read + other.read,
            self.written + other.written,
            self.money + other.money,
            self.waited + other.waited,
        )


def search_cost(candidates: Sequence[Candidate]) -> Cost:
    """The cost of a search that proposed `candidates`."""

    def used(name: str) -> float:
        return sum(float(c.usage.get(name, 0.0)) for c in candidates)

    return Cost(
        sum(c.steps for c in candidates),
        sum(c.seconds for c in candidates),
        used("prompt_tokens"),
        used("completion_tokens"),
        used("cost"),
        used("seconds"),
    )


def final_cost(runs: Sequence[Run]) -> Cost:
    """The cost of the final test, its seconds as far as noted."""
    traces = [run.trace for run in runs if run.trace is not None and len(run.trace.steps)]
    noted = [run.seconds for run in runs if run.seconds is not None]
    return Cost(sum(int(trace.steps[-1]) for trace in traces), sum(noted) if noted or not traces else None)


def cost_table(search: Cost, test: Cost) -> Table:
    """Search, final test and both; columns of a language model only where one was asked."""
    rows = [("search", search), ("final test", test), ("together", search + test)]
    cells = [(name, *_cells(cost)) for name, cost in rows]
    shown = [i for i in range(len(_HEADER)) if i < 3 or any(row[i] for row in cells)]
    return Table(tuple(_HEADER[i] for i in shown), tuple(tuple(row[i] for i in shown) for row in cells))


def duration(seconds: float) -> str:
    """Seconds as a person says them.

    >>> duration(4.21), duration(75), duration(7300)
    ('4.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _cells(cost: Cost) -> tuple[str, ...]:
    return (
        f"{cost.steps:,}",
        "not noted" if cost.seconds is None else duration(cost.seconds),
        f"{cost.read:,.0f}" if cost.read else "",
        f"{cost.written:,.0f}" if cost.written else "",
        f"{cost.money:.4g}" if cost.money else "",
        duration(cost.waited) if cost.waited else "",
    )
