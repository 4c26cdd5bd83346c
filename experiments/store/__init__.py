"""What an experiment knows, on the disk: candidates, runs, opinions, one transaction per change."""

from .candidate import Candidate, State, operator_credit
from .database import Store
from .opinions import HUMAN_EDIT, Opinion, comment_on, human_edits
from .run import EVOLVED, Run
from .standing import AGAIN, Standing, best_of, leading, ranked, standings

__all__ = [
    "AGAIN",
    "EVOLVED",
    "HUMAN_EDIT",
    "Candidate",
    "Opinion",
    "Run",
    "Standing",
    "State",
    "Store",
    "best_of",
    "comment_on",
    "human_edits",
    "leading",
    "operator_credit",
    "ranked",
    "standings",
]
