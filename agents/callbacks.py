"""What happens beside training: evaluation at checkpoints, the trace, and the files that plots read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback

from ..envs import Evaluation, TrainingTrace

Progress = Callable[[int, float], None]
_PROGRESS_CALLS = 200


class TermSource(Protocol):
    """What is trained in, as far as checkpoints ask: an `SB3VecEnv`, or a member's share of a population."""

    def pop_statistics(self) -> dict[str, tuple[float, float, float]]:
        """(min, mean, max) of every reward term over the steps since the last call."""


class EpisodePlayer(Protocol):
    """What plays the selection episodes: an `Evaluator`, or a population's for one of its members."""

    def play(self, policy: BaseAlgorithm, /) -> tuple[Evaluation, np.ndarray]:
        """The evaluation, and each episode's return (N,) in the sparse reward."""


class Checkpoints(BaseCallback):
    """Evaluates between updates and after the last one, by success alone, on worlds of its own.

    It looks at the agent where SB3 starts to collect experience, so each evaluation is of the weights after
    the update on all the steps counted so far. Nothing that training draws from is touched: an agent is the
    same however often it is evaluated.

    Args:
        env: the batch of worlds that is trained in; gives the statistics of the reward's terms.
        evaluator: plays the selection episodes.
        every: environment steps between evaluations.
        total: environment steps of the whole training.
        file: where to keep SB3's ``evaluations.npz``, if anywhere.
        progress: called with (environment steps, last success rate), some 200 times in all.
    """

    def __init__(
        self,
        env: TermSource,
        evaluator: EpisodePlayer,
        *,
        every: int,
        total: int,
        file: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        super().__init__()
        self._env = env
        self._evaluator = evaluator
        self._every = every
        self._report_every = max(1, total // _PROGRESS_CALLS)
        self._reported = 0
        self._file = file
        self._progress = progress
        self._steps: list[int] = []
        self._evaluations: list[Evaluation] = []
        self._returns: list[np.ndarray] = []
        self._terms: list[dict[str, tuple[float, float, float]]] = []

    @property
    def last_evaluation(self) -> Evaluation:
        """The evaluation at the last checkpoint."""
        return self._evaluations[-1]

    def trace(self) -> TrainingTrace:
        """What was seen at the checkpoints; a term that was absent at one of them is NaN there."""
        names = dict.fromkeys(name for terms in self._terms for name in terms)
        absent = (np.nan, np.nan, np.nan)
        return TrainingTrace(
            steps=np.array(self._steps),
            success=np.array([evaluation.success_rate for evaluation in self._evaluations]),
            terms={name: np.array([terms.get(name, absent) for terms in self._terms]) for name in names},
        )

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        due = (self._steps[-1] if self._steps else 0) // self._every * self._every + self._every
        if self.num_timesteps >= due:
            self._check()
        elif self.num_timesteps >= self._reported + self._report_every:
            self._report()

    def _on_training_end(self) -> None:
        self._check()

    def _check(self) -> None:
        evaluation, returns = self._evaluator.play(self.model)
        self._steps.append(self.num_timesteps)
        self._evaluations.append(evaluation)
        self._returns.append(returns)
        self._terms.append(self._env.pop_statistics())
        self._log()
        if self._file is not None:
            self._save(self._file)
        self._report()

    def _log(self) -> None:
        evaluation = self.last_evaluation
        self.logger.record("eval/success_rate", evaluation.success_rate)
        self.logger.record("eval/metric", float(evaluation.metric.mean()))
        self.logger.record("eval/mean_ep_length", float(evaluation.length.mean()))
        for name, values in self._terms[-1].items():
            for statistic, value in zip(("min", "mean", "max"), values, strict=True):
                self.logger.record(f"terms/{name}/{statistic}", float(value))
        self.logger.record("time/total_timesteps", self.num_timesteps, exclude="tensorboard")
        self.logger.dump(self.num_timesteps)

    def _save(self, file: Path) -> None:
        partial = file.with_suffix(".partial.npz")
        np.savez(
            partial,
            timesteps=np.array(self._steps),
            results=np.array(self._returns),
            ep_lengths=np.array([evaluation.length for evaluation in self._evaluations]),
            successes=np.array([evaluation.success for evaluation in self._evaluations]),
        )
        partial.replace(file)

    def _report(self) -> None:
        self._reported = self.num_timesteps
        if self._progress is not None:
            success = self.last_evaluation.success_rate if self._evaluations else 0.0
            self._progress(self.num_timesteps, success)
