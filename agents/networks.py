"""The networks that a hyperparameter names in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

from ..envs import TaskSpec, UserError
from .command_scorer import CommandFeatures, CommandScorer
from .text_features import EmbeddingBag, TokenEmbedding

FEATURES: dict[str, type[BaseFeaturesExtractor]] = {"embedding": TokenEmbedding, "bag": EmbeddingBag}
COMMAND_SCORER = "CommandScorer"


def needs_spec(hyperparameters: Mapping[str, Any]) -> bool:
    """Whether the networks asked for read a task's fields one by one."""
    return hyperparameters.get("features") is not None or hyperparameters.get("policy") == COMMAND_SCORER


def network_arguments(
    algo: str, hyperparameters: Mapping[str, Any], policy_kwargs: Mapping[str, Any], spec: TaskSpec
) -> dict[str, Any]:
    """SB3's ``policy`` and ``policy_kwargs`` for ``features: embedding | bag`` or ``policy: CommandScorer``.

    Args:
        algo: the algorithm's name.
        hyperparameters: with the plain words.
        policy_kwargs: the other arguments of the policy.
        spec: of the task that the networks are to read.

    Raises:
        UserError: for words unknown, or that fit neither each other nor the algorithm.
    """
    features, policy = hyperparameters.get("features"), hyperparameters["policy"]
    if policy == COMMAND_SCORER:
        if algo != "maskable-ppo" or features is not None:
            raise UserError(
                f"policy: {COMMAND_SCORER} goes with maskable-ppo and has features of its own; got {algo} "
                f"and features: {features}"
            )
        return _with_features(CommandScorer, CommandFeatures, policy_kwargs, spec)
    if features not in FEATURES:
        raise UserError(f"features is {' or '.join(FEATURES)}, got {features!r}")
    return _with_features(policy, FEATURES[features], policy_kwargs, spec)


def _with_features(
    policy: Any, features: type[BaseFeaturesExtractor], policy_kwargs: Mapping[str, Any], spec: TaskSpec
) -> dict[str, Any]:
    own = {"features_extractor_class": features, "features_extractor_kwargs": {"spec": spec}}
    return {"policy": policy, "policy_kwargs": {**policy_kwargs, **own}}
