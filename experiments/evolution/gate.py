"""The gate before training: what can be found out about a program without it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ...envs import Episodes, Task, Transition, random_transitions
from ...reward_gen import Accepted, Rejected, Verdict, check
from ..archive import Duplicates
from ..screening import ScreenSettings, pool_of, screen
from ..store import AGAIN, HUMAN_EDIT, Candidate
from ..store.trajectories import Trajectories

# Stages that turn a candidate away for what earlier ones have shown, at no cost in steps.
FREE = ("duplicate", "screening")
# Operators whose programs are trained on purpose, though it be for a second time.
ON_PURPOSE = (HUMAN_EDIT, AGAIN)


class Gate:
    """Turns away programs that break the contract, that were trained before, and that need not be trained.

    Args:
        task: what the programs are for.
        seed: of the states of random play that they are tried on.
        trajectories: episodes of agents that earlier programs taught.
        screening: whether programs are held against those; None holds them against nothing.
    """

    PROBES = 64

    def __init__(
        self, task: type[Task], seed: int, trajectories: Trajectories, screening: ScreenSettings | None = None
    ) -> None:
        self.task = task
        self.seed = seed
        self.trajectories = trajectories
        self.screening = screening
        self._pools: dict[int, Episodes | None] = {}

    def verdict(self, candidate: Candidate, earlier: list[Candidate]) -> Verdict:
        """What becomes of `candidate`, which holds a program, before it is trained.

        Args:
            candidate: as it was proposed.
            earlier: all candidates proposed before it, in order.
        """
        assert candidate.program is not None
        verdict = check(candidate.program, self.task.spec, self._samples)
        if isinstance(verdict, Rejected) or candidate.operator in ON_PURPOSE:
            return verdict
        verdict = self._known(candidate, earlier) or verdict
        if isinstance(verdict, Accepted) and self.screening is not None:
            pool = self._pool(candidate.generation, earlier, self.screening)
            verdict = screen(candidate.program, self.task.spec.name, pool, self._samples, self.screening)
        return verdict

    def _known(self, candidate: Candidate, earlier: list[Candidate]) -> Rejected | None:
        """Why there is no need to train the same program again."""
        original = Duplicates(earlier).original(candidate)
        if original is None:
            return None
        came_to = f", which reached success {original.success_rate:.2f}" if original.evaluation else ""
        return Rejected("duplicate", f"it is {original.name}{came_to}, but for names and layout")

    @cached_property
    def _samples(self) -> Transition:
        return random_transitions(self.task, self.PROBES, np.random.default_rng(self.seed))

    def _pool(self, generation: int, earlier: list[Candidate], settings: ScreenSettings) -> Episodes | None:
        """Episodes of the generations before, the same for every candidate of `generation`."""
        if generation not in self._pools:
            known = [c for c in earlier if c.generation < generation and c.evaluation is not None]
            found = [self.trajectories.get(c.name) for c in _telling(known, settings.most // 2)]
            self._pools = {generation: pool_of([f for f in found if f is not None], settings.most)}
        return self._pools[generation]


def _telling(known: list[Candidate], count: int) -> list[Candidate]:
    """The latest `count` candidates that ever succeeded and that ever failed, in the order of proposal."""
    succeeded = [c for c in known if c.success_rate > 0][-count:]
    failed = [c for c in known if c.success_rate < 1][-count:]
    return sorted({c.id: c for c in [*succeeded, *failed]}.values(), key=lambda c: c.id)
