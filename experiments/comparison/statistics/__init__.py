"""Numbers behind claims: means, IQM, intervals, normalised scores, profiles, sample efficiency."""

from .aggregate import Statistic, improvement, iqm, optimality_gap
from .efficiency import sample_efficiency, steps_to, success_curves
from .intervals import (
    Estimate,
    estimate,
    improvement_interval,
    mean_interval,
    share_interval,
    stratified_interval,
)
from .normalised import Normalised, normalise
from .profiles import Band, performance_profile
from .rliable_format import Score, ScoreTable, load_rliable, save_rliable, score_table, to_rliable

__all__ = [
    "Band",
    "Estimate",
    "Normalised",
    "Score",
    "ScoreTable",
    "Statistic",
    "estimate",
    "improvement",
    "improvement_interval",
    "iqm",
    "load_rliable",
    "mean_interval",
    "normalise",
    "optimality_gap",
    "performance_profile",
    "sample_efficiency",
    "save_rliable",
    "score_table",
    "share_interval",
    "steps_to",
    "stratified_interval",
    "success_curves",
    "to_rliable",
]
