"""The commands of ``rewardsmith``. A command is a record of its arguments with one verb, `run`."""

from .bench import Bench
from .evolve import Evolve
from .look import Feedback, Plot
from .repair import Repair
from .rewards import Check, Follow, Translate
from .tasks import Tasks
from .train import Train

Command = Tasks | Check | Translate | Follow | Train | Evolve | Bench | Plot | Feedback | Repair

__all__ = ["Command"]
