"""Training where only an episode's return is told: as it comes, or on a reward that is decoded from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback, CallbackList
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from stable_baselines3.common.vec_env import VecNormalize

from ...agents import TrainResult, default_algorithm, make_agent, resolve
from ...agents.callbacks import Checkpoints
from ...agents.episodic import EpisodicWorlds
from ...agents.evaluate import Evaluator
from ...agents.hyperparameters import normalizer_arguments
from ...agents.seeds import check_training_seed
from ...agents.threads import torch_threads
from ...agents.train import CHECKPOINTS, check_disjoint, whole_rollouts
from ...envs import RewardFn, Task, TaskSpec, Transition, UserError, random_transitions, task_class
from ...envs.sb3 import SB3VecEnv
from ...reward_gen import Failure, Findings, Proposer, Rejected, RewardProgram
from ...reward_gen.latent import (
    DecoderKind,
    EpisodeMemory,
    LatentReward,
    factor_names,
    make_decoder,
    verify_factors,
)
from .worlds import LatentWorlds, Refit


@dataclass(frozen=True)
class Setting:
    """How an agent is trained.

    Attributes:
        steps: budget in environment steps, over all worlds.
        seed: of the networks and of the worlds, as `training_seed` gives it.
        eval_seeds: episodes that the agent is evaluated on.
        hyperparameters: over those of the task's default algorithm.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads for the physics and for torch.
    """

    steps: int
    seed: int
    eval_seeds: Sequence[int]
    hyperparameters: Mapping[str, Any] | None = None
    horizon: int | None = None
    threads: int = 1


@dataclass(frozen=True)
class LatentResult:
    """An agent trained on a latent reward.

    Attributes:
        trained: the agent, its trace (the terms are the factors) and its evaluation.
        latent: the reward with the decoder as it was at the end.
        explained: share of the returns' variance that the decoder explained, at each fit.
    """

    trained: TrainResult
    latent: LatentReward
    explained: tuple[float, ...]


def train_episodic(task: str | type[Task], reward: RewardFn | None, setting: Setting) -> TrainResult:
    """Train an agent that is paid an episode's whole return on its last step, and nothing before.

    Args:
        task: the task's name or class.
        reward: what each step is truly worth; None takes success.
        setting: how.

    Raises:
        UserError: the task's default algorithm does not learn in rollouts, or the setting does not fit.
    """
    run = _Run(task, setting)
    worlds = EpisodicWorlds(
        run.task, run.num_worlds, reward=reward, horizon=setting.horizon, threads=setting.threads
    )
    return run.learn(worlds)


def train_latent(
    task: str | type[Task],
    factors: RewardFn,
    reward: RewardFn | None,
    setting: Setting,
    decoder: DecoderKind = "linear",
) -> LatentResult:
    """Train an agent on a reward decoded from `factors`, where only an episode's return is told.

    Args:
        task: the task's name or class.
        factors: a factor program, running; it stays the caller's to close.
        reward: what each step is truly worth; only its sum over an episode is used. None takes success.
        setting: how.
        decoder: ``linear`` or ``mlp``.

    Raises:
        UserError: the task's default algorithm does not learn in rollouts, or the setting does not fit.
    """
    run = _Run(task, setting)
    names = factor_names(factors, random_transitions(run.task, 2, np.random.default_rng(0)))
    latent = LatentReward(factors, names, make_decoder(decoder, len(names), setting.seed))
    memory = EpisodeMemory(run.num_worlds, len(names), setting.horizon or run.task.spec.horizon)
    worlds = LatentWorlds(
        run.task,
        run.num_worlds,
        reward=reward,
        latent=latent,
        memory=memory,
        horizon=setting.horizon,
        threads=setting.threads,
    )
    refit = Refit(latent, memory)
    return LatentResult(run.learn(worlds, refit), latent, tuple(refit.explained))


class _Run:
    """One training: its algorithm, its hyperparameters, and the loop."""

    def __init__(self, task: str | type[Task], setting: Setting) -> None:
        self.task = task_class(task) if isinstance(task, str) else task
        self.setting = setting
        self.algo = default_algorithm(self.task.spec)
        self.chosen = resolve(self.algo, self.task.spec, setting.hyperparameters)
        self.num_worlds: int = self.chosen["n_envs"]
        check_training_seed(setting.seed)
        check_disjoint(setting.seed, self.num_worlds, setting.eval_seeds)

    def learn(self, worlds: EpisodicWorlds, *callbacks: BaseCallback) -> TrainResult:
        """Train in `worlds` with the `callbacks` beside."""
        setting, arguments = self.setting, normalizer_arguments(self.chosen)
        env = SB3VecEnv(worlds, setting.seed)
        scaled = env if arguments is None else VecNormalize(env, **arguments)
        with torch_threads(setting.threads):
            model = make_agent(self.algo, scaled, hyperparameters=self.chosen, seed=setting.seed)
            if not isinstance(model, OnPolicyAlgorithm):
                raise UserError(
                    f"expected an algorithm that learns in rollouts, such as ppo, got {self.algo}: a decoded "
                    "reward changes, and what was stored under an older one would mislead it"
                )
            total = whole_rollouts(model, setting.steps)
            checkpoints = Checkpoints(
                env,
                Evaluator(self.task, setting.eval_seeds, horizon=setting.horizon, threads=setting.threads),
                every=max(1, total // CHECKPOINTS),
                total=total,
            )
            model.learn(total, CallbackList([*callbacks, checkpoints]))
        return TrainResult(model, checkpoints.trace(), checkpoints.last_evaluation, model.num_timesteps)


def find_factors(
    proposer: Proposer,
    spec: TaskSpec,
    samples: Transition,
    rng: np.random.Generator,
    *,
    rounds: int = 3,
    n: int = 2,
) -> RewardProgram:
    """The first proposed factor program that passes the gate; what failed is told in the next round.

    Args:
        proposer: writes factor programs, e.g. a model asked in the `Latent` style.
        spec: the task.
        samples: recorded transitions to verify on.
        rng: source of every draw.
        rounds: rounds of proposals.
        n: proposals in a round.

    Raises:
        UserError: none of them passes.
    """
    failures: list[Failure] = []
    for _ in range(rounds):
        for proposal in proposer.propose(spec, Findings(failures=tuple(failures)), n, rng):
            outcome = proposal.outcome
            if isinstance(outcome, RewardProgram):
                verdict = verify_factors(outcome, spec, samples)
                if not isinstance(verdict, Rejected):
                    return outcome
                failures.append(Failure(outcome.text, verdict.stage, verdict.reason))
            else:
                failures.append(Failure(proposal.answer, outcome.stage, outcome.reason))
    last = failures[-1].reason if failures else "no answer came"
    raise UserError(f"none of {len(failures)} factor programs passed; the last one: {last}; ask for more")
