"""Training runs as jobs, and where they are run."""

from .executor import Executor, Progress
from .jobs import Failed, Outcome, Trained, TrainJob, can_train_together, run_job, run_together
from .local import LocalExecutor
from .progress import StepBar

__all__ = [
    "Executor",
    "Failed",
    "LocalExecutor",
    "Outcome",
    "Progress",
    "StepBar",
    "TrainJob",
    "Trained",
    "can_train_together",
    "run_job",
    "run_together",
]
