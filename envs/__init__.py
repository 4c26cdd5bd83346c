"""The tasks: what is, and what is wanted. The ground floor: imports nothing else of ours."""

from .records import Evaluation, RewardFn, Terms, TrainingTrace, Transition
from .registry import UnknownTaskError, register, task_class, task_names
from .spec import ActionSpec, Field, TaskSpec
from .task import Task
from .views import FieldView

__all__ = [
    "ActionSpec",
    "Evaluation",
    "Field",
    "FieldView",
    "RewardFn",
    "Task",
    "TaskSpec",
    "Terms",
    "TrainingTrace",
    "Transition",
    "UnknownTaskError",
    "register",
    "task_class",
    "task_names",
]
