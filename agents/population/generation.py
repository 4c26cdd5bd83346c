"""The course of a generation's training: rollouts and updates, checkpoints, and who leaves when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..train import TrainResult
from .ppo import PopulationPPO
from .racing import Racing
from .record import EvaluationForAll, MemberRecord
from .worlds import PopulationWorlds


class DivergedError(RuntimeError):
    """A member's weights are no longer finite numbers."""


@dataclass(frozen=True)
class MemberFailure:
    """A member that left the population because it could not go on.

    Attributes:
        cause: what its reward raised, or a `DivergedError`.
        steps: environment steps that it was trained for.
    """

    cause: Exception
    steps: int


Outcome = TrainResult | MemberFailure


class Generation:
    """Members from their first rollout to their outcome.

    Args:
        ppo: the members.
        worlds: what they play in.
        records: of each member, in the worlds' order.
        evaluation: of all of them.
        racing: when to stop members that are behind; None trains all to the end.
    """

    def __init__(
        self,
        ppo: PopulationPPO,
        worlds: PopulationWorlds,
        records: Sequence[MemberRecord],
        evaluation: EvaluationForAll,
        racing: Racing | None,
    ) -> None:
        self._ppo = ppo
        self._worlds = worlds
        self._records = records
        self._evaluation = evaluation
        self._racing = racing
        self._rungs_passed = 0
        self._outcomes: dict[int, Outcome] = {}

    def run(self, total: int) -> list[Outcome]:
        """Train until `total` environment steps of each member; what became of them, in the worlds' order."""
        ppo = self._ppo
        while self._living and ppo.num_timesteps < total:
            self._race(ppo.num_timesteps / total)
            for index in self._living:
                self._records[index].before_rollout(ppo.num_timesteps)
            ppo.collect(self._worlds)
            self._fail(self._worlds.faults)
            if self._living:
                self._update(1.0 - ppo.num_timesteps / total)
                self._fail(self._diverged())
        self._finish(self._living)
        return [self._outcomes[index] for index in range(len(self._records))]

    @property
    def _living(self) -> list[int]:
        return self._worlds.living.tolist()

    def _update(self, remaining: float) -> None:
        logs = self._ppo.update(remaining).logs
        for row, index in enumerate(self._living):
            own = {name: float(values[row]) for name, values in logs.items()}
            self._records[index].after_update(self._ppo.num_timesteps, own)

    def _race(self, share: float) -> None:
        """Stop those that are behind at a rung; their weights and evaluations so far are their results."""
        if self._racing is None or self._racing.rungs_passed(share) == self._rungs_passed:
            return
        self._rungs_passed = self._racing.rungs_passed(share)
        evaluations = [self._evaluation.play(member.model)[0] for member in self._ppo.members]
        successes = np.array([evaluation.success.sum() for evaluation in evaluations])
        survivors = self._racing.survivors(successes, len(evaluations[0].success))
        self._finish([index for row, index in enumerate(self._living) if row not in survivors])

    def _diverged(self) -> dict[int, Exception]:
        return {
            index: DivergedError("its weights are no longer finite; a lower learning_rate may help")
            for index, healthy in zip(self._living, self._ppo.healthy(), strict=True)
            if not healthy
        }

    def _fail(self, causes: Mapping[int, Exception]) -> None:
        leaving = {index: cause for index, cause in causes.items() if index in self._living}
        for index, cause in leaving.items():
            self._outcomes[index] = MemberFailure(cause, self._ppo.num_timesteps)
        self._part_with(leaving)

    def _finish(self, members: Sequence[int]) -> None:
        for row, index in enumerate(self._living):
            if index in members:
                self._ppo.export(row)
                self._outcomes[index] = self._records[index].finish(self._ppo.num_timesteps)
        self._part_with(members)

    def _part_with(self, members: Collection[int]) -> None:
        if members:
            rows = [row for row, index in enumerate(self._living) if index not in members]
            self._worlds.keep(rows)
            if rows:
                self._ppo.keep(rows)
