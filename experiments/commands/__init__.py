"""The commands of ``rewardsmith``. A command is a record of its arguments with one verb, `run`."""

from .audit import Audit
from .bench import Bench
from .evolve import Evolve
from .look import Feedback, Plot
from .repair import Repair
from .report import Report
from .rewards import Check, Follow, Translate
from .tasks import Tasks
from .train import Train

Command = (
    Tasks | Check | Audit | Translate | Follow | Train | Evolve | Bench | Plot | Report | Feedback | Repair
)

__all__ = ["Command"]
