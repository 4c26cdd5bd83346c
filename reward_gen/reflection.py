"""What a training run says about each term of its reward.

The format, about ten values of every term over training beside the success rate, follows Eureka
(Ma et al. 2023, "Eureka: Human-Level Reward Design via Coding Large Language Models", section 3.3). The
flags are ours: they say in a word what a reader of those numbers would look for.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..envs import Evaluation, TrainingTrace
from .reflection_flags import FLAGS, flags_of, rank_correlation, shares_of

POINTS = 10


@dataclass(frozen=True)
class TermReport:
    """One term over training, in P equal stretches.

    Attributes:
        name: the term's name in the program.
        mean: (P,) mean of the term in each stretch.
        low: (P,) smallest value in each stretch.
        high: (P,) largest value in each stretch.
        share: the term's part of the size of all terms together, in [0, 1].
        with_success: rank correlation of the term's mean with the success rate, in [-1, 1].
        flags: findings, each a key of `FLAGS`.
    """

    name: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    share: float
    with_success: float
    flags: tuple[str, ...] = ()

    def has(self, flag: str) -> bool:
        """Whether `flag` was raised."""
        return flag in self.flags


@dataclass(frozen=True)
class Reflection:
    """A training run in a page: the success curve, the total reward, each term, the final evaluation.

    Attributes:
        steps: (P,) environment steps at the end of each stretch.
        success: (P,) mean success rate on selection seeds in each stretch.
        reward: (P,) mean of the total reward in each stretch; empty where the trace has none.
        terms: a report for each term, in the order of the program.
        episodes: episodes of the final evaluation.
        final_success: their success rate.
        final_metric: their mean task metric.
        final_length: their mean length in steps.
    """

    steps: tuple[int, ...]
    success: tuple[float, ...]
    reward: tuple[float, ...]
    terms: tuple[TermReport, ...]
    episodes: int
    final_success: float
    final_metric: float
    final_length: float

    def term(self, name: str) -> TermReport | None:
        """The report on the term called `name`, if there is one."""
        return next((term for term in self.terms if term.name == name), None)

    def text(self) -> str:
        """The reflection as it stands in a prompt."""
        lines = [
            f"Final evaluation, {self.episodes} episodes: success rate {self.final_success:.2f}, "
            f"task metric {self.final_metric:.3g}, mean length {self.final_length:.0f} steps.",
            f"environment steps at the end of each stretch: {', '.join(str(count) for count in self.steps)}",
            f"success rate: {_curve(self.success)}",
        ]
        if self.reward:
            lines.append(f"total reward, mean per step: {_curve(self.reward)}")
        for term in self.terms:
            lines.append(
                f"term `{term.name}`, mean per step: {_curve(term.mean, term.low, term.high)}; "
                f"{term.share:.0%} of the size of all terms; "
                f"rank correlation with success {term.with_success:+.2f}"
            )
            lines += [f"  {flag.upper()}: {FLAGS[flag]}" for flag in term.flags]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reflection:
        """Read what `to_dict` wrote, also after a round trip through JSON."""
        terms = tuple(TermReport(**_tuples(term)) for term in data["terms"])
        return cls(**_tuples({**data, "terms": terms}))


def reflect(trace: TrainingTrace, evaluation: Evaluation) -> Reflection:
    """What `trace` and the final `evaluation` say about each term of the reward.

    Args:
        trace: checkpoints of the run; its term ``reward`` is the total that the agent received.
        evaluation: final episodes on selection seeds.

    Raises:
        ValueError: the trace holds values that are not finite.

    >>> steps = np.arange(1, 5) * 1000
    >>> reach = np.stack([np.zeros(4), np.linspace(0.1, 0.6, 4), np.ones(4)], axis=1)
    >>> trace = TrainingTrace(steps, np.linspace(0, 0.9, 4), {"reach": reach, "bonus": np.ones((4, 3))})
    >>> evaluation = Evaluation(np.arange(2), np.ones(2, bool), np.ones(2), np.full(2, 50))
    >>> [(term.name, term.flags) for term in reflect(trace, evaluation).terms]
    [('reach', ()), ('bonus', ('dead',))]
    """
    success = np.asarray(trace.success, float)
    values = {name: np.asarray(rows, float) for name, rows in trace.terms.items()}
    broken = [name for name, rows in {**values, "success": success}.items() if not np.isfinite(rows).all()]
    if broken:
        raise ValueError(f"a reflection needs finite values, but the trace of {', '.join(broken)} has others")
    total = values.pop("reward", None)
    shares = shares_of(values)
    varying = sum(share > 0 for share in shares.values())
    return Reflection(
        steps=tuple(int(stretch[-1]) for stretch in _stretches(np.asarray(trace.steps))),
        success=_means(success),
        reward=() if total is None else _means(total[:, 1]),
        terms=tuple(_report(name, rows, shares[name], success, varying) for name, rows in values.items()),
        episodes=len(evaluation.seeds),
        final_success=evaluation.success_rate,
        final_metric=float(np.mean(evaluation.metric)),
        final_length=float(np.mean(evaluation.length)),
    )


def _report(name: str, rows: np.ndarray, share: float, success: np.ndarray, varying: int) -> TermReport:
    stretches = _stretches(rows)
    return TermReport(
        name=name,
        mean=_means(rows[:, 1]),
        low=tuple(float(stretch[:, 0].min()) for stretch in stretches),
        high=tuple(float(stretch[:, 2].max()) for stretch in stretches),
        share=share,
        with_success=rank_correlation(rows[:, 1], success),
        flags=flags_of(rows, share, success, varying),
    )


def _stretches(rows: np.ndarray) -> list[np.ndarray]:
    """The checkpoints (K, ...) in at most `POINTS` parts of nearly equal length."""
    return np.array_split(rows, min(POINTS, len(rows))) if len(rows) else []


def _means(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(stretch.mean()) for stretch in _stretches(values))


def _curve(mean: tuple[float, ...], low: tuple[float, ...] = (), high: tuple[float, ...] = ()) -> str:
    """The points of a curve, then its smallest, mean and largest value over all of training."""
    if not mean:
        return "no values"
    row = ", ".join(_number(value) for value in mean)
    smallest, middle, largest = min(low or mean), float(np.mean(mean)), max(high or mean)
    return f"{row}; min {_number(smallest)}, mean {_number(middle)}, max {_number(largest)}"


def _number(value: float) -> str:
    return f"{value:.3g}"


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
