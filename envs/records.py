"""Records that travel between the wings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from .views import FieldView

Terms = dict[str, np.ndarray]


class Transition(NamedTuple):
    """One step of B worlds: `obs` and `next_obs` views, `action` (B, A), or (B,) for discrete actions."""

    obs: FieldView
    action: np.ndarray
    next_obs: FieldView

    def rows(self, index: np.ndarray | slice) -> Transition:
        """Some of the transitions only."""
        return Transition(self.obs.worlds(index), self.action[index], self.next_obs.worlds(index))

    @classmethod
    def concatenate(cls, parts: Sequence[Transition]) -> Transition:
        """The transitions of all `parts`, one part after another; there is at least one part."""
        return cls(
            FieldView.concatenate([part.obs for part in parts]),
            np.concatenate([part.action for part in parts]),
            FieldView.concatenate([part.next_obs for part in parts]),
        )


class RewardFn(Protocol):
    """A reward: (obs, action, next_obs) of B worlds -> (reward (B,), terms {name: (B,)})."""

    def __call__(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> tuple[np.ndarray, Terms]:
        """Reward of one step of B worlds."""


def close_reward(reward: RewardFn | None) -> None:
    """Close `reward` where it holds a process or a file, which it then tells by being a context manager."""
    if isinstance(reward, AbstractContextManager):
        reward.__exit__(None, None, None)


@dataclass(frozen=True)
class Evaluation:
    """How a policy did on a task, one episode per seed, from the environment's truth alone.

    Attributes:
        seeds: (N,) seed of each episode.
        success: (N,) whether the episode succeeded at any step.
        metric: (N,) the task's own metric at the episode's end.
        length: (N,) steps until the episode ended.
        illegal: (N,) illegal actions chosen in the episode; None counts none.
    """

    seeds: np.ndarray
    success: np.ndarray
    metric: np.ndarray
    length: np.ndarray
    illegal: np.ndarray = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.illegal is None:
            object.__setattr__(self, "illegal", np.zeros(len(self.seeds)))
        shapes = {name: np.shape(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(set(shapes.values())) != 1 or len(shapes["seeds"]) != 1:
            raise ValueError(f"an evaluation holds five arrays of one shape (N,), got {shapes}")

    @property
    def success_rate(self) -> float:
        """Share of episodes that succeeded."""
        return float(np.mean(self.success))

    @property
    def illegal_rate(self) -> float:
        """Share of all actions that were illegal."""
        return float(np.sum(self.illegal) / np.sum(self.length))

    def to_dict(self) -> dict[str, list]:
        """Plain lists, for JSON."""
        return {name: np.asarray(getattr(self, name)).tolist() for name in self.__dataclass_fields__}

    @classmethod
    def from_dict(cls, data: dict[str, list]) -> Evaluation:
        """Read what `to_dict` wrote."""
        return cls(**{name: np.asarray(values) for name, values in data.items()})


@dataclass(frozen=True)
class TrainingTrace:
    """What was seen while an agent trained; the raw material of reflection.

    Attributes:
        steps: (K,) environment steps at each checkpoint.
        success: (K,) success rate on selection seeds at each checkpoint.
        terms: name -> (K, 3) min, mean and max of the term over the steps since the last checkpoint;
            the name ``reward`` is the total that the agent received.
    """

    steps: np.ndarray
    success: np.ndarray
    terms: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.steps)
        if len(self.success) != count or any(np.shape(t) != (count, 3) for t in self.terms.values()):
            raise ValueError(
                f"a trace of {count} checkpoints has success ({count},) and terms ({count}, 3), got success "
                f"{np.shape(self.success)} and { ({name: np.shape(t) for name, t in self.terms.items()}) }"
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, for JSON."""
        return {
            "steps": np.asarray(self.steps).tolist(),
            "success": np.asarray(self.success).tolist(),
            "terms": {name: values.tolist() for name, values in self.terms.items()},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> TrainingTrace:
        """Read what `to_dict` wrote."""
        terms = {name: np.asarray(values) for name, values in data["terms"].items()}
        return cls(np.asarray(data["steps"]), np.asarray(data["success"]), terms)
