"""Members as the SB3 models they are: each one's weights, hyperparameters and file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecEnv, VecNormalize
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvStepReturn

from ...envs import TaskSpec, UserError
from ...envs.spaces import ObservationEncoder, action_space
from ..agent import NORMALIZER_FILE, make_agent
from ..algorithms import find_algorithm
from ..hyperparameters import normalizer_arguments
from .settings import SB3Model, shared_settings
from .streams import MemberStreams, global_generators_kept

ALGORITHMS = ("ppo", "maskable-ppo")


@dataclass(frozen=True)
class Member:
    """One member: its SB3 model, and the random numbers that the model's own training would go on with."""

    model: SB3Model
    streams: MemberStreams

    @property
    def normalizer(self) -> VecNormalize | None:
        """The statistics it was trained with, if any."""
        return self.model.get_vec_normalize_env()


def make_member(algo: str, spec: TaskSpec, hyperparameters: Mapping[str, Any], seed: int) -> Member:
    """An untrained member, exactly as SB3 makes it with `seed`.

    Args:
        algo: one of `ALGORITHMS`.
        spec: the task's.
        hyperparameters: as `agents.hyperparameters.resolve` gives them.
        seed: of weights, action sampling and shuffling.

    Raises:
        UserError: if the algorithm is not PPO, or does not fit the task's actions.
    """
    _check_is_ppo(algo)
    env: VecEnv = SpacesOnly(spec, hyperparameters["n_envs"])
    arguments = normalizer_arguments(hyperparameters)
    if arguments is not None:
        env = VecNormalize(env, **arguments)
    with global_generators_kept():
        model = make_agent(algo, env, hyperparameters=hyperparameters, seed=seed, device="cpu")
        streams = MemberStreams.of_global_state()
    assert isinstance(model, (PPO, MaskablePPO))
    return Member(model, streams)


def can_be_stacked(algo: str, spec: TaskSpec, hyperparameters: Mapping[str, Any]) -> bool:
    """Whether agents made so can train as one population; others train one by one with `agents.train`.

    The model itself is asked, so that there is one rule for what a population can stack.

    Args:
        algo: any algorithm's name.
        spec: the task's.
        hyperparameters: as `agents.hyperparameters.resolve` gives them.

    Raises:
        UserError: if no such agent can be made at all.
    """
    if algo not in ALGORITHMS:
        return False
    model = make_member(algo, spec, hyperparameters, seed=0).model
    try:
        shared_settings([model])
    except UserError:
        return False
    return True


def load_member(path: str | Path, algo: str, spec: TaskSpec, seed: int) -> Member:
    """A member that goes on from an SB3 file, with the normaliser beside it where there is one.

    Args:
        path: a ``model.zip`` of `agents.train`, of a population or of SB3 itself.
        algo: one of `ALGORITHMS`.
        spec: the task's.
        seed: of action sampling and shuffling from here on.

    Raises:
        UserError: if there is no such file, or the algorithm is not PPO.
    """
    _check_is_ppo(algo)
    path = Path(path)
    if not path.is_file():
        raise UserError(f"expected a trained agent at {path}, found none; `train` writes it as model.zip")
    model = find_algorithm(algo).kind.load(path, device="cpu")
    assert isinstance(model, (PPO, MaskablePPO))
    env: VecEnv = SpacesOnly(spec, model.n_envs)
    normalizer = path.with_name(NORMALIZER_FILE)
    if normalizer.is_file():
        env = VecNormalize.load(str(normalizer), env)
    model.set_env(env)
    return Member(model, MemberStreams.seeded(seed))


class SpacesOnly(VecEnv):
    """The spaces of a task, for an SB3 model whose worlds are stepped elsewhere."""

    def __init__(self, spec: TaskSpec, num_envs: int) -> None:
        self.render_mode = None
        self.task_spec = spec
        super().__init__(num_envs, ObservationEncoder(spec).space(), action_space(spec.action))

    def reset(self) -> np.ndarray:
        """Refused."""
        raise self._refusal()

    def step_async(self, actions: np.ndarray) -> None:
        """Refused."""
        raise self._refusal()

    def step_wait(self) -> VecEnvStepReturn:
        """Refused."""
        raise self._refusal()

    def close(self) -> None:
        """Nothing to close."""

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """The attribute, once for each world asked for."""
        return [getattr(self, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set the attribute of all worlds."""
        setattr(self, attr_name, value)

    def has_attr(self, attr_name: str) -> bool:
        """Whether there is the attribute; masks only where actions can be illegal."""
        return self.task_spec.action.masked if attr_name == "action_masks" else hasattr(self, attr_name)

    def env_method(
        self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any
    ) -> list[Any]:
        """Refused."""
        raise self._refusal()

    def env_is_wrapped(self, wrapper_class: type, indices: VecEnvIndices = None) -> list[bool]:
        """Nothing wraps the worlds."""
        return [False] * len(list(self._get_indices(indices)))

    def _refusal(self) -> UserError:
        return UserError(
            "this model was trained in a population and has no worlds of its own; "
            "give it some with model.set_env(...)"
        )


def _check_is_ppo(algo: str) -> None:
    if algo not in ALGORITHMS:
        raise UserError(
            f"a population is trained with {' or '.join(ALGORITHMS)}, got {algo!r}; use agents.train"
        )
