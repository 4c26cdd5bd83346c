"""One official environment, stepped by its own code, that can be seeded, saved and restored exactly."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, TimeLimit

from ..errors import UserError
from .world_state import StateKeeper, UncopyableError, WorldState


class Shown(NamedTuple):
    """What an environment last returned.

    Attributes:
        observation: its observation.
        info: what it told beside that.
        after_reset: whether a reset returned it, and not a step.
        over: whether it ended the episode.
    """

    observation: Any
    info: dict[str, Any]
    after_reset: bool
    over: bool


class Replay(NamedTuple):
    """An episode so far, which leads to the state of an environment that cannot be copied."""

    seed: int
    actions: tuple[Any, ...]


class Saved(NamedTuple):
    """A world's state, and what it last returned."""

    state: WorldState | Replay
    shown: Shown


class GymWorld:
    """One official environment.

    An episode depends on its seed and its actions alone, even where the environment's own resets leave traces
    of the past: before each of them the environment is put back into the state of its first one. Where an
    environment holds what cannot be copied (Box2D's bodies, say), its own resets must do, and a state is
    brought back by playing its episode again.

    Args:
        make: makes the environment; a time limit around it is taken off, since tasks have a horizon.
    """

    def __init__(self, make: Callable[[], gymnasium.Env]) -> None:
        self.env = _without_limits(make())
        self.env.reset(seed=0)
        self._keeper = StateKeeper(self.env)
        self._first: WorldState | None = None
        self.uncopyable = ""
        try:
            self._first = self._keeper.save()
        except UncopyableError as error:
            self.uncopyable = str(error)
        self._seed, self._actions = 0, list[Any]()
        self.shown = Shown(None, {}, True, False)

    def reset(self, seed: int) -> Shown:
        """Start the episode that belongs to `seed`."""
        if self._first is not None:
            self._keeper.restore(self._first)
        observation, info = self.env.reset(seed=seed)
        self._seed, self._actions = seed, []
        self.shown = Shown(observation, info, after_reset=True, over=False)
        return self.shown

    def step(self, action: Any) -> Shown:
        """Advance by one step; an episode that is over stays as it is until the next reset."""
        if self.shown.over:
            return self.shown
        observation, _, terminated, truncated, info = self.env.step(action)
        if self._first is None:
            self._actions.append(action)
        self.shown = Shown(observation, info, after_reset=False, over=bool(terminated or truncated))
        return self.shown

    def save(self) -> Saved:
        """The state; `restore` brings it back."""
        state = Replay(self._seed, tuple(self._actions)) if self._first is None else self._keeper.save()
        # An environment may hand out its own arrays and lists, and go on changing them.
        return Saved(state, copy.deepcopy(self.shown))

    def restore(self, saved: Saved) -> None:
        """Bring back what `save` gave, in this world or in another of the same kind.

        Raises:
            UserError: if an episode that is played again comes out differently.
        """
        if isinstance(saved.state, WorldState):
            self._keeper.restore(saved.state)
        else:
            self._play(saved.state)
            if not same(self.shown.observation, saved.shown.observation):
                raise UserError(
                    f"the state cannot be brought back: {self.uncopyable}, and the episode, played again "
                    "with the same seed and actions, came out differently; use np_random alone for chance"
                )
        self.shown = saved.shown

    def close(self) -> None:
        """Give back what the environment holds, such as windows."""
        self.env.close()

    def _play(self, replay: Replay) -> None:
        self.reset(replay.seed)
        for action in replay.actions:
            self.step(action)


def same(first: Any, second: Any) -> bool:
    """Whether two observations are equal, dictionaries and tuples of arrays included."""
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return np.array_equal(first, second)


def _without_limits(env: gymnasium.Env) -> gymnasium.Env:
    while isinstance(env, (TimeLimit, OrderEnforcing, PassiveEnvChecker)):
        env = env.env
    return env
