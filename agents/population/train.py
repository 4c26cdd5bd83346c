"""Training a whole generation: rewards become trained agents, side by side in one process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ...envs import RewardFn, Task, UserError, task_class
from ..algorithms import default_algorithm
from ..hyperparameters import resolve
from ..seeds import check_training_seed
from ..threads import torch_threads
from ..train import check_disjoint, whole_rollouts
from .evaluation import PopulationEvaluator
from .generation import Generation, Outcome
from .members import make_member
from .ppo import PopulationPPO
from .racing import Racing
from .record import EvaluationForAll, MemberRecord
from .worlds import FaultTypes, PopulationWorlds

Hyperparameters = Mapping[str, Any] | str | Path | None
Progress = Callable[[int, int, float], None]


def train_population(
    task: str | type[Task],
    rewards: Sequence[RewardFn | None],
    *,
    steps: int | None = None,
    seeds: Sequence[int],
    eval_seeds: Sequence[int],
    out: Sequence[Path | None] | None = None,
    algo: str | None = None,
    hyperparameters: Hyperparameters | Sequence[Hyperparameters] = None,
    eval_every: int | None = None,
    horizon: int | None = None,
    progress: Progress | None = None,
    threads: int = 1,
    fault_types: FaultTypes = (),
    racing: Racing | None = None,
    device: str = "cpu",
) -> list[Outcome]:
    """Train one agent for each of P rewards, as P calls of `agents.train` would, but together.

    Each agent's numbers are those of its run alone, to rounding; with other fellows or another number of
    threads they are the same bit for bit. A member whose reward raises one of `fault_types` leaves with its
    reason and costs the others nothing.

    Args:
        task: the task's name or class.
        rewards: what each agent is paid; None pays the task's sparse reward. They stay the caller's to close.
            Where a reward has ``submit`` and ``collect``, all are asked before the first is waited for.
        steps: budget of each agent in environment steps; None takes ``n_timesteps``.
        seeds: P seeds, each of one agent's networks and worlds, as `training_seed` gives them.
        eval_seeds: episodes that all agents are evaluated on, disjoint from those they train on.
        out: P folders, written as `agents.train` writes them; None writes nothing.
        algo: ``ppo`` or ``maskable-ppo``; None takes the task's default.
        hyperparameters: over those of the algorithm's own file, for all or for each; members must agree in
            ``n_envs``, ``n_steps``, ``batch_size``, ``n_epochs`` and the networks' shape.
        eval_every: environment steps between evaluations; None makes ten of them.
        horizon: steps until an episode is truncated; None takes the task's own.
        progress: called with (member, environment steps, last success rate) now and then.
        threads: threads for the physics, and processes for the networks' updates, this one included. With
            more than one a script needs the usual ``if __name__ == "__main__":``.
        fault_types: exceptions that a reward may raise; others pass through.
        racing: when to stop members that are clearly behind, whose results then have fewer steps; None
            trains all to the end.
        device: where the networks learn, as torch names it; the physics and the rewards stay on the CPU.

    Returns:
        For each reward the result of training, or why there is none.

    Raises:
        UserError: for arguments that do not fit the task or each other.
    """
    kind = task_class(task) if isinstance(task, str) else task
    algo = algo or default_algorithm(kind.spec)
    chosen = [resolve(algo, kind.spec, own) for own in _for_each(hyperparameters, len(rewards))]
    folders = [None] * len(rewards) if out is None else list(out)
    _check(rewards, seeds, folders, eval_every)
    for seed, own in zip(seeds, chosen, strict=True):
        check_training_seed(seed)
        check_disjoint(seed, own["n_envs"], eval_seeds)
    with ExitStack() as stack:
        stack.enter_context(torch_threads(1))
        members = [make_member(algo, kind.spec, own, seed) for own, seed in zip(chosen, seeds, strict=True)]
        ppo = stack.enter_context(closing(PopulationPPO(members, threads=threads, device=_usable(device))))
        total = whole_rollouts(members[0].model, chosen[0]["n_timesteps"] if steps is None else steps)
        worlds = PopulationWorlds(
            kind, rewards, seeds, ppo.shared.n_envs,
            horizon=horizon, threads=threads, fault_types=fault_types,
        )  # fmt: skip
        evaluator = PopulationEvaluator(kind, eval_seeds, horizon=horizon, threads=threads)
        evaluation = EvaluationForAll(ppo, evaluator)
        records = [
            MemberRecord(
                member.model,
                worlds.statistics[index],
                evaluation,
                hyperparameters=chosen[index],
                out=folders[index],
                total=total,
                eval_every=eval_every,
                progress=None if progress is None else partial(progress, index),
            )
            for index, member in enumerate(members)
        ]
        for record in records:
            record.begin(stack.enter_context(record.output.logger()))
        return Generation(ppo, worlds, records, evaluation, racing).run(total)


def _usable(device: str) -> torch.device:
    try:
        return torch.empty(0, device=device).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"expected a device that torch can use here, got {device!r}: {reason}") from error


def _for_each(hyperparameters: Hyperparameters | Sequence[Hyperparameters], count: int) -> list[Any]:
    if not isinstance(hyperparameters, (list, tuple)):
        return [hyperparameters] * count
    if len(hyperparameters) != count:
        raise UserError(f"expected hyperparameters for each of {count} rewards, got {len(hyperparameters)}")
    return list(hyperparameters)


def _check(
    rewards: Sequence[RewardFn | None],
    seeds: Sequence[int],
    folders: Sequence[Path | None],
    eval_every: int | None,
) -> None:
    if not rewards:
        raise UserError("a population is trained on at least one reward, got none")
    if len(seeds) != len(rewards) or len(folders) != len(rewards):
        raise UserError(
            f"expected a seed and a folder for each of {len(rewards)} rewards, "
            f"got {len(seeds)} seeds and {len(folders)} folders"
        )
    if eval_every is not None and eval_every < 1:
        raise UserError(f"eval_every is a number of environment steps from 1 up, got {eval_every}")
