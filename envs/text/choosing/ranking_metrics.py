"""How good a ranked list is: discounted gain and reciprocal rank of B lists at once."""

from __future__ import annotations

import numpy as np


def discounted_gain(gains: np.ndarray) -> np.ndarray:
    """Gains in ranked order, (..., k) -> their sum (...,), each divided by log2(1 + rank), rank from 1.

    Cumulated gain with a discount is due to Järvelin and Kekäläinen ("Cumulated gain-based evaluation of IR
    techniques", 2002). They leave the first two ranks undiscounted at base 2; this is the form in use today,
    where each rank counts less than the one before it.

    >>> float(discounted_gain(np.array([3.0, 0.0, 2.0])))
    4.0
    """
    # A matrix product would round by the number of lists, and a list's worth must not depend on its company.
    return (gains / np.log2(np.arange(gains.shape[-1]) + 2.0)).sum(axis=-1)


def normalised_gain(gains: np.ndarray, ideal_gains: np.ndarray) -> np.ndarray:
    """Discounted gain as a share of that of `ideal_gains`, both (..., k) -> (...,); 0 where that is 0.

    >>> float(normalised_gain(np.array([0.0, 1.0]), np.array([1.0, 0.0])).round(4))
    0.6309
    """
    ideal = discounted_gain(ideal_gains)
    return np.where(ideal > 0.0, discounted_gain(gains) / np.where(ideal > 0.0, ideal, 1.0), 0.0)


def reciprocal_rank(relevant: np.ndarray) -> np.ndarray:
    """Whether the item at each rank is relevant, (..., k) bool -> 1 / rank of the first that is; 0 for none.

    Its mean over lists is the MRR of question answering (Voorhees, "The TREC-8 question answering track
    report", 1999).

    >>> float(reciprocal_rank(np.array([False, True, True])))
    0.5
    """
    return np.where(relevant.any(axis=-1), 1.0 / (1.0 + relevant.argmax(axis=-1)), 0.0)
