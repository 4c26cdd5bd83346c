"""One training run: what it needs, what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import agents
from ...envs import Episodes, Evaluation, RewardFn, TrainingTrace, UserError, close_reward, task_class
from ...reward_gen import RewardFault, RewardProgram, isolation_of, open_reward


@dataclass(frozen=True)
class TrainJob:
    """A training run, fully determined by these values.

    Attributes:
        key: readable name within the experiment, e.g. ``g1-c3`` or ``final/human/0``.
        task: the task's name.
        reward: the reward program; None for the task's own sparse reward.
        trusted: whether the program may run in the training process itself.
        algo: algorithm name; None for the task's default.
        steps: environment steps to train for.
        seed: seed of the networks and of the training worlds.
        selection_seeds: episodes that the checkpoints are evaluated on.
        final_seeds: episodes that the trained agent is judged on.
        horizon: episode length; None for the task's own.
        hyperparameters: overrides of the algorithm's hyperparameters.
        out: folder for the agent and its logs; None keeps nothing.
        recorded: episodes of each outcome to keep whole, of those that the trained agent was judged on.
    """

    key: str
    task: str
    reward: RewardProgram | None
    trusted: bool
    algo: str | None
    steps: int
    seed: int
    selection_seeds: tuple[int, ...]
    final_seeds: tuple[int, ...]
    horizon: int | None = None
    hyperparameters: dict[str, Any] | None = None
    out: Path | None = None
    recorded: int = 0


@dataclass(frozen=True)
class Trained:
    """A finished run.

    Attributes:
        trace: what was seen in training.
        evaluation: the trained agent on the job's final seeds.
        seconds: duration in s.
        isolation: how the reward was walled off; ``none`` for one that ran in the training process.
        steps: environment steps trained for: fewer than the job's where a race was lost.
        held_out: the trained agent on the final seeds of instances that training never drew; None where the
            task has none, or where the job is not a final one.
        episodes: some of the episodes behind `evaluation`, as many as the job asked for; None for none.
    """

    trace: TrainingTrace
    evaluation: Evaluation
    seconds: float
    isolation: str = "none"
    steps: int = 0
    held_out: Evaluation | None = None
    episodes: Episodes | None = None


@dataclass(frozen=True)
class Failed:
    """A run that did not finish, and why."""

    stage: str
    reason: str


Outcome = Trained | Failed


def run_job(job: TrainJob, progress: Callable[[int, float], None] | None = None) -> Outcome:
    """Train and judge one agent in this process; `progress` is called with (steps done, success rate)."""
    started = time.monotonic()
    try:
        with _opened(job) as reward:
            isolation = isolation_of(reward)
            result = agents.train(
                job.task,
                reward,
                algo=job.algo,
                steps=job.steps,
                seed=job.seed,
                out=job.out,
                hyperparameters=job.hyperparameters,
                eval_seeds=job.selection_seeds,
                horizon=job.horizon,
                progress=progress,
            )
    except RewardFault as fault:
        return Failed(fault.stage, fault.reason)
    return _judged(job, result, time.monotonic() - started, isolation)


def can_train_together(jobs: Sequence[TrainJob]) -> bool:
    """Whether `jobs` can train as one population: stackable agents, alike but for reward and seed.

    Raises:
        UserError: if their hyperparameters make no agent at all.
    """
    if len({repr(_shared(job)) for job in jobs}) != 1:
        return False
    job, spec = jobs[0], task_class(jobs[0].task).spec
    algo = job.algo or agents.default_algorithm(spec)
    return agents.can_be_stacked(algo, spec, agents.resolve(algo, spec, job.hyperparameters))


def check_racing(jobs: Sequence[TrainJob], together: bool, racing: agents.Racing | None) -> None:
    """Make sure that `jobs` can race, where they shall: racers are one population.

    Raises:
        UserError: if they cannot train `together`.
    """
    if racing is not None and not together:
        raise UserError(
            "racing needs jobs that train as one population (ppo or maskable-ppo, alike but for reward "
            f"and seed), got {jobs[0].algo or 'several kinds'}; leave --racing out"
        )


def run_together(
    jobs: Sequence[TrainJob],
    progress: Callable[[int, int, float], None],
    *,
    threads: int = 1,
    racing: agents.Racing | None = None,
) -> list[Outcome]:
    """Train `jobs` as one population in this process and judge each.

    The `seconds` of each outcome are its share of the whole.

    Args:
        jobs: for which `can_train_together` holds.
        progress: called with (the job's index, steps done, success rate).
        threads: cores that the population may use.
        racing: when jobs that are clearly behind the others stop; None trains all to the end.
    """
    started = time.monotonic()
    outcomes: dict[int, Outcome] = {}
    rewards: dict[int, RewardFn | None] = {}
    with ExitStack() as stack:
        for index, job in enumerate(jobs):
            try:
                rewards[index] = stack.enter_context(_opened(job))
            except RewardFault as fault:
                outcomes[index] = Failed(fault.stage, fault.reason)
        together = list(rewards)
        results = _train_population(
            [jobs[index] for index in together],
            list(rewards.values()),
            lambda member, steps, success: progress(together[member], steps, success),
            threads,
            racing,
        )
        isolation = {index: isolation_of(reward) for index, reward in rewards.items()}
    seconds = (time.monotonic() - started) / len(jobs)
    for index, result in zip(together, results, strict=True):
        if isinstance(result, agents.TrainResult):
            outcomes[index] = _judged(jobs[index], result, seconds, isolation[index])
        elif isinstance(result.cause, RewardFault):
            outcomes[index] = Failed(result.cause.stage, result.cause.reason)
        else:
            outcomes[index] = Failed("training", str(result.cause))
    return [outcomes[index] for index in range(len(jobs))]


def _train_population(
    jobs: Sequence[TrainJob],
    rewards: Sequence[RewardFn | None],
    progress: Callable[[int, int, float], None],
    threads: int,
    racing: agents.Racing | None,
) -> Sequence[agents.TrainResult | agents.MemberFailure]:
    if not jobs:
        return []
    shared = jobs[0]
    return agents.train_population(
        shared.task,
        rewards,
        algo=shared.algo,
        steps=shared.steps,
        seeds=[job.seed for job in jobs],
        out=[job.out for job in jobs],
        hyperparameters=shared.hyperparameters,
        eval_seeds=shared.selection_seeds,
        horizon=shared.horizon,
        progress=progress,
        threads=threads,
        fault_types=(RewardFault,),
        racing=racing,
    )


def _judged(job: TrainJob, result: agents.TrainResult, seconds: float, isolation: str) -> Trained:
    evaluation, held_out, task = result.evaluation, None, task_class(job.task)
    if job.final_seeds != job.selection_seeds:
        evaluation = agents.evaluate(result.model, task, job.final_seeds, horizon=job.horizon)
        if task.has_held_out:
            held_out = agents.evaluate(result.model, task.held_out(), job.final_seeds, horizon=job.horizon)
    episodes = None
    if job.recorded:
        episodes = agents.record_episodes(result.model, task, evaluation, job.recorded, horizon=job.horizon)
    return Trained(result.trace, evaluation, seconds, isolation, result.steps, held_out, episodes)


def _shared(job: TrainJob) -> dict[str, Any]:
    own = ("key", "reward", "trusted", "seed", "final_seeds", "out")
    return {name: value for name, value in vars(job).items() if name not in own}


@contextmanager
def _opened(job: TrainJob) -> Iterator[RewardFn | None]:
    reward = open_reward(job.reward or "sparse", job.task, trusted=job.trusted)
    try:
        yield reward
    finally:
        close_reward(reward)
