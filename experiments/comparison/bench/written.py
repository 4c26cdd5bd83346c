"""What a benchmark leaves for a person: tables, scores in rliable's format, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..statistics import save_rliable, score_table
from .results import BenchRun, success_scores
from .tables import bench_csv, bench_table, task_tables


def write_bench(runs: Sequence[BenchRun], out: Path, asked: str = "") -> list[Path]:
    """Write every file to `out`, ``bench.md`` with what was `asked` first; their paths, the pictures last."""
    from ...plots import save_bench_plots

    table = score_table(success_scores(runs), failed=0.0)
    (out / "bench.csv").write_text(bench_csv(runs), encoding="utf-8")
    parts = ["# Benchmark\n", *([asked] if asked else []), bench_table(runs), task_tables(runs)]
    (out / "bench.md").write_text("\n".join(parts), encoding="utf-8")
    scores = save_rliable(out / "scores.npz", table.scores, table.tasks)
    return [out / "bench.csv", out / "bench.md", scores, *save_bench_plots(out)]
