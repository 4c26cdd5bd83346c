"""The networks of several members and the optimiser that moves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy
from torch.optim.adam import adam

from .heads import Categorical, Gaussian, Head
from .layout import Layout
from .mlp import ACTIVATIONS, Activation, StackedMLP
from .settings import SB3Model

Policy = ActorCriticPolicy | MaskableActorCriticPolicy
_CLIP_EPSILON = 1e-6  # as in torch.nn.utils.clip_grad_norm_


@dataclass(frozen=True)
class State:
    """All that learning changes; each row belongs to one of P members.

    Attributes:
        parameters: (P, N) in the order of `Layout`.
        first_moment: (P, N) Adam's running mean of the gradient.
        second_moment: (P, N) Adam's running mean of its square.
        steps: (P,) Adam's steps so far.
    """

    parameters: torch.Tensor
    first_moment: torch.Tensor
    second_moment: torch.Tensor
    steps: torch.Tensor

    @classmethod
    def read(cls, models: Sequence[SB3Model], layout: Layout, device: torch.device) -> State:
        """The state that SB3's models are in."""
        rows = [_read(model.policy, layout) for model in models]
        parameters, first, second, steps = zip(*rows, strict=True)
        return cls(
            torch.stack(parameters).to(device),
            torch.stack(first).to(device),
            torch.stack(second).to(device),
            torch.stack(steps).to(device),
        )

    def write(self, row: int, model: SB3Model, layout: Layout) -> None:
        """Put member `row`'s state into an SB3 model."""
        weights = layout.tensors(self.parameters[row])
        first, second = layout.tensors(self.first_moment[row]), layout.tensors(self.second_moment[row])
        steps = self.steps[row]
        optimizer = model.policy.optimizer
        with torch.no_grad():
            for name, parameter in model.policy.named_parameters():
                parameter.copy_(weights[name])
                if steps > 0:
                    optimizer.state[parameter] = {
                        "step": steps.cpu().clone(),
                        "exp_avg": first[name].to(parameter.device, copy=True),
                        "exp_avg_sq": second[name].to(parameter.device, copy=True),
                    }

    def select(self, rows: Sequence[int]) -> State:
        """A copy of the state of the members `rows`."""
        index = torch.tensor(rows, device=self.parameters.device)
        return State(
            self.parameters[index],
            self.first_moment[index],
            self.second_moment[index],
            self.steps[index],
        )

    def share_memory(self) -> State:
        """The same state, moved to where other processes can change it too."""
        for tensor in (self.parameters, self.first_moment, self.second_moment, self.steps):
            tensor.share_memory_()
        return self

    @classmethod
    def join(cls, parts: Sequence[State]) -> State:
        """The state of all members of `parts`, in order."""
        return cls(
            torch.cat([part.parameters for part in parts]),
            torch.cat([part.first_moment for part in parts]),
            torch.cat([part.second_moment for part in parts]),
            torch.cat([part.steps for part in parts]),
        )


def _read(policy: Policy, layout: Layout) -> tuple[torch.Tensor, ...]:
    state = policy.optimizer.state
    named = dict(policy.named_parameters())
    known = {name: state[p] for name, p in named.items() if p in state}
    steps = next((entry["step"] for entry in known.values()), 0.0)
    return (
        layout.row(named),
        layout.row({name: entry["exp_avg"] for name, entry in known.items()}),
        layout.row({name: entry["exp_avg_sq"] for name, entry in known.items()}),
        torch.tensor(float(steps)),
    )


@dataclass(frozen=True)
class Blueprint:
    """What the networks of all members have in common.

    Attributes:
        layout: of their parameters.
        activation: between their layers.
        choices: of each component of a categorical action; empty where actions are real.
        masked: whether actions can be illegal.
        betas: Adam's decay rates.
        epsilon: Adam's.
    """

    layout: Layout
    activation: Activation
    choices: tuple[int, ...]
    masked: bool
    betas: tuple[float, float]
    epsilon: float

    @property
    def outputs(self) -> int:
        """A: values of the actor's output."""
        return self.layout.slots["action_net.bias"].shape[0]

    @classmethod
    def of(cls, model: SB3Model) -> Blueprint:
        """The blueprint of a population of which `model` is a member."""
        group = model.policy.optimizer.param_groups[0]
        return cls(
            layout=Layout(model.policy),
            activation=ACTIVATIONS[model.policy.activation_fn],
            choices=_choices(model.action_space),
            masked=isinstance(model, MaskablePPO),
            betas=group["betas"],
            epsilon=group["eps"],
        )


