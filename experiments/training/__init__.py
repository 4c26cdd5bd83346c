"""Training runs as jobs, and where they are run."""

from .cache import ResultCache
from .caching import CachingExecutor
from .executor import Executor, Progress
from .jobs import Failed, Outcome, Trained, TrainJob, can_train_together, run_job, run_together
from .key import job_key
from .local import LocalExecutor
from .progress import StepBar

__all__ = [
    "CachingExecutor",
    "Executor",
    "Failed",
    "LocalExecutor",
    "Outcome",
    "Progress",
    "ResultCache",
    "StepBar",
    "TrainJob",
    "Trained",
    "can_train_together",
    "job_key",
    "run_job",
    "run_together",
]
