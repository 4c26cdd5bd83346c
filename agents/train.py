"""Training: a task and a reward become an agent, the trace of its training and its evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from ..envs import Evaluation, RewardFn, Task, TrainingTrace, UserError, Worlds, task_class
from ..envs.sb3 import SB3VecEnv
from .agent import make_agent
from .algorithms import default_algorithm
from .callbacks import Checkpoints, Progress
from .evaluate import Evaluator
from .hyperparameters import normalizer_arguments, resolve
from .output import Output
from .seeds import check_training_seed
from .threads import torch_threads

CHECKPOINTS = 10


@dataclass(frozen=True)
class TrainResult:
    """A trained agent and what is known of it.

    Attributes:
        model: the SB3 model, with the environment it was trained in.
        trace: what was seen while it trained.
        evaluation: its last evaluation, on the selection episodes.
        steps: environment steps taken, counted over all worlds.
    """

    model: BaseAlgorithm
    trace: TrainingTrace
    evaluation: Evaluation
    steps: int


def train(
    task: str | type[Task],
    reward: RewardFn | None,
    *,
    steps: int | None = None,
    seed: int,
    eval_seeds: Sequence[int],
    out: str | Path | None = None,
    algo: str | None = None,
    hyperparameters: Mapping[str, Any] | str | Path | None = None,
    eval_every: int | None = None,
    horizon: int | None = None,
    device: str = "auto",
    progress: Progress | None = None,
    threads: int = 1,
) -> TrainResult:
    """Train an agent on a task's worlds, paid by `reward`.

    The budget is never exceeded: it is rounded down to whole rollouts, and the steps taken are reported. On
    the CPU with one thread the same arguments give the same weights, bit for bit.

    Args:
        task: the task's name or class.
        reward: what the agent is paid; None pays the task's sparse reward. It stays the caller's to close,
            and what it raises passes through.
        steps: budget in environment steps, over all worlds; None takes ``n_timesteps``.
        seed: of the networks and of the worlds (world i takes seed + i), as `training_seed` gives it.
        eval_seeds: episodes that the agent is evaluated on, disjoint from those it trains on.
        out: folder for ``model.zip``, ``evaluations.npz``, ``progress.csv``, ``hyperparameters.yml`` and
            TensorBoard files, each written anew; None writes nothing. ``model.zip`` comes last: a folder
            that has it holds a finished run.
        algo: a name from `ALGORITHMS`; None takes the task's default.
        hyperparameters: over those of the algorithm's own file; see `resolve`.
        eval_every: environment steps between evaluations; None makes ten of them.
        horizon: steps until an episode is truncated; None takes the task's own.
        device: see `make_agent`.
        progress: called with (environment steps, last success rate) now and then.
        threads: threads for the physics and for torch.

    Raises:
        UserError: for arguments that do not fit the task or each other.
    """
    kind = task_class(task) if isinstance(task, str) else task
    algo = algo or default_algorithm(kind.spec)
    chosen = resolve(algo, kind.spec, hyperparameters)
    if eval_every is not None and eval_every < 1:
        raise UserError(f"eval_every is a number of environment steps from 1 up, got {eval_every}")
    check_training_seed(seed)
    check_disjoint(seed, chosen["n_envs"], eval_seeds)
    worlds = SB3VecEnv(Worlds(kind, chosen["n_envs"], reward=reward, horizon=horizon, threads=threads), seed)
    env = _normalized(worlds, chosen)
    with torch_threads(threads):
        model = make_agent(algo, env, hyperparameters=chosen, seed=seed, device=device)
        total = whole_rollouts(model, chosen["n_timesteps"] if steps is None else steps)
        output = Output(None if out is None else Path(out), chosen)
        checkpoints = Checkpoints(
            worlds,
            Evaluator(kind, eval_seeds, horizon=horizon, threads=threads),
            every=eval_every or max(1, total // CHECKPOINTS),
            total=total,
            file=output.evaluations,
            progress=progress,
        )
        with output.logger() as logger:
            model.set_logger(logger)
            model.learn(total, checkpoints)
        output.finish(model)
    return TrainResult(model, checkpoints.trace(), checkpoints.last_evaluation, model.num_timesteps)


def whole_rollouts(model: BaseAlgorithm, steps: int) -> int:
    """The most environment steps within the budget that are a whole number of rollouts.

    Raises:
        UserError: if the budget is smaller than one rollout.
    """
    rollout = model.n_envs * (model.n_steps if isinstance(model, OnPolicyAlgorithm) else 1)
    if steps < rollout:
        raise UserError(
            f"one rollout takes n_envs x n_steps = {rollout} environment steps, the budget is {steps}; "
            "raise steps, or lower n_envs or n_steps"
        )
    return steps // rollout * rollout


def _normalized(env: SB3VecEnv, hyperparameters: Mapping[str, Any]) -> VecEnv:
    arguments = normalizer_arguments(hyperparameters)
    return env if arguments is None else VecNormalize(env, **arguments)


def check_disjoint(seed: int, num_envs: int, eval_seeds: Sequence[int]) -> None:
    """Raise a `UserError` if an evaluation episode is one that world `seed` + i would train on."""
    shared = set(range(seed, seed + num_envs)).intersection(eval_seeds)
    if shared:
        raise UserError(
            f"evaluation seed {min(shared)} is also trained on; take evaluation seeds from selection_seeds()"
        )