def _choices(space: spaces.Space) -> tuple[int, ...]:
    if isinstance(space, spaces.MultiDiscrete):
        return tuple(space.nvec.tolist())
    return (int(space.n),) if isinstance(space, spaces.Discrete) else ()


class Learner:
    """Stacked actor-critics over one `State`.

    Args:
        blueprint: of the networks.
        state: what is learnt; changed in place.
    """

    def __init__(self, blueprint: Blueprint, state: State) -> None:
        layout = blueprint.layout
        self.state = state
        self.members = len(state.parameters)
        self.masked = blueprint.masked
        views = layout.views(state.parameters)
        self._gradient_row = torch.zeros_like(state.parameters)
        # The matrix products write whole blocks; clipping then moves them into the members' rows.
        self._gradients = {name: torch.zeros_like(view) for name, view in views.items()}
        self._clipped = layout.views(self._gradient_row)
        self._chains = layout.actor, layout.critic
        self.actor, self.critic = (
            StackedMLP(
                outputs,
                [views[f"{stem}.weight"] for stem in chain],
                [views[f"{stem}.bias"] for stem in chain],
                blueprint.activation,
            )
            for outputs, chain in zip((blueprint.outputs, 1), self._chains, strict=True)
        )
        self.head: Head = (
            Categorical(blueprint.choices, state.parameters.device)
            if blueprint.choices
            else Gaussian(views["log_std"], self._gradients["log_std"])
        )
        self._rows = list(
            zip(
                state.parameters,
                self._gradient_row,
                state.first_moment,
                state.second_moment,
                state.steps,
                strict=True,
            )
        )
        self._betas, self._epsilon = blueprint.betas, blueprint.epsilon

    def backward(self, x: torch.Tensor, by_output: torch.Tensor, by_value: torch.Tensor) -> None:
        """Gradients by all parameters, after `actor` and `critic` went forward on `x` (P, M, D).

        Args:
            x: observations.
            by_output: (P, M, A), the loss's gradient by the actor's output.
            by_value: (P, M), by the values.
        """
        for network, chain, grad in zip(
            (self.actor, self.critic), self._chains, (by_output, by_value.unsqueeze(-1)), strict=True
        ):
            network.backward(
                x,
                grad,
                [self._gradients[f"{stem}.weight"] for stem in chain],
                [self._gradients[f"{stem}.bias"] for stem in chain],
            )

    def step(self, max_grad_norm: torch.Tensor, learning_rate: Sequence[float], moving: np.ndarray) -> None:
        """Clip each gradient to its member's norm (P,); move the members `moving` (P,) by one step of Adam.

        Adam is Kingma & Ba 2015, arXiv:1412.6980.
        """
        # Members in rows: a sum down the columns would add up in an order that depends on their number.
        norms = [torch.linalg.vector_norm(grad.flatten(1), dim=1) for grad in self._gradients.values()]
        total = torch.linalg.vector_norm(torch.stack(norms, dim=1), dim=1)
        factor = (max_grad_norm / (total + _CLIP_EPSILON)).clamp(max=1.0)
        for name, grad in self._gradients.items():
            torch.mul(grad, factor.view(-1, *[1] * (grad.dim() - 1)), out=self._clipped[name])
        for rate in dict.fromkeys(learning_rate):
            rows = [row for row in range(self.members) if moving[row] and learning_rate[row] == rate]
            if rows:
                self._adam(rows, rate)

    def _adam(self, rows: Sequence[int], learning_rate: float) -> None:
        parameters, gradients, first, second, steps = zip(*(self._rows[row] for row in rows), strict=True)
        adam(
            list(parameters),
            list(gradients),
            list(first),
            list(second),
            [],
            list(steps),
            fused=True,
            amsgrad=False,
            beta1=self._betas[0],
            beta2=self._betas[1],
            lr=learning_rate,
            weight_decay=0.0,
            eps=self._epsilon,
            maximize=False,
        )
