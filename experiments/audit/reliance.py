"""How much of a reward hangs on each feature of a step."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ...envs import TaskSpec, Transition
from .interventions import field_edits, symmetry_edits
from .payment import Pay


def reliance(pay: Pay, steps: Transition, spec: TaskSpec, seed: int = 0) -> dict[str, float]:
    """How far the reward moves when a feature is another step's, in parts of its whole variation.

    The root mean square change, divided by that when the whole step is another one: the square root of the
    total-effect index of Saltelli et al. 2010 ("Variance Based Sensitivity Analysis of Model Output"), by
    Jansen's estimator. 0 means that the reward does not read the feature, 1 that it moves as if the whole
    step were another one. Features of one step hang together, and edited steps need not be possible ones.

    Args:
        pay: the reward.
        steps: N steps of all kinds of episodes.
        spec: the task.
        seed: draws the donors.

    Returns:
        Field or ``action`` -> reliance, largest first; all 0 for a reward that never varies.
    """
    donors = np.random.default_rng(seed).permutation(len(steps.action))
    shares = _shares(pay, steps, field_edits(spec, steps, donors), donors)
    return dict(sorted(shares.items(), key=lambda item: item[1], reverse=True))


def symmetry(pay: Pay, steps: Transition, spec: TaskSpec, seed: int = 0) -> dict[str, float]:
    """The same for edits that many sound rewards do not notice; see `symmetry_edits`."""
    rng = np.random.default_rng(seed)
    donors = rng.permutation(len(steps.action))
    return _shares(pay, steps, symmetry_edits(spec, steps, rng), donors)


def _shares(
    pay: Pay, steps: Transition, edits: Iterable[tuple[str, Transition]], donors: np.ndarray
) -> dict[str, float]:
    before = pay(steps)[0]
    whole = _change(before, before[donors])
    return {name: _change(before, pay(edited)[0]) / whole if whole else 0.0 for name, edited in edits}


def _change(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.sqrt(np.mean((after - before) ** 2)))
