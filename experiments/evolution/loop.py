"""The evolutionary loop: propose, check, train, evaluate, reflect, keep the best, repeat."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from ...agents import Racing, selection_seeds, training_seed
from ...envs import task_class
from ...reward_gen import (
    Accepted,
    Failure,
    Findings,
    Proposal,
    Proposer,
    Purse,
    require_isolation,
)
from ..archive import Archive
from ..comparison.compare import Method, baselines, compare
from ..faultpoints import fault_point
from ..screening import ScreenSettings, discount_of
from ..stopping import Stop
from ..store import EVOLVED, Candidate, Run, Standing, Store, operator_credit
from ..store.opinions import comment_on, human_edits
from ..store.trajectories import Trajectories
from ..training import Executor, StepBar, Trained, TrainJob
from ..training.processes import aside
from .again import trained_again
from .gate import FREE, Gate
from .limits import Clock, Limits, TimeIsUp
from .settings import EvolveSettings
from .stages import as_learnt, as_parent, as_proposed


class Evolution:
    """One evolution in one folder. `run` does what is left to do, whatever was done before.

    Args:
        settings: what determines it.
        folder: where the store and all results stand.
        proposer: writes the reward programs.
        executor: trains them.
        limits: what ends it early; None for nothing.
        purse: what the proposer pays from, so that earlier costs in this folder count; None for no limit.

    Attributes:
        ended_by: the budget that ended it early, in one line; empty where none did.
    """

    def __init__(
        self,
        settings: EvolveSettings,
        folder: Path,
        proposer: Proposer,
        executor: Executor,
        limits: Limits | None = None,
        purse: Purse | None = None,
    ) -> None:
        settings.check()
        self.limits = limits or Limits()
        self.limits.check()
        require_isolation()
        self.settings = settings
        self.task = task_class(settings.task)
        self.proposer = proposer
        self.executor = executor
        self.store = Store.open_to_write(folder)
        self.store.bind({"kind": "evolve", **asdict(settings)})
        self.candidates = self.store.candidates()
        self.archive = Archive(settings.islands, settings.migrate_every, settings.novelty)
        for candidate in self.candidates:
            self.archive.tell(candidate)
        self.purse = purse or Purse()
        self.purse.charge(candidate.usage for candidate in self.candidates)
        self.clock = Clock(self.limits.max_seconds)
        self.trajectories = Trajectories(folder)
        self.gate = Gate(self.task, settings.seed, self.trajectories, self._screening())
        self.stop = Stop()
        self.ended_by = ""

    def _screening(self) -> ScreenSettings | None:
        if not self.settings.screening or self.settings.search == "iid":
            return None
        return ScreenSettings(discount=aside(discount_of, self.task.spec, self.settings.algo))

    def run(self) -> list[Run]:
        """Evolve, then test the best program against the baselines; the runs of that test."""
        self.search()
        return self.test(baselines(self.task))

    def search(self) -> None:
        """Propose, check, train and reflect until the budget is used up.

        Raises:
            Stopped: if a signal asked for an end; all that was under way then is stored.
        """
        done = self._charged(self.candidates)
        with self.stop.listening(), StepBar(f"evolving {self.settings.task}", self._budget, done) as bar:
            for generation in itertools.count():
                self.ended_by = self._used_up(generation)
                if self.ended_by or self._affordable(generation) == 0:
                    break
                try:
                    self._generation(generation, bar)
                except TimeIsUp:
                    self.ended_by = self.clock.used_up()
                    break

    def _generation(self, generation: int, bar: StepBar) -> None:
        """Do what is left to do of `generation`."""
        counted = self._charged(self._of(generation, "rejected"))
        self._propose(generation)
        fault_point("proposed")
        self.stop.check()
        self._check(generation)
        fault_point("checked")
        bar.skip(self._charged(self._of(generation, "rejected")) - counted)
        self._train(generation, bar)
        self.stop.check()
        fault_point("generation done")

    def test(self, methods: Sequence[Method] = ()) -> list[Run]:
        """Re-train the best program beside `methods` on fresh seeds, and test all on unseen episodes."""
        found = [] if self.best is None else [Method(EVOLVED, self.best.program)]
        return compare(self.store, [*methods, *found], self.settings.protocol(), self.executor, self.stop)

    @property
    def best(self) -> Candidate | None:
        """The first training of the best program so far; None while there is none."""
        found = self.leading
        return None if found is None else found.candidate

    @property
    def leading(self) -> Standing | None:
        """The best program so far with all of its trainings; None while there is none."""
        return self.archive.leading

    def _of(self, generation: int, state: str | None = None) -> list[Candidate]:
        return [c for c in self.candidates if c.generation == generation and state in (None, c.state)]

    def _charged(self, candidates: Iterable[Candidate]) -> int:
        """Environment steps that `candidates` cost: all of theirs, but for those who left a race.

        A candidate that was turned away for what earlier ones had shown cost none; one that never was a
        program of this task is a sample lost.
        """
        steps = self.settings.steps
        done = [c for c in candidates if c.state in ("trained", "rejected", "failed") and c.stage not in FREE]
        raced = [c for c in done if c.state == "trained" and self.settings.racing]
        return steps * (len(done) - len(raced)) + sum(min(c.steps, steps) for c in raced)

    def _affordable(self, generation: int) -> int:
        """How many candidates the budget allows this generation, after those before it."""
        earlier = [c for c in self.candidates if c.generation < generation]
        left = (self._budget - self._charged(earlier)) // self.settings.steps
        return max(0, min(self.settings.samples, left, self.settings.most_proposals - len(earlier)))

    @property
    def _budget(self) -> int:
        """Environment steps that the candidates may take together."""
        return min(self.settings.budget, self.limits.max_env_steps or self.settings.budget)

    def _used_up(self, generation: int) -> str:
        """The budget that keeps `generation` from going on, in one line; empty where none does."""
        if self._affordable(generation) == 0:
            line = f"the budget of {self._budget:,} environment steps is used up; raise --max-env-steps"
            return line if self._budget < self.settings.budget else ""
        # What has been proposed is paid for, and waits only to be trained.
        unpaid = not self._of(generation)
        return (self.purse.used_up() if unpaid else "") or self.clock.used_up()

    def _propose(self, generation: int) -> None:
        # A generation is stored as a whole, and may be a short one where a budget ran out in its midst.
        if self._of(generation):
            return
        shares = np.array_split(np.arange(self._affordable(generation)), self.settings.islands)
        new: list[Candidate] = []
        for island, share in enumerate(shares):
            start = len(self.candidates) + len(new)
            proposals = self._proposals(generation, island, len(share))
            new += [as_proposed(start + i, generation, island, found) for i, found in enumerate(proposals)]
        self.store.put(new)
        self.candidates += new

    def _proposals(self, generation: int, island: int, count: int) -> list[Proposal]:
        proposals = self._human_edits()[:count] if island == 0 else []
        proposals += self._again(generation, island, count)[: count - len(proposals)]
        if len(proposals) < count:
            # The first island draws what an evolution without islands would.
            rng = np.random.default_rng([self.settings.seed, generation, *([island] if island else [])])
            found = self._findings(generation, island)
            proposals += self.proposer.propose(self.task.spec, found, count - len(proposals), rng)
        return proposals

    def _findings(self, generation: int, island: int) -> Findings:
        """What the proposer is told of earlier candidates."""
        if self.settings.search == "iid":
            return Findings()
        count = max(2, self.settings.samples // self.settings.islands // 2)
        earlier = [c for c in self.candidates if c.generation < generation and c.island == island]
        failed = [c for c in earlier if c.generation == generation - 1 and c.reason]
        by_id = dict(enumerate(self.candidates))
        return Findings(
            parents=tuple(as_parent(s) for s in self.archive.ask(generation, count, island)),
            failures=tuple(Failure(c.answer, c.stage, c.reason) for c in failed),
            credit=operator_credit(earlier),
            comments=tuple(comment_on(opinion, by_id) for opinion in self.store.opinions()),
            tried=frozenset(c.program.text for c in self.candidates if c.program is not None),
        )

    def _again(self, generation: int, island: int, count: int) -> list[Proposal]:
        """Leading programs that take their share of `count` proposals to be trained once more."""
        if self.settings.search == "iid":
            return []
        best_first = self.archive.standings(generation, island)
        return trained_again(best_first, int(self.settings.again * count))

    def _human_edits(self) -> list[Proposal]:
        """Programs that people made of earlier ones; they take the place of as many proposals."""
        if self.settings.search == "iid":
            return []
        return human_edits(self.store.opinions(), self.candidates)

    def _check(self, generation: int) -> None:
        for candidate in self._of(generation, "proposed"):
            self.stop.check()
            verdict = self.gate.verdict(candidate, self.candidates[: candidate.id])
            if isinstance(verdict, Accepted):
                judged = replace(candidate, state="accepted")
            else:
                judged = replace(candidate, state="rejected", stage=verdict.stage, reason=verdict.reason)
            self._keep([judged])

    def _train(self, generation: int, bar: StepBar) -> None:
        accepted = {c.name: c for c in self._of(generation, "accepted")}
        if accepted:
            self.clock.check()
        learnt = []
        racing = Racing() if self.settings.racing else None

        def progress(job: TrainJob, steps: int, success: float) -> None:
            bar(job, steps, success)
            self.clock.check()

        jobs = [self._job(c) for c in accepted.values()]
        for job, outcome in self.executor.run(jobs, progress, racing, self.stop):
            if isinstance(outcome, Trained) and outcome.episodes is not None:
                self.trajectories.put(job.key, outcome.episodes)
            learnt.append(as_learnt(accepted[job.key], outcome))
            bar.finish(job, self._charged(learnt[-1:]))
            # A race is stored as a whole: run again without those already stored, it would end otherwise.
            if not self.settings.racing:
                self._keep(learnt)
                learnt = []
                fault_point("trained")
        if not self.settings.racing or len(learnt) == len(jobs):
            self._keep(learnt)
        best = self.leading
        if best is not None:
            bar.best(best.success_rate)

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
            recorded=ScreenSettings.each,
        )

    def _keep(self, changed: list[Candidate]) -> None:
        """Store `changed` candidates in one transaction."""
        self.store.put(changed)
        for candidate in changed:
            self.candidates[candidate.id] = candidate
            self.archive.tell(candidate)
