"""Action distributions of P members at once: log-probabilities, entropies and their gradients by hand.

Each follows SB3's distribution of the same kind to the letter, so that members draw and score actions as
SB3's PPO and sb3-contrib's MaskablePPO do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import torch
from torch.nn.functional import pad

_ILLEGAL = -1e8  # the logit that sb3-contrib gives to an illegal choice
_ABSENT = 2 * _ILLEGAL  # less likely than any choice, even where all are illegal


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
    """One choice for each of K independent components; some choices may be illegal.

    In the A values of an output the components' choices stand one component after another. Illegal ones are
    ruled out as by Huang & Ontanon 2022, arXiv:2006.14171. Where no choice of a component is legal, all are
    equally likely, and what the network says of them has no effect.

    Args:
        choices: of each component; A in all.
        device: where the outputs are.
    """

    blockwise = False

    def __init__(self, choices: Sequence[int], device: torch.device) -> None:
        self.columns = len(choices)
        self._choices = list(choices)
        self._rows = _Rows(choices, device)

    def noise(self, out: torch.Tensor, generator: torch.Generator) -> None:
        """See `Head.noise`."""
        for component in out.split(self._choices, -1):
            component.exponential_(generator=generator)

    def sample(
        self, output: torch.Tensor, noise: torch.Tensor, masks: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Head.sample`."""
        logits = self._normalized(output, masks)
        # torch.multinomial's own way to draw one of many: the first of as many exponential clocks to ring.
        actions = (logits.exp() / self._rows.split(noise, 1.0)).argmax(-1, keepdim=True)
        return actions.squeeze(-1), _chosen(logits, actions)

    def mode(self, output: torch.Tensor, masks: torch.Tensor | None) -> torch.Tensor:
        """See `Head.mode`."""
        return self._normalized(output, masks).argmax(-1)

    def score(self, output: torch.Tensor, actions: torch.Tensor, masks: torch.Tensor | None) -> Score:
        """See `Head.score`."""
        self._actions = actions.long().unsqueeze(-1)
        self._logits = self._normalized(output, masks)
        self._probs = self._logits.exp()
        self._counted = torch.ones_like(self._actions, dtype=output.dtype)
        if masks is not None:
            # An illegal choice is only ever made where none was legal.
            self._counted[:] = self._rows.split(masks, False).gather(-1, self._actions)
            self._probs *= self._counted
        self._entropies = -(self._probs * self._logits).sum(-1, keepdim=True)
        return Score(_chosen(self._logits, self._actions), self._entropies.sum((-2, -1)))

    def backward(self, by_log_prob: torch.Tensor, by_entropy: torch.Tensor) -> torch.Tensor:
        """See `Head.backward`."""
        weight = by_log_prob[..., None, None] * self._counted
        surprise = self._logits + self._entropies
        rows = self._probs * (-weight - by_entropy[..., None, None] * surprise)
        rows.scatter_add_(-1, self._actions, weight)
        return self._rows.join(rows)

    def _normalized(self, output: torch.Tensor, masks: torch.Tensor | None) -> torch.Tensor:
        """Log-probabilities (P, M, K, C) of all choices, each among those of its component."""
        legal = output if masks is None else output.where(masks, _ILLEGAL)
        return torch.log_softmax(self._rows.split(legal, _ABSENT), -1)


def _chosen(logits: torch.Tensor, actions: torch.Tensor) -> torch.Tensor:
    """Log-probability (P, M) of all K `actions` (P, M, K, 1) together."""
    return logits.gather(-1, actions).sum((-2, -1))


class _Rows:
    """Values of all choices (..., A) as one row for each component (..., K, C), C being the most choices."""

    def __init__(self, choices: Sequence[int], device: torch.device) -> None:
        counts = torch.tensor(choices, device=device)
        self._shape = len(choices), max(choices)
        places = torch.arange(max(choices), device=device) < counts.unsqueeze(1)
        self._ragged = not bool(places.all())
        self._places = places.flatten().nonzero().squeeze(-1)
        self._sources = (places.flatten().cumsum(0) - 1).where(places.flatten(), len(self._places))

    def split(self, values: torch.Tensor, absent: float) -> torch.Tensor:
        """(..., A) -> (..., K, C), with `absent` where a component has fewer choices."""
        if self._ragged:
            values = pad(values, (0, 1), value=absent).index_select(-1, self._sources)
        return values.unflatten(-1, self._shape)

    def join(self, rows: torch.Tensor) -> torch.Tensor:
        """(..., K, C) -> (..., A)."""
        values = rows.flatten(-2)
        return values.index_select(-1, self._places) if self._ragged else values
