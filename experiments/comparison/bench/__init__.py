"""The benchmark: methods of finding a reward, on a suite's tasks, at one budget, under one final protocol."""

from .asked import asked
from .budgets import TaskBudget, budgets
from .methods import SEARCHES, Given, Searched, read_methods
from .results import BenchRun, bench_runs
from .run import Benchmark
from .written import write_bench

__all__ = [
    "SEARCHES",
    "BenchRun",
    "Benchmark",
    "Given",
    "Searched",
    "TaskBudget",
    "asked",
    "bench_runs",
    "budgets",
    "read_methods",
    "write_bench",
]
