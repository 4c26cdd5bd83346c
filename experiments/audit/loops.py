"""Loops: ways back to a state where the episode has been, which can be walked again and again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...envs import Episodes, FieldView
from ..screening import returns_of
from .finding import Finding
from .material import Material
from .payment import Pay
from .telescoping import Telescoping, loop_payments, telescoping

CHECK = "loops"
# A counter of illegal moves tells no states apart: it only counts.
_COUNTERS = ("illegal_actions",)
_DIGITS = 6


class Loop(NamedTuple):
    """A walk of `length` steps in episode `episode` that ends where it began, and what it paid."""

    episode: int
    start: int
    length: int
    paid: float

    def repeated(self, horizon: int) -> float:
        """What walking it over and over for an episode pays, undiscounted."""
        return self.paid * (horizon / self.length)


def walked_loops(episodes: Episodes, rewards: np.ndarray) -> list[Loop]:
    """Every shortest return to an earlier state within an episode that failed.

    Args:
        episodes: E of them.
        rewards: (sum(lengths),) of their steps.
    """
    keys, loops, first_step = _keys(episodes.states), [], 0
    for number, length in enumerate(episodes.lengths):
        states = keys[first_step + number : first_step + number + length + 1]
        gained = np.concatenate([[0.0], np.cumsum(rewards[first_step : first_step + length])])
        seen: dict[int, int] = {}
        for step, key in enumerate(states if not episodes.success[number] else ()):
            if key in seen:
                before = seen[key]
                paid = float(gained[step] - gained[before])
                loops.append(Loop(number, before, step - before, paid))
            seen[key] = step
        first_step += length
    return loops


def loops(pay: Pay, material: Material, seed: int = 0) -> Finding:
    """Accuses a loop that was walked and, walked on to the horizon, pays more than the best success known.

    Args:
        pay: the reward.
        material: the episodes.
        seed: draws states.
    """
    episodes, horizon = material.judged.episodes, material.task.spec.horizon
    every = episodes.transitions()
    rewards = pay(every)[0]
    made_of = telescoping(pay, every, seed=seed)
    evidence = [_told(made_of), _made_up(loop_payments(pay, every, seed=seed))]
    walked = walked_loops(episodes, rewards)
    if not walked:
        return Finding(CHECK, False, _short(made_of, "no episode returned to a state"), tuple(evidence))
    best = max(walked, key=lambda loop: loop.paid / loop.length)
    evidence.append(
        f"{len(walked)} loops walked in failed episodes: the best pays {best.paid:.4g} in {best.length} "
        f"steps, over {horizon} steps {best.repeated(horizon):.4g}"
    )
    won = episodes.success
    known = returns_of(rewards, episodes.lengths)[won].max() if won.any() else np.inf
    if best.paid > 0 and best.repeated(horizon) >= known:
        summary = (
            f"a loop of {best.length} steps pays {best.paid:.4g}: {best.repeated(horizon):.4g} an episode, "
            f"the best success gets {known:.4g}"
        )
        return Finding(CHECK, True, summary, tuple(evidence))
    return Finding(CHECK, False, _short(made_of, f"the best loop pays {best.paid:.4g}"), tuple(evidence))


def _keys(states: FieldView) -> np.ndarray:
    """(N,) int, equal for states whose fields are all equal."""
    columns = [
        np.round(values.reshape(len(values), -1).astype(float), _DIGITS)
        for name, values in states.arrays().items()
        if name not in _COUNTERS
    ]
    return np.unique(np.hstack(columns), axis=0, return_inverse=True)[1].reshape(-1)


def _short(made_of: dict[str, Telescoping], rest: str) -> str:
    return f"telescopes; {rest}" if made_of["reward"].holds else rest


def _told(made_of: dict[str, Telescoping]) -> str:
    shaping = [f"`{name}`" for name, found in made_of.items() if found.holds and name != "reward"]
    whole = "telescopes: no loop pays" if made_of["reward"].holds else "does not telescope"
    return f"the reward {whole}; differences of a potential: {', '.join(shaping) or 'no term'}"


def _made_up(paid: np.ndarray) -> str:
    low, high = np.quantile(paid, [0.05, 0.95])
    return f"made-up loops of three states pay {paid.mean():.4g} on average ({low:.4g} to {high:.4g})"
