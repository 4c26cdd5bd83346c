"""Rank correlations with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import kendalltau, rankdata  # type: ignore[import-untyped]

from ...envs import UserError

Kind = Literal["spearman", "kendall"]


@dataclass(frozen=True)
class Correlation:
    """A rank correlation of `count` pairs with a 95% interval; NaN where one side never varies."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return "-" if np.isnan(self.value) else f"{self.value:+.2f} [{self.low:+.2f}, {self.high:+.2f}]"


def rank_correlation(
    first: np.ndarray,
    second: np.ndarray,
    rng: np.random.Generator,
    kind: Kind = "spearman",
    resamples: int = 1_000,
) -> Correlation:
    """Rank correlation of two columns (N,) with a percentile bootstrap interval over their rows.

    Equal values share their mean rank (Spearman's rho), or count as neither order (Kendall's tau-b). A
    resample in which one column does not vary has no correlation and is left out.

    Args:
        first: finite values.
        second: finite values.
        rng: source of the resampling.
        kind: which coefficient.
        resamples: bootstrap resamples.

    Raises:
        UserError: if the columns do not match, or a value is not finite.

    >>> rank_correlation(np.arange(5), np.arange(5) ** 3, np.random.default_rng(0)).value
    1.0
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape or first.ndim != 1 or not np.isfinite([first, second]).all():
        raise UserError(
            f"a rank correlation takes two columns (N,) of finite values, got {first.shape} and "
            f"{second.shape}; leave out rows without a value"
        )
    rows = rng.integers(len(first), size=(resamples, len(first)))
    found = _coefficients(first[rows], second[rows], kind)
    found = found[np.isfinite(found)]
    low, high = np.quantile(found, [0.025, 0.975]) if len(found) else (np.nan, np.nan)
    value = _coefficients(first[None], second[None], kind)[0]
    return Correlation(float(value), float(low), float(high), len(first))


def null_range(
    first: np.ndarray, second: np.ndarray, rng: np.random.Generator, shuffles: int = 1_000
) -> tuple[float, float]:
    """Where 95% of Spearman's rho lie when `first` (N,) says nothing of `second` (N,): it is shuffled."""
    shuffled = rng.permuted(np.tile(first, (shuffles, 1)), axis=1)
    found = _coefficients(shuffled, np.broadcast_to(second, shuffled.shape), "spearman")
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _coefficients(first: np.ndarray, second: np.ndarray, kind: Kind) -> np.ndarray:
    """One coefficient for each row of (B, N) and (B, N); NaN where a row does not vary."""
    if kind == "kendall":
        return np.array([kendalltau(a, b).statistic for a, b in zip(first, second, strict=True)])
    ranks = [rankdata(values, axis=1) for values in (first, second)]
    one, other = (r - r.mean(axis=1, keepdims=True) for r in ranks)
    sizes = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    together = (one * other).sum(axis=1)
    return np.divide(together, sizes, out=np.full(len(sizes), np.nan), where=sizes > 0)
