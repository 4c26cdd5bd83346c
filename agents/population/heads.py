"""Action distributions of P members at once: log-probabilities, entropies and their gradients by hand.

Each follows SB3's distribution of the same kind to the letter, so that members draw and score actions as
SB3's PPO and sb3-contrib's MaskablePPO do.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import torch

_ILLEGAL = -1e8  # the logit that sb3-contrib gives to an illegal choice


class Score(NamedTuple):
    """Of M actions of each of P members: `log_prob` (P, M); `entropy` (P, M), or (P, 1) where all agree."""

    log_prob: torch.Tensor
    entropy: torch.Tensor


class Head(Protocol):
    """An action distribution; `output` (P, M, A) is what the actor network says, `masks` (P, M, A) bool.

    Attributes:
        columns: numbers that make an action.
        blockwise: whether many draws of `noise` in one call give the same numbers as one by one.
    """

    columns: int
    blockwise: bool

    def noise(self, out: torch.Tensor, generator: torch.Generator) -> None:
        """Fill `out` (..., n, A) with the raw random numbers that SB3 draws to sample n actions."""

    def sample(
        self, output: torch.Tensor, noise: torch.Tensor, masks: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Actions (P, M, columns) made from `noise` (P, M, A), and their log-probability (P, M)."""

    def mode(self, output: torch.Tensor, masks: torch.Tensor | None) -> torch.Tensor:
        """The most likely actions (P, M, columns)."""

    def score(self, output: torch.Tensor, actions: torch.Tensor, masks: torch.Tensor | None) -> Score:
        """Score `actions` (P, M, columns)."""

    def backward(self, by_log_prob: torch.Tensor, by_entropy: torch.Tensor) -> torch.Tensor:
        """Gradient (P, M, A) by the output of what was scored last.

        Args:
            by_log_prob: (P, M), the loss's gradient by each log-probability.
            by_entropy: (P, 1), the loss's gradient by each of the M entropies.
        """


class Gaussian:
    """Independent normal components with a standard deviation that does not depend on the state.

    Args:
        log_std: (P, A), the parameters.
        log_std_grad: (P, A), where `backward` puts the gradient by them.
    """

    blockwise = True

    def __init__(self, log_std: torch.Tensor, log_std_grad: torch.Tensor) -> None:
        self.columns = log_std.shape[1]
        self._log_std = log_std
        self._log_std_grad = log_std_grad

    def noise(self, out: torch.Tensor, generator: torch.Generator) -> None:
        """See `Head.noise`."""
        out.normal_(generator=generator)

    def sample(
        self, output: torch.Tensor, noise: torch.Tensor, masks: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Head.sample`."""
        actions = output + noise * self._log_std.exp().unsqueeze(1)
        return actions, self.score(output, actions, None).log_prob

    def mode(self, output: torch.Tensor, masks: torch.Tensor | None) -> torch.Tensor:
        """See `Head.mode`."""
        return output

    def score(self, output: torch.Tensor, actions: torch.Tensor, masks: torch.Tensor | None) -> Score:
        """See `Head.score`."""
        self._inverse_std = (-self._log_std).exp().unsqueeze(1)
        self._z = (actions - output) * self._inverse_std
        constant = (self._log_std + 0.5 * math.log(2 * math.pi)).sum(1, keepdim=True)
        log_prob = -0.5 * self._z.square().sum(-1) - constant
        return Score(log_prob, constant + 0.5 * self.columns)

    def backward(self, by_log_prob: torch.Tensor, by_entropy: torch.Tensor) -> torch.Tensor:
        """See `Head.backward`."""
        weight = by_log_prob.unsqueeze(-1)
        torch.sum(weight * (self._z.square() - 1), 1, out=self._log_std_grad)
        self._log_std_grad.add_(by_entropy * by_log_prob.shape[1])
        return weight * self._z * self._inverse_std


class Categorical:
    """One of A choices, of which some may be illegal (Huang & Ontanon 2022, arXiv:2006.14171)."""

    columns = 1
    blockwise = False

    def noise(self, out: torch.Tensor, generator: torch.Generator) -> None:
        """See `Head.noise`."""
        out.exponential_(generator=generator)

    def sample(
        self, output: torch.Tensor, noise: torch.Tensor, masks: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Head.sample`."""
        logits = _normalized(output, masks)
        # torch.multinomial's own way to draw one of A: the first of A exponential clocks to ring.
        actions = (logits.exp() / noise).argmax(-1, keepdim=True)
        return actions, logits.gather(-1, actions).squeeze(-1)

    def mode(self, output: torch.Tensor, masks: torch.Tensor | None) -> torch.Tensor:
        """See `Head.mode`."""
        return _normalized(output, masks).argmax(-1, keepdim=True)

    def score(self, output: torch.Tensor, actions: torch.Tensor, masks: torch.Tensor | None) -> Score:
        """See `Head.score`."""
        self._actions = actions.long()
        self._logits = _normalized(output, masks)
        self._probs = self._logits.exp()
        self._entropy = -(self._probs * self._logits).sum(-1)
        return Score(self._logits.gather(-1, self._actions).squeeze(-1), self._entropy)

    def backward(self, by_log_prob: torch.Tensor, by_entropy: torch.Tensor) -> torch.Tensor:
        """See `Head.backward`."""
        weight = by_log_prob.unsqueeze(-1)
        surprise = self._logits + self._entropy.unsqueeze(-1)
        grad = self._probs * (-weight - by_entropy.unsqueeze(-1) * surprise)
        return grad.scatter_add_(-1, self._actions, weight)


def _normalized(output: torch.Tensor, masks: torch.Tensor | None) -> torch.Tensor:
    """Log-probabilities (P, M, A) of all choices."""
    return torch.log_softmax(output if masks is None else output.where(masks, _ILLEGAL), -1)
