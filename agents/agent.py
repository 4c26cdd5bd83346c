"""Agents: made for an environment, or loaded from a file."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gymnasium import spaces
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from stable_baselines3.common.vec_env import VecEnv

from ..envs import UserError
from .algorithms import ActionKind, check_actions, find_algorithm
from .hyperparameters import agent_arguments
from .networks import COMMAND_SCORER, needs_spec, network_arguments
from .policies import NormalizedPolicy, Policy

MODEL_FILE = "model.zip"
NORMALIZER_FILE = "vecnormalize.pkl"


def make_agent(
    algo: str,
    env: VecEnv,
    *,
    hyperparameters: Mapping[str, Any],
    seed: int,
    device: str = "auto",
    tensorboard: str | None = None,
) -> BaseAlgorithm:
    """An untrained agent.

    Args:
        algo: a name from `ALGORITHMS`.
        env: what it trains in.
        hyperparameters: in rl-zoo3's keys, as `hyperparameters.resolve` gives them; those that concern the
            training loop and not the agent (``n_envs``, ``n_timesteps``, ``normalize``) are passed over.
        seed: for the weights, the agent's own randomness and the environment (world i takes seed + i).
        device: ``auto`` takes the GPU if there is one, save for on-policy agents with an MLP or a
            `CommandScorer`: their networks are so small that moving each step's batch costs more than it
            saves, and SB3 warns against it.
        tensorboard: folder for SB3's own TensorBoard files.

    Raises:
        UserError: if there is no such algorithm, or it cannot take the environment's actions, or the networks
            asked for cannot read the task.
    """
    algorithm = find_algorithm(algo)
    check_actions(algo, _action_kind(env))
    arguments = agent_arguments(hyperparameters, env.action_space)
    small = arguments["policy"] in ("MlpPolicy", COMMAND_SCORER)
    if device == "auto" and issubclass(algorithm.kind, OnPolicyAlgorithm) and small:
        device = "cpu"
    if needs_spec(hyperparameters):
        others = arguments.get("policy_kwargs") or {}
        arguments |= network_arguments(algo, hyperparameters, others, env.get_attr("task_spec")[0])
    return algorithm.kind(env=env, seed=seed, device=device, tensorboard_log=tensorboard, **arguments)


def load_agent(path: str | Path, algo: str, device: str = "auto") -> Policy:
    """A trained agent from the ``model.zip`` that `train` wrote, ready for `evaluate`.

    SB3's own ``load`` reads the same file. If the agent was trained on normalised observations, its
    normaliser stands beside the file as ``vecnormalize.pkl``, and the agent comes back behind it. Like every
    SB3 file both are pickles: load only those you trust.

    Raises:
        UserError: if there is no such file or no such algorithm.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"expected a trained agent at {path}, found none; `train` writes it as model.zip")
    model: Policy = find_algorithm(algo).kind.load(path, device=device)
    normalizer = path.with_name(NORMALIZER_FILE)
    if not normalizer.is_file():
        return model
    with normalizer.open("rb") as file:
        return NormalizedPolicy(model, pickle.load(file))


def _action_kind(env: VecEnv) -> ActionKind:
    if isinstance(env.action_space, spaces.Box):
        return "box"
    masked = env.has_attr("action_masks")
    if isinstance(env.action_space, spaces.MultiDiscrete):
        return "masked multi-discrete" if masked else "multi-discrete"
    return "masked" if masked else "discrete"
