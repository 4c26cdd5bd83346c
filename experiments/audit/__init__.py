"""What speaks against a reward: checks on episodes, edits, loops and attacks, without training on it."""

from .audit import audit
from .finding import Finding, Report
from .judge import Judge, attacks_on
from .overoptimisation import OverOptimisation, best_of_n, best_of_n_kl, over_training, overoptimisation
from .red_team import Budget, RedTeam, red_team
from .reliance import reliance
from .telescoping import telescoping

__all__ = [
    "Budget",
    "Finding",
    "Judge",
    "OverOptimisation",
    "RedTeam",
    "Report",
    "attacks_on",
    "audit",
    "best_of_n",
    "best_of_n_kl",
    "over_training",
    "overoptimisation",
    "red_team",
    "reliance",
    "telescoping",
]
