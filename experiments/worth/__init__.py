"""What a reward is worth before anything is trained on it, and which of its scores foretell that."""

from .correlation import Correlation, null_range, rank_correlation
from .evidence import Evidence, Judged, gathered
from .scores import SCORES, Scorer
from .truth import accuracy_interval, pair_accuracy, truth_of

__all__ = [
    "SCORES",
    "Correlation",
    "Evidence",
    "Judged",
    "Scorer",
    "accuracy_interval",
    "gathered",
    "null_range",
    "pair_accuracy",
    "rank_correlation",
    "truth_of",
]
