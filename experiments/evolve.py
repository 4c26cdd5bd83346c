"""The evolutionary loop: propose, check, train, evaluate, reflect, keep the best, repeat."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..agents import selection_seeds, training_seed
from ..envs import Transition, UserError, random_transitions, task_class
from ..reward_gen import (
    Accepted,
    Failure,
    Parent,
    Proposal,
    Proposer,
    RewardProgram,
    check,
    reflect,
    require_isolation,
)
from .compare import Method, Protocol, baselines, compare
from .executor import Executor
from .jobs import Outcome, Trained, TrainJob
from .progress import StepBar
from .store import Candidate, Run, Store, best_of, ranked


@dataclass(frozen=True)
class EvolveSettings:
    """What determines an evolution; the same settings in the same folder resume it.

    Attributes:
        task: the task's name.
        proposer: ``grammar``, ``llm``, or the path of programs to replay.
        generations: rounds of propose, train, reflect.
        samples: candidates in each generation.
        steps: environment steps to train each candidate for.
        seed: seed of everything.
        algo: algorithm; None for the task's default.
        horizon: episode length; None for the task's own.
        selection_episodes: episodes that candidates are compared on.
        final_seeds: training seeds of the final test against sparse and human.
        final_episodes: test episodes of each final run.
        model: the language model's name, for the ``llm`` proposer.
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

    def check(self) -> None:
        """Raise a `UserError` for a setting that no evolution can have."""
        for name in (
            "generations",
            "samples",
            "steps",
            "selection_episodes",
            "final_seeds",
            "final_episodes",
        ):
            if getattr(self, name) < 1:
                option = name.replace("_", "-")
                raise UserError(f"--{option} is at least 1, got {getattr(self, name)}")

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


class Evolution:
    """One evolution in one folder. `run` does what is left to do, whatever was done before.

    Args:
        settings: what determines it.
        folder: where the store and all results stand.
        proposer: writes the reward programs.
        executor: trains them.
    """

    PROBES = 64

    def __init__(
        self, settings: EvolveSettings, folder: Path, proposer: Proposer, executor: Executor
    ) -> None:
        settings.check()
        require_isolation()
        self.settings = settings
        self.task = task_class(settings.task)
        self.proposer = proposer
        self.executor = executor
        self.store = Store(folder)
        self.store.bind({"kind": "evolve", **asdict(settings)})
        self.candidates = self.store.candidates()

    def run(self) -> list[Run]:
        """Evolve, then test the best program against the baselines; the runs of that test."""
        settings = self.settings
        total = settings.generations * settings.samples * settings.steps
        done = settings.steps * sum(c.state in ("trained", "failed", "rejected") for c in self.candidates)
        with StepBar(f"evolving {settings.task}", total, done) as bar:
            for generation in range(settings.generations):
                counted = len(self._of(generation, "rejected"))
                self._propose(generation)
                self._check(generation)
                bar.skip(settings.steps * (len(self._of(generation, "rejected")) - counted))
                self._train(generation, bar)
        methods = baselines(self.task)
        if self.best is not None:
            methods.append(Method("evolved", self.best.program))
        return compare(self.store, methods, settings.protocol(), self.executor)

    @property
    def best(self) -> Candidate | None:
        """The best trained candidate so far; None while there is none."""
        return best_of(self.candidates)

    def _of(self, generation: int, state: str | None = None) -> list[Candidate]:
        return [c for c in self.candidates if c.generation == generation and state in (None, c.state)]

    @cached_property
    def _samples(self) -> Transition:
        return random_transitions(self.task, self.PROBES, np.random.default_rng(self.settings.seed))

    def _propose(self, generation: int) -> None:
        missing = self.settings.samples - len(self._of(generation))
        if missing == 0:
            return
        rng = np.random.default_rng([self.settings.seed, generation])
        parents = [_parent(c) for c in ranked(self.candidates)[: max(2, self.settings.samples // 2)]]
        failures = [Failure(c.answer, c.stage, c.reason) for c in self._of(generation - 1) if c.reason]
        proposals = self.proposer.propose(self.task.spec, parents, failures, missing, rng)
        start = len(self.candidates)
        new = [_candidate(start + i, generation, proposal) for i, proposal in enumerate(proposals)]
        self.store.put(new)
        self.candidates += new

    def _check(self, generation: int) -> None:
        proposed = self._of(generation, "proposed")
        if not proposed:
            return
        for candidate in proposed:
            assert candidate.program is not None
            verdict = check(candidate.program, self.task.spec, self._samples)
            if isinstance(verdict, Accepted):
                self._update(candidate, state="accepted")
            else:
                self._update(candidate, state="rejected", stage=verdict.stage, reason=verdict.reason)

    def _train(self, generation: int, bar: StepBar) -> None:
        accepted = {c.name: c for c in self._of(generation, "accepted")}
        for job, outcome in self.executor.run([self._job(c) for c in accepted.values()], bar):
            self._learn(accepted[job.key], outcome)
            bar.finish(job)
        if self.best is not None:
            bar.best(self.best.success_rate)

    def _job(self, candidate: Candidate) -> TrainJob:
        seeds = selection_seeds(self.settings.seed, self.settings.selection_episodes)
        return TrainJob(
            key=candidate.name,
            task=self.settings.task,
            reward=candidate.program,
            trusted=False,
            algo=self.settings.algo,
            steps=self.settings.steps,
            seed=training_seed(self.settings.seed, "candidate", candidate.id),
            selection_seeds=seeds,
            final_seeds=seeds,
            horizon=self.settings.horizon,
            out=self.store.folder / "agents" / candidate.name,
        )

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        if not isinstance(outcome, Trained):
            self._update(candidate, state="failed", stage=outcome.stage, reason=outcome.reason)
            return
        self._update(
            candidate,
            state="trained",
            evaluation=outcome.evaluation,
            trace=outcome.trace,
            feedback=reflect(outcome.trace, outcome.evaluation).text(),
            seconds=outcome.seconds,
            isolation=outcome.isolation,
        )

    def _update(self, candidate: Candidate, **changes: Any) -> None:
        self.candidates[candidate.id] = self.store.update(candidate, **changes)


def _candidate(number: int, generation: int, proposal: Proposal) -> Candidate:
    found = proposal.outcome
    new = Candidate(
        id=number,
        generation=generation,
        state="proposed",
        answer=proposal.answer,
        parents=proposal.parents,
        operator=proposal.operator,
        usage=proposal.usage,
    )
    if isinstance(found, RewardProgram):
        return replace(new, program=found)
    return replace(new, state="rejected", stage=found.stage, reason=found.reason)


def _parent(candidate: Candidate) -> Parent:
    assert candidate.program and candidate.evaluation and candidate.trace
    return Parent(
        program=candidate.program,
        fitness=candidate.evaluation.success_rate,
        feedback=candidate.feedback,
        reflection=reflect(candidate.trace, candidate.evaluation),
        id=candidate.id,
    )
