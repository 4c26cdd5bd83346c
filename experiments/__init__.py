"""Everything that makes a claim: evolution, comparisons, statistics, plots, store, command line."""

from typing import TYPE_CHECKING

from ..envs.lazy import offer_lazily

if TYPE_CHECKING:
    from .comparison.compare import Method, Protocol, baselines, compare
    from .comparison.outputs import comparison_table, write_outputs
    from .comparison.statistics import Estimate, estimate
    from .evolution.loop import Evolution
    from .evolution.settings import EvolveSettings
    from .store import Candidate, Run, Store
    from .training import Executor, Failed, LocalExecutor, Trained, TrainJob, run_job

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

offer_lazily(
    __name__,
    {
        ".comparison.compare": ("Method", "Protocol", "baselines", "compare"),
        ".comparison.outputs": ("comparison_table", "write_outputs"),
        ".comparison.statistics": ("Estimate", "estimate"),
        ".evolution.loop": ("Evolution",),
        ".evolution.settings": ("EvolveSettings",),
        ".store": ("Candidate", "Run", "Store"),
        ".training": ("Executor", "Failed", "LocalExecutor", "Trained", "TrainJob", "run_job"),
    },
)
