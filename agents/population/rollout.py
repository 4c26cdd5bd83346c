"""What P members saw and did in one rollout, and the advantages that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from .layout import aligned


@dataclass(frozen=True)
class Columns:
    """Where each quantity stands in a sample's row of `width` values.

    A sample is one row, so one gather fetches all that a minibatch needs. Observations come first and are
    padded to whole cache lines, as the networks take them.
    """

    observation: slice
    action: slice
    mask: slice
    value: int
    log_prob: int
    advantage: int
    target: int
    width: int

    @classmethod
    def of(cls, observation: int, action: int, mask: int) -> Columns:
        """For so many values of an observation, of an action and of an action mask (0 without masks)."""
        seen = aligned(observation)
        acted = seen + action
        known = acted + mask
        return cls(
            observation=slice(0, seen),
            action=slice(seen, acted),
            mask=slice(acted, known),
            value=known,
            log_prob=known + 1,
            advantage=known + 2,
            target=known + 3,
            width=aligned(known + 4),
        )


class Rollout:
    """T steps of n worlds of each of P members.

    Args:
        columns: of a sample's row.
        shape: (P, n, T).
        device: where the samples are kept.

    Attributes:
        samples: (P, n, T, width), so that sample ``world * T + step`` of a member is SB3's of that number.
        reward: (T, P, n) as the agent is paid, time-outs bootstrapped.
        started: (T, P, n) 1 where the step is an episode's first.
    """

    def __init__(self, columns: Columns, shape: tuple[int, int, int], device: torch.device) -> None:
        members, worlds, steps = shape
        self.columns = columns
        self.samples = torch.zeros(members, worlds, steps, columns.width, device=device)
        self.reward = torch.zeros(steps, members, worlds, device=device)
        self.started = torch.zeros(steps, members, worlds, device=device)

    def finish(
        self, last_value: torch.Tensor, last_done: torch.Tensor, gamma: torch.Tensor, gae_lambda: torch.Tensor
    ) -> None:
        """Work out advantages and value targets (GAE; Schulman et al. 2016, arXiv:1506.02438).

        Args:
            last_value: (P, n) value of the state after the last step.
            last_done: (P, n) 1 where the last step ended an episode.
            gamma: (P,) discount.
            gae_lambda: (P,) trace decay.
        """
        steps = len(self.reward)
        values = self.samples[..., self.columns.value].permute(2, 0, 1).contiguous()
        discount = gamma.unsqueeze(1)
        decay = (gamma.double() * gae_lambda.double()).float().unsqueeze(1)
        advantages = torch.empty_like(values)
        trace = torch.zeros_like(last_value)
        going_on, next_value = 1.0 - last_done, last_value
        for step in reversed(range(steps)):
            delta = self.reward[step] + discount * next_value * going_on - values[step]
            trace = delta + decay * going_on * trace
            advantages[step] = trace
            going_on, next_value = 1.0 - self.started[step], values[step]
        self.samples[..., self.columns.advantage] = advantages.permute(1, 2, 0)
        self.samples[..., self.columns.target] = (advantages + values).permute(1, 2, 0)

    def share_memory(self) -> None:
        """Move the samples to where other processes can read them."""
        self.samples.share_memory_()

    def keep(self, members: Sequence[int]) -> None:
        """Forget all members but these."""
        index = torch.tensor(members, device=self.samples.device)
        self.samples = self.samples[index]
        self.reward, self.started = self.reward[:, index], self.started[:, index]

    def explained_variance(self) -> torch.Tensor:
        """(P,) share of the targets' variance that the values explained; NaN where targets are constant."""
        value, target = (
            self.samples[..., column].flatten(1) for column in (self.columns.value, self.columns.target)
        )
        variance = target.var(1, correction=0)
        share = 1 - (target - value).var(1, correction=0) / variance
        return share.where(variance > 0, torch.nan)
