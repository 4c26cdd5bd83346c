"""What a reward is worth before anything is trained on it, and which of its scores foretell that."""

from .correlation import Correlation, null_range, rank_correlation
from .evidence import Evidence, Judged, gathered, random_play, scripted_play
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
    "random_play",
    "rank_correlation",
    "scripted_play",
    "truth_of",
]
