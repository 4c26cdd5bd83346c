"""The evolutionary loop: propose, check, train, evaluate, reflect, keep the best, repeat."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from ..agents import Racing, selection_seeds, training_seed
from ..envs import Transition, UserError, random_transitions, task_class
from ..reward_gen import (
    Accepted,
    Failure,
    Findings,
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
from .store import Candidate, Run, Store, best_of, operator_credit, ranked


@dataclass(frozen=True)
class EvolveSettings:
    """What determines an evolution; the same settings in the same folder resume it.

    Attributes:
        task: the task's name.
        proposer: ``grammar``, ``llm``, or the path of programs to replay.
        generations: rounds of propose, train, reflect; times `samples` and `steps` it is the budget.
        samples: candidates in each generation.
        steps: environment steps to train each candidate for.
        seed: seed of everything.
        algo: algorithm; None for the task's default.
        horizon: episode length; None for the task's own.
        selection_episodes: episodes that candidates are compared on.
        final_seeds: training seeds of the final test against sparse and human.
        final_episodes: test episodes of each final run.
        model: the language model's name, for the ``llm`` proposer.
        racing: stop candidates that are clearly behind; what they save pays for further generations.
        search: ``evolve`` makes candidates from the best so far; ``iid``, the control, proposes every
            candidate afresh, knowing nothing of the others, from the same budget.
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
    racing: bool = False
    search: Literal["evolve", "iid"] = "evolve"

    @property
    def budget(self) -> int:
        """Environment steps for all candidates together."""
        return self.generations * self.samples * self.steps

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
        with StepBar(f"evolving {settings.task}", settings.budget, self._charged(self.candidates)) as bar:
            for generation in itertools.count():
                samples = self._affordable(generation)
                if samples == 0:
                    break
                counted = len(self._of(generation, "rejected"))
                self._propose(generation, samples)
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

    def _charged(self, candidates: Iterable[Candidate]) -> int:
        """Environment steps that `candidates` cost: all of theirs, but for those who left a race."""
        steps = self.settings.steps
        done = [c for c in candidates if c.state in ("trained", "rejected", "failed")]
        raced = [c for c in done if c.state == "trained" and self.settings.racing]
        return steps * (len(done) - len(raced)) + sum(min(c.steps, steps) for c in raced)

    def _affordable(self, generation: int) -> int:
        """How many candidates the budget allows this generation, after those before it."""
        spent = self._charged(c for c in self.candidates if c.generation < generation)
        return min(self.settings.samples, (self.settings.budget - spent) // self.settings.steps)

    def _propose(self, generation: int, samples: int) -> None:
        missing = samples - len(self._of(generation))
        if missing == 0:
            return
        rng = np.random.default_rng([self.settings.seed, generation])
        proposals = self.proposer.propose(self.task.spec, self._findings(generation), missing, rng)
        start = len(self.candidates)
        new = [_candidate(start + i, generation, proposal) for i, proposal in enumerate(proposals)]
        self.store.put(new)
        self.candidates += new

    def _findings(self, generation: int) -> Findings:
        """What the proposer is told of earlier candidates."""
        if self.settings.search == "iid":
            return Findings()
        best = ranked(self.candidates)[: max(2, self.settings.samples // 2)]
        failed = [c for c in self._of(generation - 1) if c.reason]
        return Findings(
            parents=tuple(_parent(c) for c in best),
            failures=tuple(Failure(c.answer, c.stage, c.reason) for c in failed),
            credit=operator_credit(c for c in self.candidates if c.generation < generation),
        )

    def _check(self, generation: int) -> None:
        proposed = self._of(generation, "proposed")
        if not proposed:
            return
        for candidate in proposed:
            assert candidate.program is not None
            verdict = check(candidate.program, self.task.spec, self._samples)
            if isinstance(verdict, Accepted):
                judged = replace(candidate, state="accepted")
            else:
                judged = replace(candidate, state="rejected", stage=verdict.stage, reason=verdict.reason)
            self._keep([judged])

    def _train(self, generation: int, bar: StepBar) -> None:
        accepted = {c.name: c for c in self._of(generation, "accepted")}
        learnt = []
        racing = Racing() if self.settings.racing else None
        for job, outcome in self.executor.run([self._job(c) for c in accepted.values()], bar, racing):
            learnt.append(_learnt(accepted[job.key], outcome))
            bar.finish(job, self._charged(learnt[-1:]))
            # A race is stored as a whole: run again without those already stored, it would end otherwise.
            if not self.settings.racing:
                self._keep(learnt)
                learnt = []
        self._keep(learnt)
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

    def _keep(self, changed: list[Candidate]) -> None:
        """Store `changed` candidates in one transaction."""
        self.store.put(changed)
        for candidate in changed:
            self.candidates[candidate.id] = candidate


def _learnt(candidate: Candidate, outcome: Outcome) -> Candidate:
    """The candidate with what its training came to."""
    if not isinstance(outcome, Trained):
        return replace(candidate, state="failed", stage=outcome.stage, reason=outcome.reason)
    return replace(
        candidate,
        state="trained",
        evaluation=outcome.evaluation,
        trace=outcome.trace,
        feedback=reflect(outcome.trace, outcome.evaluation).text(),
        seconds=outcome.seconds,
        isolation=outcome.isolation,
        steps=outcome.steps,
    )


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
