"""What determines an evolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...envs import UserError
from ...reward_gen.proposers.llm.styles import StyleName
from ..comparison.compare import Protocol


@dataclass(frozen=True)
class EvolveSettings:
    """What determines an evolution; the same settings in the same folder resume it.

    Attributes:
        task: the task's name.
        proposer: ``grammar``, ``llm``, ``language`` (a command sets a template's weights, by a model or,
            without one, by rules), or the path of programs to replay.
        generations: rounds of propose, train, reflect; times `samples` and `steps` it is the budget.
        samples: candidates in each generation.
        steps: environment steps to train each candidate for.
        seed: seed of everything.
        algo: algorithm; None for the task's default.
        horizon: episode length; None for the task's own.
        selection_episodes: episodes that candidates are compared on.
        final_seeds: training seeds of the final test against sparse and human.
        final_episodes: test episodes of each final run.
        model: the language model's name, for the ``llm`` and ``language`` proposers.
        style: how a language model is asked.
        library: folder of solved tasks, ``<name>.reward.py`` beside ``<name>.json``, for the examples of the
            style ``text2reward``; None takes the human rewards of all other tasks.
        anonymous: hide the names of the task's fields from the model, which may remember published rewards
            by them.
        command: what shall be done, for the ``language`` proposer.
        racing: stop candidates that are clearly behind; what they save pays for further generations.
        search: ``evolve`` makes candidates from the best so far; ``iid``, the control, proposes every
            candidate afresh, knowing nothing of the others, from the same budget.
        islands: populations that evolve apart, each with its share of `samples`.
        migrate_every: generations after which each island sends its best to the next one.
        novelty: how much the novelty of what an agent does counts beside its fitness in the choice of
            parents, in [0, 1].
        screening: turn programs away whose returns do not rank episodes that succeeded above others, as
            agents of earlier generations have played them; what that saves pays for further candidates.
        again: share of each generation that trains leading programs once more, on another seed, in [0, 1]: of
            many noisy trainings the best is mostly the luckiest.
    """

    task: str
    proposer: str = "grammar"
    generations: int = 3
    samples: int = 8
    steps: int = 100_000
    seed: int = 0
    algo: str | None = None
    horizon: int | None = None
    selection_episodes: int = 20
    final_seeds: int = 3
    final_episodes: int = 50
    model: str | None = None
    style: StyleName = "eureka"
    library: str | None = None
    anonymous: bool = False
    command: str | None = None
    racing: bool = False
    search: Literal["evolve", "iid"] = "evolve"
    islands: int = 1
    migrate_every: int = 2
    novelty: float = 0.2
    screening: bool = True
    again: float = 0.25

    @property
    def budget(self) -> int:
        """Environment steps for all candidates together."""
        return self.generations * self.samples * self.steps

    @property
    def most_proposals(self) -> int:
        """Candidates that may be proposed: those that are turned away before training cost no steps."""
        return 3 * self.generations * self.samples

    def check(self) -> None:
        """Raise a `UserError` for a setting that no evolution can have."""
        for name in (
            "generations",
            "samples",
            "steps",
            "selection_episodes",
            "final_seeds",
            "final_episodes",
            "islands",
            "migrate_every",
        ):
            if getattr(self, name) < 1:
                option = name.replace("_", "-")
                raise UserError(f"--{option} is at least 1, got {getattr(self, name)}")
        if self.islands > self.samples:
            raise UserError(f"each of {self.islands} islands needs a sample, got --samples {self.samples}")
        if not 0 <= self.novelty <= 1:
            raise UserError(f"--novelty is a share in [0, 1], got {self.novelty:g}")
        if not 0 <= self.again <= 1:
            raise UserError(f"--again is a share in [0, 1], got {self.again:g}")

    def protocol(self) -> Protocol:
        """The final test, at the budget of one candidate."""
        return Protocol(
            task=self.task,
            steps=self.steps,
            seeds=self.final_seeds,
            episodes=self.final_episodes,
            seed=self.seed,
            algo=self.algo,
            horizon=self.horizon,
            selection_episodes=self.selection_episodes,
        )
