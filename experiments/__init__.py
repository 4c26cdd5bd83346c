"""Everything that makes a claim: evolution, comparisons, statistics, plots, store, command line."""

from .compare import Method, Protocol, baselines, compare
from .evolve import Evolution
from .evolve_settings import EvolveSettings
from .executor import Executor, LocalExecutor
from .jobs import Failed, Trained, TrainJob, run_job
from .outputs import comparison_table, write_outputs
from .statistics import Estimate, estimate
from .store import Candidate, Run, Store

__all__ = [
    "Candidate",
    "Estimate",
    "Evolution",
    "EvolveSettings",
    "Executor",
    "Failed",
    "LocalExecutor",
    "Method",
    "Protocol",
    "Run",
    "Store",
    "TrainJob",
    "Trained",
    "baselines",
    "compare",
    "comparison_table",
    "estimate",
    "run_job",
    "write_outputs",
]
