"""The tasks: what is, and what is wanted. The ground floor: imports nothing else of ours."""

from .demonstration import demonstrate
from .episodes import Episodes
from .errors import UserError
from .goal import GoalTaskEnv, has_goal
from .play import random_transitions
from .records import Evaluation, RewardFn, Terms, TrainingTrace, Transition, close_reward
from .registry import UnknownTaskError, adapted_task_names, register, task_class, task_names
from .relabel import relabel
from .single import TaskEnv
from .spec import ActionSpec, Field, TaskSpec
from .task import Task
from .vector import TaskVectorEnv
from .views import FieldView
from .worlds import Step, Worlds

__all__ = [
    "ActionSpec",
    "Episodes",
    "Evaluation",
    "Field",
    "FieldView",
    "GoalTaskEnv",
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
    "adapted_task_names",
    "close_reward",
    "demonstrate",
    "has_goal",
    "random_transitions",
    "register",
    "relabel",
    "task_class",
    "task_names",
]
