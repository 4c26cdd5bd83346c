"""Decoders: from the factors of a step to what it is worth, learnt from the returns of whole episodes.

Return decomposition as a regression: the decoded rewards of an episode's steps are to sum to its return
(Efroni et al. 2021, "Reinforcement Learning with Trajectory Feedback"; Qu et al. 2024, LaRe). What makes it
work from few episodes is that the factors are few.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
import torch
from torch import nn

from ...envs import UserError
from .episodes import Episodes

DecoderKind = Literal["linear", "mlp"]


class FittedError(UserError):
    """A decoder that cannot be fitted, since the factors or the returns are not finite."""


class Decoder(Protocol):
    """What a step is worth, by its factors."""

    def __call__(self, factors: np.ndarray) -> np.ndarray:
        """The reward (B,) of steps with `factors` (B, F); 0 before the first fit."""

    def fit(self, episodes: Episodes) -> float:
        """Learn from `episodes`; the share of the returns' variance that the sums then explain, at most 1."""


def make_decoder(kind: DecoderKind, factors: int, seed: int = 0) -> Decoder:
    """A decoder of `kind` for `factors` factors that has learnt nothing yet."""
    return LinearDecoder(factors) if kind == "linear" else MLPDecoder(factors, seed)


class LinearDecoder:
    """A weight for each factor and one for being alive, by ridge regression on the sums over episodes.

    Args:
        factors: F.
        ridge: penalty on the weights of standardised sums; more is needed the fewer episodes there are.
    """

    def __init__(self, factors: int, ridge: float = 1e-3) -> None:
        self.weights = np.zeros(factors + 1)
        self.ridge = ridge

    def __call__(self, factors: np.ndarray) -> np.ndarray:
        """The reward (B,) of steps with `factors` (B, F); 0 before the first fit."""
        return factors @ self.weights[:-1] + self.weights[-1]

    def fit(self, episodes: Episodes) -> float:
        """Find the weights anew; the share of the returns' variance that the sums then explain."""
        _check(episodes)
        sums = np.column_stack([episodes.factors.sum(axis=1, dtype=np.float64), episodes.lengths])
        scale = np.sqrt(np.mean(sums**2, axis=0))
        scale[scale == 0] = 1.0
        columns = sums / scale
        penalty = self.ridge * len(sums) * np.eye(len(scale))
        solved = np.linalg.solve(columns.T @ columns + penalty, columns.T @ episodes.returns)
        self.weights = solved / scale
        return _explained(episodes.returns, sums @ self.weights)


class MLPDecoder:
    """A small network, trained a little further with every fit.

    Of long episodes a random part of the steps stands for the whole, scaled up, so that a fit costs the same
    whatever the horizon (Ren et al. 2022, "Learning Long-Term Reward Redistribution via Randomized Return
    Decomposition"). As shown there, that penalises the spread of the decoded rewards within an episode: they
    come out too alike where episodes are much longer than the part.

    Args:
        factors: F.
        seed: of the weights and of the batches.
        hidden: widths of the hidden layers.
        learning_rate: of Adam.
        updates: gradient steps in a fit.
        batch: episodes in a gradient step.
        most_steps: steps of an episode that a gradient step looks at.
        decay: weight decay; keeps apart what the returns do not tell apart.
    """

    def __init__(
        self,
        factors: int,
        seed: int = 0,
        *,
        hidden: tuple[int, ...] = (64, 64),
        learning_rate: float = 3e-3,
        updates: int = 100,
        batch: int = 256,
        most_steps: int = 128,
        decay: float = 1e-4,
    ) -> None:
        self.updates, self.batch, self.most_steps = updates, batch, most_steps
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.network = _mlp(factors, hidden)
        self._optimizer = torch.optim.AdamW(self.network.parameters(), lr=learning_rate, weight_decay=decay)
        self._rng = np.random.default_rng(seed)
        self._scale, self._unit = np.ones(factors), 1.0
        self._fitted = False

    def __call__(self, factors: np.ndarray) -> np.ndarray:
        """The reward (B,) of steps with `factors` (B, F); 0 before the first fit."""
        if not self._fitted:
            return np.zeros(len(factors))
        with torch.no_grad():
            values = self.network(_tensor(factors / self._scale)).squeeze(-1)
        return self._unit * values.numpy().astype(np.float64)

    def fit(self, episodes: Episodes) -> float:
        """Train on for some gradient steps; the share of the returns' variance that is explained before."""
        _check(episodes)
        if not self._fitted:
            self._fix_scales(episodes)
        explained = _explained(episodes.returns, self._sums(episodes))
        for _ in range(self.updates):
            chosen = self._rng.integers(len(episodes.returns), size=min(self.batch, len(episodes.returns)))
            self._descend(Episodes(*(values[chosen] for values in episodes)))
        return explained

    def _fix_scales(self, episodes: Episodes) -> None:
        # Fixed by the first fit: the network would otherwise chase its own inputs as the agent changes.
        played = episodes.factors[episodes.played]
        scale = np.sqrt(np.mean(np.square(played, dtype=np.float64), axis=0))
        self._scale = np.where(scale > 0, scale, 1.0)
        self._unit = float(np.std(episodes.returns)) or 1.0
        self._fitted = True

    def _descend(self, batch: Episodes) -> None:
        factors, weights = self._part(batch)
        values = self.network(_tensor(factors / self._scale)).squeeze(-1)
        sums = (values * _tensor(weights)).sum(dim=1)
        # By the length, as the error of a sum grows with it.
        errors = (sums - _tensor(batch.returns / self._unit)) / float(np.sqrt(batch.lengths.mean()))
        loss = errors.square().mean()
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()

    def _part(self, batch: Episodes) -> tuple[np.ndarray, np.ndarray]:
        """Factors (E, K, F) of at most `most_steps` steps, and how much each counts (E, K)."""
        longest = int(batch.lengths.max())
        if longest <= self.most_steps:
            return batch.factors[:, :longest], batch.played[:, :longest].astype(np.float32)
        shape = len(batch.lengths), self.most_steps
        steps = (self._rng.random(shape) * batch.lengths[:, None]).astype(np.int64)
        weights = np.repeat(batch.lengths[:, None] / self.most_steps, self.most_steps, axis=1)
        return np.take_along_axis(batch.factors, steps[..., None], axis=1), weights

    def _sums(self, episodes: Episodes) -> np.ndarray:
        """(E,) decoded return of each episode."""
        values = self(episodes.factors.reshape(-1, episodes.factors.shape[-1]))
        return (values.reshape(episodes.played.shape) * episodes.played).sum(axis=1)


def _mlp(factors: int, hidden: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    widths = (factors, *hidden)
    for before, after in zip(widths, hidden, strict=False):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 1))


def _check(episodes: Episodes) -> None:
    if len(episodes.returns) == 0:
        raise FittedError("a decoder learns from whole episodes, got none; play longer before the first fit")
    if not (np.isfinite(episodes.returns).all() and np.isfinite(episodes.factors).all()):
        raise FittedError("a decoder learns from finite factors and returns, got others; check the program")


def _explained(returns: np.ndarray, decoded: np.ndarray) -> float:
    spread = float(np.var(returns))
    return 1.0 - float(np.mean((returns - decoded) ** 2)) / spread if spread > 0 else 0.0


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.as_tensor(values, dtype=torch.float32)
