"""Gold against proxy: how far a reward can be climbed before what is wanted suffers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln  # type: ignore[import-untyped]

from ...envs import TrainingTrace, UserError
from ...reward_gen.reflection_flags import rank_correlation

# A decline below this part of the peak is none.
LEAST_DECLINE = 0.02


@dataclass(frozen=True)
class OverOptimisation:
    """What a gold and a proxy return do as a reward is climbed.

    Attributes:
        peak_at: the place, on the axis of the curve, where gold is highest.
        peak: gold there.
        climbed_to: the place where the proxy is highest.
        end: gold there.
        proxy_gain: what the proxy gained from the first place to its highest.
        decline: part of the peak's gold that is lost on the way from the peak to `climbed_to`; 0 where the
            proxy is highest at the peak or before it.
        score: how surely gold falls as the proxy rises past the peak: minus their rank correlation there; 0
            where there is no decline.
    """

    peak_at: float
    peak: float
    climbed_to: float
    end: float
    proxy_gain: float
    decline: float
    score: float

    @property
    def found(self) -> bool:
        """Whether the proxy was climbed past the point where that helped."""
        return self.decline > LEAST_DECLINE and self.proxy_gain > 0


def overoptimisation(
    places: np.ndarray, gold: np.ndarray, proxy: np.ndarray, *, scale: float | None = None, window: int = 1
) -> OverOptimisation:
    """Peak and decline of a gold return over the climb of a proxy.

    The curve of Gao et al. 2023 ("Scaling Laws for Reward Model Overoptimization", figure 1); over training
    steps, KL divergence or best-of-n. The decline is counted up to where the proxy is highest: what gold
    loses after that is not the proxy's doing. So gold held against itself never declines.

    Args:
        places: (K,) increasing: training steps, or KL divergence from the first policy.
        gold: (K,) what is wanted, such as success.
        proxy: (K,) mean return in the reward that is climbed.
        scale: what a decline is measured in; None takes the peak's absolute value.
        window: noisy curves are first averaged over so many neighbours.

    Raises:
        UserError: if the curves do not match, or have fewer than two places.

    >>> found = overoptimisation(np.arange(3), np.array([0.2, 0.8, 0.4]), np.array([1.0, 2.0, 3.0]))
    >>> found.peak_at, found.decline, found.found
    (1.0, 0.5, True)
    """
    places, gold, proxy = (np.asarray(values, float) for values in (places, gold, proxy))
    if not places.shape == gold.shape == proxy.shape or places.ndim != 1 or len(places) < 2:
        raise UserError(
            f"a curve of gold against proxy takes three rows (K,) of at least 2 places, got {places.shape}, "
            f"{gold.shape} and {proxy.shape}"
        )
    gold, proxy = _smooth(gold, window), _smooth(proxy, window)
    peak, top = int(np.argmax(gold)), int(np.argmax(proxy))
    lost = float(gold[peak] - gold[top]) if top > peak else 0.0
    size = abs(float(gold[peak])) if scale is None else scale
    decline = lost / size if size else 0.0
    past = slice(peak, top + 1)
    score = -rank_correlation(gold[past], proxy[past]) if decline > 0 else 0.0
    return OverOptimisation(
        peak_at=float(places[peak]),
        peak=float(gold[peak]),
        climbed_to=float(places[top]),
        end=float(gold[top]),
        proxy_gain=float(proxy[top] - proxy[0]),
        decline=decline,
        score=score,
    )


def over_training(trace: TrainingTrace, window: int = 3) -> OverOptimisation:
    """Success against the mean reward of a step over a training; a decline is one of the success rate itself.

    Raises:
        UserError: if the trace lacks the reward that the agent was paid, or has fewer than two checkpoints.
    """
    if "reward" not in trace.terms:
        raise UserError("expected a trace with the reward that the agent was paid, found no `reward` in it")
    paid = trace.terms["reward"][:, 1]
    return overoptimisation(trace.steps, trace.success, paid, scale=1.0, window=window)


def best_of_n_kl(n: int) -> float:
    """KL divergence of the best of n samples from one sample: log n - (n - 1) / n (Stiennon et al. 2020).

    >>> best_of_n_kl(1)
    0.0
    """
    if n < 1:
        raise UserError(f"the best of n takes at least 1 sample, got {n}")
    return math.log(n) - (n - 1) / n


def best_of_n(proxy: np.ndarray, gold: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Expected proxy and gold of the best of n samples by the proxy, from N samples, without sampling again.

    Over all subsets of n, the sample of rank i (of N, counted from 1) is the best of C(i - 1, n - 1) of them.
    Samples of equal proxy share their gold, as a fair coin between them would.

    Args:
        proxy: (N,) what is selected by.
        gold: (N,) what is wanted.
        sizes: (K,) int, each n from 1 to N.

    Returns:
        Proxy (K,) and gold (K,).
    """
    order = np.argsort(proxy, kind="stable")
    ranked = proxy[order]
    _, tied = np.unique(ranked, return_inverse=True)
    shared = (np.bincount(tied, gold[order]) / np.bincount(tied))[tied]
    weights = np.stack([_best_weights(len(proxy), int(n)) for n in sizes])
    return weights @ ranked, weights @ shared


def _best_weights(count: int, n: int) -> np.ndarray:
    """(count,) chance of each rank to be the best of n that are drawn without putting back."""
    if not 1 <= n <= count:
        raise UserError(f"the best of n takes 1 to {count} of as many samples, got {n}")
    ranks = np.arange(count + 1.0)
    # The chance that all n lie among the first i.
    below = np.where(ranks < n, 0.0, np.exp(_log_choose(ranks, n) - _log_choose(count, n)))
    return np.diff(below)


def _log_choose(total: np.ndarray | float, n: int) -> np.ndarray:
    """Logarithm of the number of ways to choose n of `total`; without meaning where there are fewer."""
    return gammaln(total + 1) - gammaln(n + 1) - gammaln(np.maximum(total - n, 0) + 1)


def _smooth(values: np.ndarray, window: int) -> np.ndarray:
    if window <= 1 or len(values) < window:
        return values
    kernel = np.ones(window)
    return np.convolve(values, kernel, "same") / np.convolve(np.ones(len(values)), kernel, "same")
