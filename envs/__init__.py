"""The tasks: what is, and what is wanted. The ground floor: imports nothing else of ours."""

from .errors import UserError
from .play import random_transitions
from .records import Evaluation, RewardFn, Terms, TrainingTrace, Transition, close_reward
from .registry import UnknownTaskError, register, task_class, task_names
from .single import TaskEnv
from .spec import ActionSpec, Field, TaskSpec
from .task import Task
from .vector import TaskVectorEnv
from .views import FieldView
from .worlds import Step, Worlds

__all__ = [
    "ActionSpec",
    "Evaluation",
    "Field",
    "FieldView",
    "RewardFn",
    "Step",
    "Task",
    "TaskEnv",
    "TaskSpec",
    "TaskVectorEnv",
    "Terms",
    "TrainingTrace",
    "Transition",
    "UnknownTaskError",
    "UserError",
    "Worlds",
    "close_reward",
    "random_transitions",
    "register",
    "task_class",
    "task_names",
]
