"""Hyperparameters in rl-zoo3's keys: a file for each algorithm, a section for each kind of task."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from gymnasium import spaces
from stable_baselines3.common import noise
from stable_baselines3.common.base_class import BaseAlgorithm

from ..envs import TaskSpec, UserError
from .algorithms import find_algorithm
from .literals import read_schedule, read_value

CONFIGS = Path(__file__).parent / "configs"
DEFAULT = "default"
LOOP_KEYS = {"n_envs", "n_timesteps", "normalize"}
NETWORK_KEYS = {"features"}
NOISE_KEYS = {"noise_type", "noise_std"}
SCHEDULES = {"learning_rate", "clip_range", "clip_range_vf"}
NOISES = {"normal": noise.NormalActionNoise, "ornstein-uhlenbeck": noise.OrnsteinUhlenbeckActionNoise}
_MADE_ELSEWHERE = LOOP_KEYS | NETWORK_KEYS | NOISE_KEYS
# Given by the trainer, or an object that no text can name.
_NOT_TUNED = {
    "self", "env", "seed", "device", "tensorboard_log", "verbose", "action_noise",
    "rollout_buffer_class", "rollout_buffer_kwargs", "replay_buffer_class", "_init_setup_model",
}  # fmt: skip


def resolve(
    algo: str, spec: TaskSpec, override: Mapping[str, Any] | str | Path | None = None
) -> dict[str, Any]:
    """The hyperparameters that `algo` takes for a task.

    Sections apply one over the other: ``default``, then those named like a tag of the task, in the file's
    order, then the one named like the task (or its Gymnasium id). `override` comes on top: a mapping, or the
    path of a YAML file of hyperparameters, with or without sections.

    Raises:
        UserError: for an unknown key, with its near matches, and for a file that is missing, is not YAML or
            has no section for the task.
    """
    known = _tunable(find_algorithm(algo).kind)
    chosen = _sections_for(spec, _read_yaml(CONFIGS / f"{algo}.yml"))
    if isinstance(override, (str, Path)):
        chosen |= _from_user_file(Path(override), spec, known)
    elif override is not None:
        chosen |= override
    for key in chosen:
        _check_key(algo, key, known)
    return chosen


def agent_arguments(hyperparameters: Mapping[str, Any], actions: spaces.Space) -> dict[str, Any]:
    """The arguments of an SB3 agent: schedules, networks and action noise built from their text.

    Raises:
        UserError: for a value that cannot be read.
    """
    own = {key: value for key, value in hyperparameters.items() if key not in _MADE_ELSEWHERE}
    arguments: dict[str, Any] = {
        key: read_schedule(value) if key in SCHEDULES and value is not None else read_value(value)
        for key, value in own.items()
    }
    if isinstance(arguments.get("train_freq"), list):
        arguments["train_freq"] = tuple(arguments["train_freq"])
    if hyperparameters.get("noise_type") is not None:
        arguments["action_noise"] = _action_noise(hyperparameters, actions)
    return arguments


def normalizer_arguments(hyperparameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """What ``normalize`` asks for: arguments of SB3's `VecNormalize`, or None for no normalisation.

    As in rl-zoo3, ``true`` normalises observations and rewards, and the reward's discount is the agent's.

    Raises:
        UserError: if it is neither a boolean nor a mapping.
    """
    wanted = read_value(hyperparameters.get("normalize", False))
    if not isinstance(wanted, (bool, dict)):
        raise UserError(f"normalize is true, false or dict(norm_obs=..., norm_reward=...), got {wanted!r}")
    if not wanted:
        return None
    discount = {"gamma": read_value(hyperparameters["gamma"])} if "gamma" in hyperparameters else {}
    return discount | (wanted if isinstance(wanted, dict) else {})


def _action_noise(hyperparameters: Mapping[str, Any], actions: spaces.Space) -> noise.ActionNoise:
    name, size = hyperparameters["noise_type"], actions.shape
    if name not in NOISES:
        raise UserError(f"noise_type is {' or '.join(NOISES)}, got {name!r}")
    assert size is not None
    return NOISES[name](
        mean=np.zeros(size), sigma=np.full(size, float(hyperparameters.get("noise_std", 0.1)))
    )


def _tunable(kind: type[BaseAlgorithm]) -> set[str]:
    keys = set(inspect.signature(kind.__init__).parameters) - _NOT_TUNED
    takes_noise = "action_noise" in inspect.signature(kind.__init__).parameters
    return keys | LOOP_KEYS | NETWORK_KEYS | (NOISE_KEYS if takes_noise else set())


def _check_key(algo: str, key: str, known: set[str]) -> None:
    if key not in known:
        near = difflib.get_close_matches(key, known, n=3) or sorted(known)
        raise UserError(f"{algo} has no hyperparameter {key!r}; did you mean {' or '.join(near)}?")


def _sections_for(spec: TaskSpec, sections: Mapping[str, Any]) -> dict[str, Any]:
    rank = {DEFAULT: 0} | dict.fromkeys(spec.tags, 1) | {spec.gym_id: 2, spec.name: 2}
    chosen: dict[str, Any] = {}
    for name in sorted((name for name in sections if name in rank), key=lambda name: rank[name]):
        chosen |= sections[name]
    return chosen


def _from_user_file(path: Path, spec: TaskSpec, known: set[str]) -> dict[str, Any]:
    content = _read_yaml(path)
    if not all(isinstance(value, dict) and key not in known for key, value in content.items()):
        return content
    chosen = _sections_for(spec, content)
    if content and not chosen:
        raise UserError(
            f"{path} has sections {', '.join(content)}, none of them for {spec.name}; "
            f"name one {DEFAULT}, {spec.name} or a tag of the task ({', '.join(spec.tags)})"
        )
    return chosen


def _read_yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise UserError(f"expected a YAML file of hyperparameters at {path}, found none")
    try:
        content = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise UserError(f"{path} holds hyperparameters as `key: value` lines, got {type(content).__name__}")
    return content
