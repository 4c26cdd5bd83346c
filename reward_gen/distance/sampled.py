"""Distances of rewards that can only be called: EPIC from sampled transitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...envs import FieldView, RewardFn, Transition, UserError
from .between import Norm, between, size_of


class Probe(Protocol):
    """Steps to pay for, and how the payments become a canonical reward.

    Attributes:
        centred: whether the canonical rewards are compared less their means.
    """

    centred: bool

    @property
    def steps(self) -> Transition:
        """The steps (N, ...) that a reward must be called on."""

    def canonical(self, rewards: np.ndarray) -> np.ndarray:
        """The canonical reward (n,) of the covered steps, from what all steps paid (N,)."""


def distance(first: RewardFn, second: RewardFn, probe: Probe, norm: Norm = "l2") -> float:
    """The pseudometric of two rewards on the steps of `probe`: 0 for shaped copies, 1 for opposites.

    Args:
        first: any reward, sealed ones too.
        second: another.
        probe: an `EpicProbe` or a `PotentialProbe`.
        norm: what is normalised and measured by.
    """
    return distance_of(first(*probe.steps)[0], second(*probe.steps)[0], probe, norm)


def distance_of(first: np.ndarray, second: np.ndarray, probe: Probe, norm: Norm = "l2") -> float:
    """The same from what the steps of `probe` paid already, (N,) by either reward."""
    return between(
        probe.canonical(first),
        probe.canonical(second),
        norm=norm,
        centred=probe.centred,
        sizes=(size_of(first), size_of(second)),
    )


@dataclass(frozen=True)
class EpicProbe:
    """EPIC by sampling, as Gleave et al. (2021, arXiv:2006.13900, section 4.3 and appendix A.1.1) do.

    The means over states and actions are taken over the same few draws for every reward and every step. The
    potential of a shaped copy therefore cancels exactly, not only in the limit. Most of the transitions that
    the draws make up never happen: a state is joined with the action and the next state of another.

    Attributes:
        covered: n steps, the coverage.
        drawn: K steps whose actions and next states are the draws.
        discount: that of the returns.
    """

    covered: Transition
    drawn: Transition
    discount: float
    centred = True

    @classmethod
    def of(cls, covered: Transition, draws: int, discount: float, rng: np.random.Generator) -> EpicProbe:
        """The probe that draws `draws` of the covered steps themselves.

        Raises:
            UserError: if there are fewer steps than draws.
        """
        if not 1 <= draws <= len(covered.action):
            raise UserError(f"expected 1 to {len(covered.action)} draws from as many steps, got {draws}")
        chosen = rng.choice(len(covered.action), draws, replace=False)
        return cls(covered, covered.rows(chosen), discount)

    @property
    def steps(self) -> Transition:
        """The covered steps; then K from each covered state, and K from each covered next state."""
        leaving = [self._leaving(view) for view in (self.covered.obs, self.covered.next_obs)]
        return Transition.concatenate([self.covered, *leaving])

    def canonical(self, rewards: np.ndarray) -> np.ndarray:
        """The canonical reward (n,) of the covered steps, less what is the same for all of them."""
        count = len(self.covered.action)
        before, after = rewards[count:].reshape(2, count, -1).mean(axis=2)
        return rewards[:count] + self.discount * after - before

    def _leaving(self, states: FieldView) -> Transition:
        count, draws = len(self.covered.action), len(self.drawn.action)
        every = np.tile(np.arange(draws), count)
        drawn = self.drawn.rows(every)
        return Transition(states.worlds(np.repeat(np.arange(count), draws)), drawn.action, drawn.next_obs)
