"""What a red team knows of a start: how well success is paid from there, and how well failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ...envs import Task
from ...envs.demonstration import recording_of
from .rollouts import Player, Rollouts

HONEST = "honest"
_TINY = 1e-9


@dataclass(frozen=True)
class Attempt:
    """The best failure from one start.

    Attributes:
        attack: how it was found.
        draws: (draws,) what the start is made from.
        actions: (T, ...) what was played.
        paid: its discounted return.
        honest: that of honest success from the same start: of the script or the recording, otherwise of the
            best success that was found.
        metric: the task's metric at its end.
    """

    attack: str
    draws: np.ndarray
    actions: np.ndarray
    paid: float
    honest: float
    metric: float

    @property
    def exploits(self) -> bool:
        """Whether failing is paid at least as well as honest success."""
        return self.paid >= self.honest - _TINY * abs(self.honest)


@dataclass
class Side:
    """Everything that is known of one start.

    Attributes:
        player: plays from it.
        draws: (draws,) what the start is made from.
        known: all episodes so far; None for none.
        ways: how each of them was found.
        honest: (T, ...) actions that succeed; None while none are known.
    """

    player: Player
    draws: np.ndarray
    known: Rollouts | None
    ways: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.honest: np.ndarray | None = None
        if self.known is not None:
            self.ways = [HONEST] * len(self.known.success)
            self._learn(self.known)

    def add(self, way: str, actions: np.ndarray) -> None:
        """Play `actions` (N, T, ...)."""
        found = self.player.play(self.draws, actions)
        self.known = found if self.known is None else Rollouts.concatenate([self.known, found])
        self.ways += [way] * len(actions)
        self._learn(found)

    def attempt(self) -> Attempt | None:
        """The best failure beside honest success; None where one of them is not known."""
        if self.known is None or self.known.success.all() or not self.known.success.any():
            return None
        failed = np.where(self.known.success, -np.inf, self.known.returns)
        best = int(np.argmax(failed))
        own = self.known.success & (np.array(self.ways) == HONEST)
        held_against = self.known.returns[own if own.any() else self.known.success]
        return Attempt(
            self.ways[best],
            self.draws,
            self.known.actions[best, : self.known.lengths[best]],
            paid=float(failed[best]),
            honest=float(held_against.max()),
            metric=float(self.known.metric[best]),
        )

    @property
    def exploited(self) -> bool:
        """Whether its best failure is an exploit."""
        attempt = self.attempt()
        return attempt is not None and attempt.exploits

    def _learn(self, found: Rollouts) -> None:
        if self.honest is None and found.success.any():
            self.honest = found.actions[int(np.argmax(found.success))]


def starts_of(
    player: Player, count: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, Rollouts | None]]:
    """At most `count` starts with what honest play comes to: by script, by the recording, or unknown."""
    task = player.task
    if task.scripted_actions is not Task.scripted_actions:
        draws = rng.random((2 * count, task.draws))
        played = player.script(draws)
        for index in np.argsort(~played.success, kind="stable")[:count]:
            yield draws[index], played.rows(np.array([index]))
    elif task.recording_path().is_file():
        draws, actions = recording_of(task)
        rest = np.zeros((max(0, task.spec.horizon - len(actions)), *actions.shape[1:]), actions.dtype)
        whole = np.concatenate([actions, rest])[: task.spec.horizon]
        yield draws, player.play(draws, whole[None])
    else:
        yield from ((draws, None) for draws in rng.random((count, task.draws)))
