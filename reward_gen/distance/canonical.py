"""Canonical forms of tabular rewards: what is left once shaping that changes no policy is taken off."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from ...envs import UserError
from .tabular_worlds import Tabular

Canonical = Literal["none", "epic", "val", "val-potential", "minimal"]


def canonical(
    reward: np.ndarray,
    worlds: Tabular,
    form: Canonical = "val",
    *,
    states: np.ndarray | None = None,
    actions: np.ndarray | None = None,
    policy: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """The canonical form (S, A, S) of `reward` (S, A, S).

    ``epic`` is that of Gleave et al. (2021, arXiv:2006.13900, definition 4.1) and takes off potentials. The
    others are those of Skalse et al. (2024, arXiv:2309.15257): ``val``, value-adjusted levelling, takes off
    the value of a reference policy and averages over next states, so that it takes off what next states
    redistribute too; ``val-potential`` leaves the latter out; ``minimal`` averages over next states and takes
    off the potential that leaves least. ``none`` takes off nothing.

    Args:
        reward: what each transition pays.
        worlds: transitions and discount.
        form: which of them.
        states: (S,) distribution of states that ``epic`` averages over; None takes all alike.
        actions: (A,) distribution of actions that ``epic`` averages over; None takes all alike.
        policy: (S, A) reference policy of the two ``val``; None takes all actions alike.
        weights: (S, A, S) coverage by which ``minimal`` measures what is left; None counts each state and
            action alike.

    Raises:
        UserError: if there is no such form.
    """
    if form == "none":
        return np.asarray(reward, float)
    if form == "epic":
        return _epic(reward, worlds, states, actions)
    if form == "val":
        return _shaped(worlds.expected(reward), worlds.values(reward, policy), worlds, levelled=True)
    if form == "val-potential":
        return _shaped(reward, worlds.values(reward, policy), worlds, levelled=False)
    if form == "minimal":
        return _minimal(reward, worlds, weights)
    raise UserError(f"a canonical form is one of {', '.join(get_args(Canonical))}, got {form!r}")


def _epic(
    reward: np.ndarray, worlds: Tabular, states: np.ndarray | None, actions: np.ndarray | None
) -> np.ndarray:
    count, choices = reward.shape[:2]
    states = np.full(count, 1 / count) if states is None else states
    actions = np.full(choices, 1 / choices) if actions is None else actions
    leaving = np.einsum("sat,a,t->s", reward, actions, states)
    mean = states @ leaving
    return reward + worlds.discount * leaving[None, None, :] - leaving[:, None, None] - worlds.discount * mean


def _shaped(reward: np.ndarray, potential: np.ndarray, worlds: Tabular, levelled: bool) -> np.ndarray:
    """`reward` plus the shaping of `potential` (S,), where `levelled` as expected over next states."""
    gained = worlds.discount * np.broadcast_to(potential, worlds.transition.shape)
    shaping = (worlds.expected(gained) if levelled else gained) - potential[:, None, None]
    return reward + shaping


def _minimal(reward: np.ndarray, worlds: Tabular, weights: np.ndarray | None) -> np.ndarray:
    count, choices = reward.shape[:2]
    expected = worlds.expected(reward)
    directions = worlds.discount * worlds.transition - np.eye(count)[:, None, :]
    share = np.ones((count, choices)) if weights is None else weights.sum(axis=2)
    root = np.sqrt(share / share.sum()).ravel()
    system = root[:, None] * directions.reshape(count * choices, count)
    found = np.linalg.lstsq(system, -root * expected[:, :, 0].ravel(), rcond=None)[0]
    return _shaped(expected, found, worlds, levelled=True)
