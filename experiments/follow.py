"""Follow a reward at once: planning on the simulator shows in seconds what training would take long to."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..agents.planning import PlanSettings, plan
from ..envs import FieldView, Task, TaskSpec, close_reward
from ..reward_gen import RewardProgram, open_reward

SEARCH = PlanSettings(samples=32, hold=4, rounds=3, elites=6, least_noise=0.05)
# Long enough to keep a balance, and short, since a plan is improved again every few steps.
LOOK_AHEAD_SECONDS = 0.4
_STEP_SECONDS = 0.0125


class Followed(NamedTuple):
    """What came of following a reward for one episode.

    Attributes:
        reached: the fields of the last state, a batch of one world.
        steps: steps that were played.
        mean_reward: the reward of a step, averaged over them.
        succeeded: whether the task's own goal was met at the end.
        cpu_seconds: processor time of all threads.
    """

    reached: FieldView
    steps: int
    mean_reward: float
    succeeded: bool
    cpu_seconds: float


def search_for(spec: TaskSpec) -> PlanSettings:
    """How hard to search in the task `spec`: plans of 0.4 s, in knots of 4 steps."""
    knot_seconds = SEARCH.hold * (spec.step_seconds or _STEP_SECONDS)
    return replace(SEARCH, knots=math.ceil(LOOK_AHEAD_SECONDS / knot_seconds))


def follow(
    task: type[Task],
    program: RewardProgram,
    *,
    seed: int = 0,
    horizon: int | None = None,
    settings: PlanSettings | None = None,
    trusted: bool = False,
) -> Followed:
    """Play one episode that plans on `program` alone; the task's own goal does not end it.

    Args:
        task: the task's class; its actions are real vectors.
        program: the reward.
        seed: of the start and the plans.
        horizon: most steps to play; None takes the task's own.
        settings: how hard to search; None takes what `search_for` gives.
        trusted: whether the program runs in this process rather than in the seal.

    Raises:
        UserError: the task's actions are choices.
        RewardFault: the program is refused or fails.
    """
    reward = open_reward(program, task, trusted=trusted)
    assert reward is not None, "a program is never the sparse reward"
    rng = np.random.default_rng(seed)
    start = time.process_time()
    try:
        episode = plan(
            task,
            lambda obs, action, next_obs: reward(obs, action, next_obs)[0],
            rng.random(task.draws),
            rng,
            settings or search_for(task.spec),
            horizon=horizon,
            stop_at_goal=False,
        )
    finally:
        close_reward(reward)
    steps = len(episode.actions)
    return Followed(
        episode.reached,
        steps,
        episode.score / steps,
        episode.succeeded,
        time.process_time() - start,
    )
