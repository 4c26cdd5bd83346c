"""What an experiment knows, on the disk: candidates, runs, opinions, one transaction per change."""

from .candidate import Candidate, State, best_of, operator_credit, ranked
from .database import Store
from .opinions import HUMAN_EDIT, Opinion, comment_on, human_edits
from .run import EVOLVED, Run

__all__ = [
    "EVOLVED",
    "HUMAN_EDIT",
    "Candidate",
    "Opinion",
    "Run",
    "State",
    "Store",
    "best_of",
    "comment_on",
    "human_edits",
    "operator_credit",
    "ranked",
]
