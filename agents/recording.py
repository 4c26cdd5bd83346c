"""Some of a judged agent's episodes, played again and kept whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..envs import Episodes, Evaluation, FieldView, Task
from .evaluate import Evaluator
from .policies import Policy


def record_episodes(
    policy: Policy, task: type[Task], evaluation: Evaluation, each: int, *, horizon: int | None = None
) -> Episodes:
    """The first `each` successes and the first `each` failures of an evaluation, played again.

    The evaluation of a whole population records nothing, so that it costs nothing; the few episodes that
    are kept are chosen by how it ended and are the same again, since the agent plays its most likely action
    from the same seeds.

    Args:
        policy: the agent that was evaluated.
        task: the task's class.
        evaluation: how it did.
        each: the most episodes of each outcome.
        horizon: that of the evaluation; None takes the task's own.

    Returns:
        At most 2 `each` episodes, in the order of the evaluation's seeds.
    """
    recorder = Recorder()
    chosen = evaluation.seeds[_first_of_each(evaluation.success, each)]
    Evaluator(task, chosen.tolist(), horizon=horizon).play(policy, recorder=recorder)
    return recorder.episodes()


def _first_of_each(success: np.ndarray, each: int) -> np.ndarray:
    successes, failures = np.flatnonzero(success), np.flatnonzero(np.logical_not(success))
    return np.sort(np.concatenate([successes[:each], failures[:each]]))


class _Played(NamedTuple):
    """One step of B worlds, of which some are `playing` their episode still."""

    before: FieldView
    actions: np.ndarray
    after: FieldView
    playing: np.ndarray
    terminated: np.ndarray
    succeeded: np.ndarray


class Recorder:
    """Keeps each world's first episode; an `Evaluator` calls `add` after every step of a round."""

    def __init__(self) -> None:
        self._steps: list[_Played] = []
        self._done: list[Episodes] = []

    def add(
        self,
        before: FieldView,
        actions: np.ndarray,
        after: FieldView,
        *,
        playing: np.ndarray,
        terminated: np.ndarray,
        succeeded: np.ndarray,
    ) -> None:
        """Note a step: views of B worlds, actions (B, ...), and three flags (B,) bool for each world."""
        step = _Played(before, np.asarray(actions), after, playing.copy(), terminated, succeeded)
        self._steps.append(step)

    def end_round(self, count: int) -> None:
        """Close the round; its first `count` worlds are kept."""
        steps, self._steps = self._steps, []
        states = _side_by_side([steps[0].before, *(step.after for step in steps)])
        actions = np.stack([step.actions for step in steps])
        lengths = np.sum([step.playing for step in steps], axis=0)
        for world, length in enumerate(lengths[:count]):
            last, row = steps[length - 1], slice(world, world + 1)
            episode = Episodes(
                FieldView({n: _narrowed(values[: length + 1, world]) for n, values in states.items()}),
                _narrowed(actions[:length, world]),
                lengths[row],
                last.succeeded[row].astype(bool),
                last.terminated[row].astype(bool),
            )
            self._done.append(episode)

    def episodes(self) -> Episodes:
        """All that were recorded, in the order of the evaluation's seeds."""
        return Episodes.concatenate(self._done)


def _side_by_side(views: Sequence[FieldView]) -> dict[str, np.ndarray]:
    """The fields (T, B, ...) of T views of B worlds."""
    return {name: np.stack([view.arrays()[name] for view in views]) for name in views[0].arrays()}


def _narrowed(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32) if values.dtype.kind == "f" else values
