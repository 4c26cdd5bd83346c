"""What a population takes over from its members' SB3 models: what is shared, what is each one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3 import PPO
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import FlattenExtractor

from ...envs import UserError
from .mlp import ACTIVATIONS

SB3Model = PPO | MaskablePPO
_SHARED = ("n_envs", "n_steps", "batch_size", "n_epochs", "normalize_advantage", "policy_class")
_SHARED_BY_OPTIMIZER = ("betas", "eps")
_SHARED_BY_POLICY = ("activation_fn", "observation_space", "action_space")


@dataclass(frozen=True)
class Shared:
    """What all members have in common, under SB3's names."""

    n_envs: int
    n_steps: int
    batch_size: int
    n_epochs: int
    normalize_advantage: bool


@dataclass(frozen=True)
class Own:
    """What each of P members has for itself, each (P,) float32 unless said, under SB3's names.

    Attributes:
        learning_rate: P numbers.
        clip_range_vf: infinite where the value function is not clipped.
        target_kl: infinite where no divergence is too large.
    """

    gamma: torch.Tensor
    gae_lambda: torch.Tensor
    ent_coef: torch.Tensor
    vf_coef: torch.Tensor
    max_grad_norm: torch.Tensor
    target_kl: torch.Tensor
    learning_rate: list[float]
    clip_range: torch.Tensor
    clip_range_vf: torch.Tensor

    @classmethod
    def read(cls, models: Sequence[SB3Model], remaining: float, device: torch.device) -> Own:
        """The values with a share of `remaining` (1 to 0) of training still to come, as schedules see it."""

        def column(values: list[float]) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)

        def constant(name: str, absent: float = 0.0) -> torch.Tensor:
            values = [getattr(model, name) for model in models]
            return column([absent if value is None else value for value in values])

        def schedule(name: str) -> torch.Tensor:
            schedules = [getattr(model, name) for model in models]
            return column([float("inf") if s is None else s(remaining) for s in schedules])

        return cls(
            gamma=constant("gamma"),
            gae_lambda=constant("gae_lambda"),
            ent_coef=constant("ent_coef"),
            vf_coef=constant("vf_coef"),
            max_grad_norm=constant("max_grad_norm"),
            target_kl=constant("target_kl", float("inf")),
            learning_rate=[float(model.lr_schedule(remaining)) for model in models],
            clip_range=schedule("clip_range"),
            clip_range_vf=schedule("clip_range_vf"),
        )

    def part(self, members: slice) -> Own:
        """The values of some of the members."""
        return Own(**{name: getattr(self, name)[members] for name in self.__dataclass_fields__})


def shared_settings(models: Sequence[SB3Model]) -> Shared:
    """What all models have in common.

    Raises:
        UserError: if they differ in a value that must be shared, or have parts that cannot be stacked.
    """
    if not models:
        raise UserError("a population has at least one member, got none")
    first = models[0]
    for model in models:
        _check_can_be_stacked(model)
        for name, value in _shared_values(model).items():
            other = _shared_values(first)[name]
            if value != other:
                raise UserError(f"members of a population share {name}, got both {other} and {value}")
    assert first.batch_size is not None
    return Shared(
        first.n_envs, first.n_steps, first.batch_size, first.n_epochs, bool(first.normalize_advantage)
    )


def _shared_values(model: SB3Model) -> dict[str, Any]:
    values = {name: getattr(model, name) for name in _SHARED}
    values |= {name: getattr(model.policy, name) for name in _SHARED_BY_POLICY}
    arch = model.policy.net_arch
    values["net_arch"] = arch if isinstance(arch, dict) else {"pi": arch, "vf": arch}
    return values | {name: model.policy.optimizer.defaults[name] for name in _SHARED_BY_OPTIMIZER}


def _check_can_be_stacked(model: SB3Model) -> None:
    policy = model.policy
    if type(policy) not in (ActorCriticPolicy, MaskableActorCriticPolicy):
        raise UserError(f"a population's members have MlpPolicy, got {type(policy).__name__}")
    if policy.features_extractor_class is not FlattenExtractor or model.use_sde:
        raise UserError("a population's members have no features extractor and no gSDE; use agents.train")
    if policy.activation_fn not in ACTIVATIONS:
        names = " or ".join(f"nn.{kind.__name__}" for kind in ACTIVATIONS)
        raise UserError(f"a population's networks use {names}, got nn.{policy.activation_fn.__name__}")
    group = policy.optimizer.param_groups[0]
    if type(policy.optimizer) is not torch.optim.Adam or group["weight_decay"] or group["amsgrad"]:
        raise UserError("a population's members learn with plain Adam; train others with agents.train")
