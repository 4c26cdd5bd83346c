"""A proxy of a reward, learnt from preferences between episodes."""

from __future__ import annotations

import numpy as np

from ...envs import Episodes

_ROUNDS = 50


def bradley_terry(
    features: np.ndarray, first: np.ndarray, second: np.ndarray, preferred: np.ndarray, ridge: float = 1.0
) -> np.ndarray:
    """Weights (F,) of a linear score such that the preferred of two episodes has the higher one.

    Logistic regression on differences (Bradley and Terry 1952), the model of Christiano et al. 2017 ("Deep
    Reinforcement Learning from Human Preferences"), by Newton's method.

    Args:
        features: (E, F) of the episodes.
        first: (P,) int, one episode of each pair.
        second: (P,) int, the other one.
        preferred: (P,) bool, whether the first one is preferred.
        ridge: penalty on the squared weights, without which few preferences have no finite fit.
    """
    apart, weights = features[first] - features[second], np.zeros(features.shape[1])
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-apart @ weights))
        slope = apart.T @ (chance - preferred) + ridge * weights
        bend = (apart.T * (chance * (1.0 - chance))) @ apart + ridge * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    return weights


def last_values(episodes: Episodes, line: tuple[str, ...], table: str = "") -> np.ndarray:
    """(E, F) fields of the last states: those of `line` in units of their spread, `table` as a flag a value.

    With a flag for each value a score can be any function of that field, but until a value has been seen in a
    preference only the line through the others speaks of it.
    """
    ends = episodes.ends().arrays()
    columns = []
    for name in line:
        values = ends[name].astype(float)
        spread = values.std()
        columns.append(values / (spread if spread > 0 else 1.0))
    if table:
        rounded = np.round(ends[table].astype(float), 6)
        columns += list((rounded[:, None] == np.unique(rounded)).T.astype(float))
    return np.stack(columns, axis=1)
