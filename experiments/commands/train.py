"""``rewardsmith train``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..comparison.compare import methods_from
from ..training import Failed, StepBar, TrainJob, run_job
from .rewards import Task


@dataclass(frozen=True)
class Train:
    """Train one agent on one reward and report its success on episodes that training never saw."""

    task: Task
    """The task's name; file.py:name for one of your own."""
    reward: str = "sparse"
    """``sparse``, ``human``, or a reward program's path."""
    algo: str | None = None
    """ppo, sac, td3, dqn or maskable-ppo; none takes what suits the task."""
    steps: int = 100_000
    """Environment steps."""
    seed: int = 0
    """Seed of networks and worlds."""
    horizon: int | None = None
    """Episode length in steps; none takes the task's own."""
    episodes: int = 50
    """Test episodes."""
    trust: bool = False
    """Run the reward program unsealed, in the training process."""
    out: Path | None = None
    """Folder for the agent and its logs; none keeps nothing."""

    def run(self) -> int:
        """Train, and print the success rate."""
        from ...agents import selection_seeds, test_seeds, training_seed

        (method,) = methods_from({self.reward: self.reward}, self.task)
        job = TrainJob(
            key="train",
            task=self.task,
            reward=method.program,
            trusted=method.trusted or self.trust,
            algo=self.algo,
            steps=self.steps,
            seed=training_seed(self.seed, "train", 0),
            selection_seeds=selection_seeds(self.seed, 20),
            final_seeds=test_seeds(self.seed, self.episodes),
            horizon=self.horizon,
            out=self.out,
        )
        with StepBar(f"training {self.task}", self.steps) as bar:
            outcome = run_job(job, lambda steps, success: bar(job, steps, success))
        if isinstance(outcome, Failed):
            print(f"the reward failed ({outcome.stage}): {outcome.reason}")
            return 1
        rate = outcome.evaluation.success_rate
        print(
            f"success {rate:.2f} in {self.episodes} test episodes, "
            f"after {self.steps} steps in {outcome.seconds:.0f} s"
        )
        return 0
