"""Sampling-based model-predictive control: a task's own simulator finds actions, without any learning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..envs import FieldView, Task, UserError

Objective = Callable[[FieldView, np.ndarray, FieldView], np.ndarray]
Progress = Callable[[int, Task], None]


@dataclass(frozen=True)
class PlanSettings:
    """How hard to search.

    Attributes:
        samples: plans that are tried side by side.
        knots: different actions in a plan.
        hold: steps for which each of them is held; after so many steps the search starts anew.
        rounds: times that the plans are drawn again around the best of them.
        elites: how many of the best plans the next round is drawn around.
        noise: standard deviation of the first round's plans.
        least_noise: below which the later rounds' does not fall.
        threads: threads that may step the physics.
    """

    samples: int = 64
    knots: int = 12
    hold: int = 4
    rounds: int = 2
    elites: int = 8
    noise: float = 0.5
    least_noise: float = 0.1
    threads: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.elites <= self.samples:
            raise UserError(f"expected 1 to {self.samples} elites out of the samples, got {self.elites}")
        if min(self.knots, self.hold, self.rounds) < 1:
            raise UserError(
                f"expected at least 1 knot, held step and round, got {self.knots}, {self.hold}, {self.rounds}"
            )


class PlannedEpisode(NamedTuple):
    """An episode that was played by planning.

    Attributes:
        draws: (draws,) of the start.
        actions: (T, A) float32 in [-1, 1].
        score: sum of the objective over the T steps.
        succeeded: whether the goal was met at the last step.
        reached: the fields of the last state, a batch of one world.
    """

    draws: np.ndarray
    actions: np.ndarray
    score: float
    succeeded: bool
    reached: FieldView


def plan(
    task: type[Task],
    objective: Objective,
    draws: np.ndarray,
    rng: np.random.Generator,
    settings: PlanSettings | None = None,
    *,
    horizon: int | None = None,
    stop_at_goal: bool = True,
    progress: Progress | None = None,
) -> PlannedEpisode:
    """Play one episode by planning, until the goal is met, the episode ends or the horizon is reached.

    Plans are drawn by the cross-entropy method (Rubinstein and Kroese, 2004) around what is left of the last
    plan; the best plan that was ever tried is followed, as in predictive sampling (Howell et al., 2022,
    arXiv:2212.00541), for `hold` steps, and then improved again. Steps after an episode's end count 0 in a
    plan's score: an objective that is positive while all is well avoids such ends.

    Args:
        task: the task's class; its actions are real vectors.
        objective: (obs, action, next_obs) of B worlds -> (B,), what a step is worth.
        draws: (draws,) uniform numbers of the episode's start.
        rng: draws the plans.
        settings: how hard to search; None takes the defaults.
        horizon: most steps to play; None takes the task's own.
        stop_at_goal: whether to stop where the task's goal is met; an objective may ask for something else.
        progress: called after each step with the number of steps played and the task, one world of it.

    Raises:
        UserError: if the task's actions are choices.

    >>> from rewardsmith.envs import task_class
    >>> hopper = task_class("hopper-stand")
    >>> higher = lambda obs, action, next_obs: next_obs.torso_height
    >>> few = PlanSettings(samples=8, knots=2, rounds=1, elites=2)
    >>> plan(hopper, higher, np.full(12, 0.5), np.random.default_rng(0), few, horizon=6).actions.shape
    (6, 3)
    """
    if task.spec.action.kind != "box":
        raise UserError(
            f"planning needs actions that are real vectors; those of {task.spec.name} are choices"
        )
    chosen = settings or PlanSettings()
    search = _Search(task, objective, rng, chosen)
    world = task(1)
    world.reset(np.arange(1), draws[None])
    actions: list[np.ndarray] = []
    score, succeeded, over = 0.0, False, False
    before = FieldView(world.fields())
    while not over:
        action = search.improve(world.snapshot())
        for _ in range(chosen.hold):
            world.step(action[None])
            actions.append(action)
            after = FieldView(world.fields())
            score += float(objective(before, action[None], after)[0])
            before, succeeded = after, bool(world.success()[0])
            over = bool(world.terminated()[0]) or (succeeded and stop_at_goal)
            over = over or len(actions) >= (horizon or task.spec.horizon)
            if progress is not None:
                progress(len(actions), world)
            if over:
                break
    return PlannedEpisode(draws, np.stack(actions), score, succeeded, before)


class _Search:
    """Improves one plan, a sequence of held actions, from wherever the world stands."""

    def __init__(
        self, task: type[Task], objective: Objective, rng: np.random.Generator, settings: PlanSettings
    ) -> None:
        self._worlds = task(settings.samples, threads=settings.threads)
        self._objective = objective
        self._rng = rng
        self._settings = settings
        self._plan = np.zeros((settings.knots, task.spec.action.size), np.float32)

    def improve(self, snapshot: dict[str, np.ndarray]) -> np.ndarray:
        """The first action (A,) of the best plan from one world's `snapshot`; keeps the rest for the next."""
        settings = self._settings
        starts = {name: np.repeat(values, settings.samples, axis=0) for name, values in snapshot.items()}
        centre = best = self._plan
        spread = np.full(centre.shape, settings.noise)
        for _ in range(settings.rounds):
            plans = self._drawn(centre, spread)
            plans[0] = best
            order = np.argsort(-self._scores(starts, plans), kind="stable")
            elites, best = plans[order[: settings.elites]], plans[order[0]].copy()
            centre, spread = elites.mean(axis=0), np.maximum(elites.std(axis=0), settings.least_noise)
        self._plan = np.concatenate([best[1:], best[-1:]])
        return best[0]

    def _drawn(self, centre: np.ndarray, spread: np.ndarray) -> np.ndarray:
        noise = self._rng.standard_normal((self._settings.samples, *centre.shape))
        return np.clip(centre + spread * noise, -1.0, 1.0).astype(np.float32)

    def _scores(self, starts: dict[str, np.ndarray], plans: np.ndarray) -> np.ndarray:
        """(samples,) sum of the objective along each plan (samples, knots, A)."""
        worlds = self._worlds
        worlds.restore(starts)
        scores, going_on = np.zeros(len(plans)), np.ones(len(plans), bool)
        before = FieldView(worlds.fields())
        for knot in range(self._settings.knots):
            for _ in range(self._settings.hold):
                worlds.step(plans[:, knot])
                after = FieldView(worlds.fields())
                scores += np.where(going_on, self._objective(before, plans[:, knot], after), 0.0)
                going_on &= ~worlds.terminated()
                before = after
            if not going_on.any():
                break
        return scores
