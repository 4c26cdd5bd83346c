"""Ways to an interval of the IQM, to hold beside each other; the last is the one that the package uses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr, ndtri  # type: ignore[import-untyped]

from ..comparison.statistics.resampling import expanded_tail

Bounds = tuple[float, float]


class Resampled:
    """One sample (N, M) and the IQMs of its resamples, from which each method takes its interval.

    Attributes:
        scores: (N, M) the sample.
        value: its IQM.
        values: (B,) the resamples' IQMs.
        error: standard error of the sample's IQM from its winsorised runs, within tasks (Yuen 1974).
        errors: (B,) that of each resample.
    """

    def __init__(self, scores: np.ndarray, rng: np.random.Generator, resamples: int):
        runs, tasks = scores.shape
        rows = rng.integers(runs, size=(resamples, runs, tasks))
        drawn = scores[rows, np.arange(tasks)]
        self.scores = scores
        value, influence, error = _iqm_and_error(scores[None])
        self.value, self.influence, self.error = float(value[0]), influence[0], float(error[0])
        self.values, _, self.errors = _iqm_and_error(drawn)


def percentile(sample: Resampled) -> Bounds:
    """The paper's and rliable's."""
    return _quantiles(sample.values, 0.025, 0.975)


def bca(sample: Resampled) -> Bounds:
    """Bias-corrected and accelerated (Efron 1987)."""
    below = (sample.values < sample.value).mean() + 0.5 * (sample.values == sample.value).mean()
    bias = ndtri(np.clip(below, 1e-3, 1 - 1e-3))
    centred = (sample.influence - sample.influence.mean(axis=0)).ravel()
    size = (centred**2).sum() ** 1.5
    acceleration = (centred**3).sum() / (6 * size) if size > 0 else 0.0
    ends = [bias + (bias + z) / (1 - acceleration * (bias + z)) for z in (-1.959964, 1.959964)]
    return _quantiles(sample.values, *ndtr(ends))


def bootstrap_t(sample: Resampled) -> Bounds:
    """Quantiles of the studentised resamples (Efron 1982); resamples without spread are left out."""
    known = sample.errors > 0
    if not known.any():
        return sample.value, sample.value
    studentised = (sample.values[known] - sample.value) / sample.errors[known]
    low, high = _quantiles(studentised, 0.025, 0.975)
    return sample.value - high * sample.error, sample.value - low * sample.error


def expanded(sample: Resampled) -> Bounds:
    """Percentiles further out, as `stratified_interval` takes them."""
    tail = float(expanded_tail(sample.scores))
    return _quantiles(sample.values, tail, 1 - tail)


METHODS: dict[str, Callable[[Resampled], Bounds]] = {
    "percentile": percentile,
    "BCa": bca,
    "bootstrap-t": bootstrap_t,
    "expanded": expanded,
}


def _iqm_and_error(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # (B, N, M) -> IQM (B,), each run's part in it (B, N, M), and the IQM's standard error (B,).
    runs, tasks = scores.shape[1:]
    ordered = np.sort(scores.reshape(len(scores), -1), axis=-1)
    count = ordered.shape[-1]
    cut = count // 4
    ends = ordered[:, cut, None, None], ordered[:, count - cut - 1, None, None]
    influence = np.clip(scores, *ends) * (count / (count - 2 * cut))
    error = np.sqrt(influence.var(axis=1, ddof=1).sum(axis=-1) / runs) / tasks
    return ordered[:, cut : count - cut].mean(axis=-1), influence, error


def _quantiles(values: np.ndarray, low: float, high: float) -> Bounds:
    bottom, top = np.quantile(values, [low, high])
    return float(bottom), float(top)
