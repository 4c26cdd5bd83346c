"""What is kept of one member's training: checkpoints, files and, at the end, its result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.logger import Logger

from ..callbacks import Checkpoints, Progress
from ..output import Output
from ..train import CHECKPOINTS, TrainResult
from .evaluation import Played, PopulationEvaluator
from .ppo import PopulationPPO
from .settings import SB3Model
from .statistics import TermStatistics


class EvaluationForAll:
    """Evaluates the whole population when the first member asks, and then has the answer for the others."""

    def __init__(self, ppo: PopulationPPO, evaluator: PopulationEvaluator) -> None:
        self._ppo = ppo
        self._evaluator = evaluator
        self._steps = -1
        self._played: dict[int, Played] = {}

    def play(self, model: BaseAlgorithm) -> Played:
        """The evaluation of the member whose model this is, as it stands in the population."""
        if self._steps != self._ppo.num_timesteps:
            played = self._evaluator.play(self._ppo)
            members = self._ppo.members
            self._played = {id(m.model): result for m, result in zip(members, played, strict=True)}
            self._steps = self._ppo.num_timesteps
        return self._played[id(model)]


class TermsOf:
    """One member's reward statistics, as `Checkpoints` asks an environment for them."""

    def __init__(self, statistics: TermStatistics) -> None:
        self.pop_statistics = statistics.pop


class MemberRecord:
    """Drives the same checkpoints and files that a run of `agents.train` has, for one member.

    Args:
        model: the member's.
        statistics: of its reward's terms.
        evaluation: of the population.
        hyperparameters: the member's, kept beside its agent.
        out: its folder; None writes nothing.
        total: environment steps of the whole training.
        eval_every: environment steps between evaluations; None makes ten of them.
        progress: called with (environment steps, last success rate) now and then.
    """

    def __init__(
        self,
        model: SB3Model,
        statistics: TermStatistics,
        evaluation: EvaluationForAll,
        *,
        hyperparameters: Mapping[str, Any],
        out: Path | None,
        total: int,
        eval_every: int | None,
        progress: Progress | None,
    ) -> None:
        self.output = Output(out, hyperparameters)
        self._model = model
        self._checkpoints = Checkpoints(
            TermsOf(statistics),
            evaluation,
            every=eval_every or max(1, total // CHECKPOINTS),
            total=total,
            file=self.output.evaluations,
            progress=progress,
        )

    def begin(self, logger: Logger) -> None:
        """Write logs to `logger` from now on."""
        self._model.set_logger(logger)
        self._checkpoints.init_callback(self._model)

    def before_rollout(self, steps: int) -> None:
        """Make a checkpoint if one is due after `steps` environment steps."""
        self._checkpoints.num_timesteps = steps
        self._checkpoints.on_rollout_start()

    def after_update(self, steps: int, logs: Mapping[str, float]) -> None:
        """Log what the update after `steps` environment steps came to, under SB3's names."""
        logger = self._model.logger
        for name, value in logs.items():
            logger.record(f"train/{name}", value)
        logger.record("train/n_updates", self._model._n_updates, exclude="tensorboard")
        logger.record("time/total_timesteps", steps, exclude="tensorboard")
        logger.dump(steps)

    def finish(self, steps: int) -> TrainResult:
        """Make the last checkpoint and write the agent, whose model holds what it learnt."""
        self._checkpoints.num_timesteps = steps
        self._checkpoints.on_training_end()
        self.output.finish(self._model)
        return TrainResult(self._model, self._checkpoints.trace(), self._checkpoints.last_evaluation, steps)
