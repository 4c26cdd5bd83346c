"""STARC from recorded steps: a fitted potential is taken off, where the exact one cannot be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from ...envs import FieldView, Transition, UserError

Form = Literal["val", "minimal"]
_NOTHING = 1e-10


class PotentialProbe:
    """STARC (Skalse et al. 2024, arXiv:2309.15257) by regression on steps that a reference policy took.

    ``val`` fits the value of that policy by least-squares temporal differences (Bradtke and Barto 1996,
    "Linear Least-Squares Algorithms for Temporal Difference Learning") and takes it off as a potential;
    ``minimal`` takes off the potential that leaves least. Three things are approximate: potentials are linear
    in the features, so that shaping by others is taken off in part only; a mean over next states is one over
    those that were seen from the same state and action, a single one unless `same` says otherwise, which is
    all there is where the task is deterministic; and the coverage is that of the steps.

    Args:
        steps: N steps; for ``val`` their actions were chosen by the reference policy.
        features: n states -> (n, F).
        discount: that of the returns.
        form: which potential is taken off.
        ended: (N,) bool, steps that ended their episode for good: nothing comes after, so its value is 0.
        same: (N,) int, equal for steps from the same state by the same action; None if each has its own.

    Raises:
        UserError: if there are fewer steps than features, which would leave nothing of any reward.
    """

    centred = False

    def __init__(
        self,
        steps: Transition,
        features: Callable[[FieldView], np.ndarray],
        discount: float,
        form: Form = "val",
        *,
        ended: np.ndarray | None = None,
        same: np.ndarray | None = None,
    ) -> None:
        self.steps = steps
        before, after = features(steps.obs), features(steps.next_obs)
        if len(before) < 2 * before.shape[1]:
            raise UserError(
                f"expected at least {2 * before.shape[1]} steps, twice the features of a state, got "
                f"{len(before)}; record more episodes or take fewer features"
            )
        if ended is not None:
            after = np.where(ended[:, None], 0.0, after)
        self._same, self._seen = _groups(same, len(before))
        self._gained = self._mean(discount * after - before)
        # The weights (F,) of the potential are linear in the rewards: one matrix serves every reward.
        self._fit = (
            _inverse(self._gained, np.linalg.norm(self._gained))
            if form == "minimal"
            else _value_fit(before, self._gained)
        )

    def canonical(self, rewards: np.ndarray) -> np.ndarray:
        """The canonical reward (N,) of the steps."""
        levelled = self._mean(rewards)
        return levelled - self._gained @ (self._fit @ levelled)

    def _mean(self, values: np.ndarray) -> np.ndarray:
        """Each row's mean over the rows that start alike."""
        totals = np.zeros((len(self._seen), *values.shape[1:]))
        np.add.at(totals, self._same, values)
        return (totals.T / self._seen).T[self._same]


def _groups(same: np.ndarray | None, count: int) -> tuple[np.ndarray, np.ndarray]:
    if same is None:
        return np.arange(count), np.ones(count)
    _, inverse, seen = np.unique(same, return_inverse=True, return_counts=True)
    return inverse, seen


def _value_fit(before: np.ndarray, gained: np.ndarray) -> np.ndarray:
    """(F, N): from rewards to minus the weights of their value; of several solutions that leave least.

    The value of a state that is reached but never left is not told by the steps. Taking what leaves least
    keeps the form free of shaping there, too, which a value of 0 would not.
    """
    system = before.T @ gained
    left, sizes, right = np.linalg.svd(system)
    told = sizes > _NOTHING * sizes[0]
    fit = (right[told].T / sizes[told]) @ left[:, told].T @ before.T
    free = right[~told].T
    rest = _inverse(gained @ free, np.linalg.norm(gained))
    return fit + free @ (rest - (rest @ gained) @ fit)


def _inverse(matrix: np.ndarray, size: np.floating) -> np.ndarray:
    """The pseudoinverse, blind to whatever is nothing beside `size`."""
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    seen = sizes > _NOTHING * size
    return (right[seen].T / sizes[seen]) @ left[:, seen].T
