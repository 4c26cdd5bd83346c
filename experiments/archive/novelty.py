"""How unlike others an agent behaves that was trained on a program.

Novelty is the mean distance to the nearest neighbours in a space of behaviours (Lehman and Stanley 2011,
"Abandoning Objectives: Evolution Through the Search for Novelty Alone"). A reward that makes the agent do
something that no other made it do may be a step towards the goal, though it succeeds no more often.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..store import Candidate

NEIGHBOURS = 3


def behaviour(candidate: Candidate) -> np.ndarray:
    """(5,) what the trained agent did on the selection seeds.

    Success rate, mean and spread of the task metric, mean and spread of the episodes' lengths in steps.
    """
    assert candidate.evaluation is not None
    found = candidate.evaluation
    metric, length = np.asarray(found.metric, float), np.asarray(found.length, float)
    return np.array([found.success_rate, metric.mean(), metric.std(), length.mean(), length.std()])


def novelty(behaviours: Sequence[np.ndarray]) -> np.ndarray:
    """(P,) mean distance of each behaviour to its nearest neighbours, each dimension in its own spread.

    >>> novelty([np.zeros(2), np.zeros(2), np.array([1.0, 1.0])]).argmax()
    np.int64(2)
    """
    points = np.array(behaviours, float).reshape(len(behaviours), -1)
    if len(points) < 2:
        return np.zeros(len(points))
    spread = points.std(axis=0)
    points = (points - points.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    nearest = np.sort(distances, axis=1)[:, : min(NEIGHBOURS, len(points) - 1)]
    return nearest.mean(axis=1)
