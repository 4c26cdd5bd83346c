"""What counts as a policy, and two that are no SB3 model: random play, and a model behind a normaliser."""

from __future__ import annotations

import inspect
from typing import Any, Protocol

import numpy as np
from stable_baselines3.common.vec_env import VecNormalize

from ..envs import TaskSpec
from ..envs.play import random_actions


class Policy(Protocol):
    """Anything with SB3's `predict`; where it takes ``action_masks`` it is given those of a masked task."""

    def predict(
        self,
        observation: np.ndarray,
        state: Any = None,
        episode_start: np.ndarray | None = None,
        deterministic: bool = False,
    ) -> tuple[np.ndarray, Any]:
        """Observations (B, D) float32 -> actions (B, A), or (B,), and the next recurrent state or None."""


class NormalizedPolicy:
    """A model that was trained on normalised observations, behind the normaliser it was trained with."""

    def __init__(self, model: Policy, normalizer: VecNormalize) -> None:
        self.model = model
        self.normalizer = normalizer

    def predict(
        self,
        observation: np.ndarray,
        state: Any = None,
        episode_start: np.ndarray | None = None,
        deterministic: bool = False,
        **masks: np.ndarray,
    ) -> tuple[np.ndarray, Any]:
        """Act on raw observations (B, D); `masks` is at most ``action_masks`` (B, mask_size)."""
        normalized = self.normalizer.normalize_obs(observation)
        assert isinstance(normalized, np.ndarray)
        return self.model.predict(
            normalized, state=state, episode_start=episode_start, deterministic=deterministic, **masks
        )


class RandomPolicy:
    """Uniformly random legal actions."""

    def __init__(self, spec: TaskSpec, rng: np.random.Generator) -> None:
        self._action = spec.action
        self._rng = rng

    def predict(
        self,
        observation: np.ndarray,
        state: Any = None,
        episode_start: np.ndarray | None = None,
        deterministic: bool = False,
        action_masks: np.ndarray | None = None,
    ) -> tuple[np.ndarray, None]:
        """Random actions for observations (B, D), also where `deterministic` is asked for."""
        return random_actions(self._action, action_masks, len(observation), self._rng), None


def random_policy(spec: TaskSpec, rng: np.random.Generator) -> RandomPolicy:
    """The policy that every trained one has to beat."""
    return RandomPolicy(spec, rng)


def acting_on_raw_observations(policy: Policy) -> Policy:
    """`policy`, behind its normaliser if it is a model whose training environment has one."""
    normalizer_of = getattr(policy, "get_vec_normalize_env", None)
    normalizer = normalizer_of() if normalizer_of is not None else None
    return policy if normalizer is None else NormalizedPolicy(policy, normalizer)


def takes_masks(policy: Policy) -> bool:
    """Whether `policy` can be told which actions are legal."""
    inner = policy.model if isinstance(policy, NormalizedPolicy) else policy
    return "action_masks" in inspect.signature(inner.predict).parameters
