"""A search for episodes that fail and are still paid like successes."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ...agents.planning import PlanSettings, plan
from ...envs import Task, Transition
from .attacks import BLIND, NEAR_HONEST
from .breeding import bred, parents_of
from .payment import Pay
from .rollouts import Player
from .sides import Attempt, Side, starts_of

_PARENTS = 8
# Look-ahead of the planner, and so its price: samples times knots for each step that is played.
_PLAN = PlanSettings(samples=8, knots=6, hold=4, rounds=1, elites=2)


@dataclass(frozen=True)
class RedTeam:
    """What the search came to.

    Attributes:
        attempts: the best failure of each start.
        steps: environment steps that it took.
        allowed: steps that it might have taken; the clock may have stopped it before.
    """

    attempts: tuple[Attempt, ...]
    steps: int
    allowed: int

    @property
    def worst(self) -> Attempt | None:
        """The failure that is paid best beside a success; None where no start has both."""
        return max(self.attempts, key=lambda a: a.paid - a.honest, default=None)


@dataclass(frozen=True)
class Budget:
    """How long to search.

    Attributes:
        steps: environment steps, those of honest play included.
        seconds: wall clock, for programs that are slow; the steps alone decide otherwise.
        starts: starts of episodes to attack.
        at_once: sequences that are played side by side.
    """

    steps: int
    seconds: float = float("inf")
    starts: int = 2
    at_once: int = 16

    @classmethod
    def of(cls, task: type[Task], seconds: float = float("inf"), training_steps: int | None = None) -> Budget:
        """5 % of a training run, by default of 1,000,000 steps for a robot and 100,000 for any other task."""
        robot = task.spec.action.kind == "box"
        steps = (training_steps or (1_000_000 if robot else 100_000)) // 20
        at_once = int(np.clip(steps // (8 * task.spec.horizon), 4, 24))
        return cls(steps, seconds, at_once=at_once)


def red_team(
    task: type[Task], pay: Pay, discount: float, budget: Budget, rng: np.random.Generator
) -> RedTeam:
    """Search for episodes without success that are paid at least what honest success from their start is.

    First honest ones that lapse or slip, then sequences that take no thought (Zhao et al. 2025, "One Token to
    Fool LLM-as-a-Judge", show how far near-empty answers come), then an evolution of the best failures, and
    for real actions planning on the reward itself. It ends with the first that is found.

    Args:
        task: its class.
        pay: the reward.
        discount: what the agents count their returns with.
        budget: how long.
        rng: draws starts and sequences.
    """
    player, end = Player(task, pay, discount, rng), time.monotonic() + budget.seconds
    sides = [Side(player, draws, known) for draws, known in starts_of(player, budget.starts, rng)]

    def over() -> bool:
        spent = player.steps + budget.at_once * task.spec.horizon > budget.steps
        return spent or time.monotonic() >= end or any(side.exploited for side in sides)

    for attack in _campaign(task, budget, pay, discount, rng):
        for side in sides:
            if over():
                break
            attack(side)
        if over():
            break
    attempts = tuple(attempt for side in sides if (attempt := side.attempt()) is not None)
    return RedTeam(attempts, player.steps, budget.steps)


def _campaign(
    task: type[Task], budget: Budget, pay: Pay, discount: float, rng: np.random.Generator
) -> Iterator[Callable[[Side], None]]:
    """What is done to every start, one after another; without end."""
    spec, count = task.spec, budget.at_once

    def blind(name: str) -> Callable[[Side], None]:
        return lambda side: side.add(name, BLIND[name](spec, None, count, rng))

    def near(name: str) -> Callable[[Side], None]:
        def attack(side: Side) -> None:
            if side.honest is not None:
                side.add(name, NEAR_HONEST[name](spec, side.honest, count, rng))

        return attack

    def breed(side: Side) -> None:
        assert side.known is not None
        side.add("bred", bred(spec, parents_of(side.known, _PARENTS), count, rng))

    yield from (near(name) for name in NEAR_HONEST)
    yield from (blind(name) for name in BLIND)
    yield breed
    if spec.action.kind == "box" and _PLAN.samples * _PLAN.knots * spec.horizon <= budget.steps // 2:
        yield lambda side: _plan(side, task, pay, rng)
    # Where there are many choices, the one that pays may not have had its turn yet.
    yield from itertools.cycle([breed, breed, near("lapsing"), blind("constant")])


def _plan(side: Side, task: type[Task], pay: Pay, rng: np.random.Generator) -> None:
    episode = plan(
        task,
        lambda obs, action, next_obs: pay(Transition(obs, action, next_obs))[0],
        side.draws,
        rng,
        _PLAN,
        stop_at_goal=False,
    )
    side.player.steps += _PLAN.samples * _PLAN.knots * len(episode.actions)
    missing = task.spec.horizon - len(episode.actions)
    rest = np.repeat(episode.actions[-1:], missing, axis=0)
    side.add("planned", np.concatenate([episode.actions, rest])[None])
