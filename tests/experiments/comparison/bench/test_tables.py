import csv
import io

import numpy as np
import pytest

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.experiments.comparison.bench import BenchRun, write_bench
from rewardsmith.experiments.comparison.bench.tables import COLUMNS, bench_csv, bench_table
from rewardsmith.experiments.comparison.statistics import load_rliable
from rewardsmith.experiments.store import Run


def made(task: str, method: str, seed: int, successes: int | None) -> BenchRun:
    """A run with so many successes in 10 episodes; None for one that failed."""
    searched = 800 if method == "iid" else 0
    if successes is None:
        return BenchRun(task, Run(method, seed, reason="probe: it divides by zero"), searched)
    numbers = np.arange(10)
    evaluation = Evaluation(numbers, numbers < successes, numbers / 10.0, np.full(10, 5))
    trace = TrainingTrace(np.array([50, 100]), np.array([0.0, successes / 10]))
    return BenchRun(task, Run(method, seed, evaluation, trace), searched, 100, 1.5)


def table(**methods: dict[str, list[int | None]]) -> list[BenchRun]:
    return [
        made(task, method, seed, found)
        for method, tasks in methods.items()
        for task, successes in tasks.items()
        for seed, found in enumerate(successes)
    ]


RUNS = table(
    sparse={"far": [0, 0], "near": [9, 9]},
    human={"far": [8, 8], "near": [9, 9]},
    iid={"far": [4, None], "near": [10, 10]},
)


def test_there_is_a_row_for_each_run_with_both_scores():
    rows = list(csv.DictReader(io.StringIO(bench_csv(RUNS))))
    assert list(rows[0]) == list(COLUMNS) and len(rows) == len(RUNS)
    found = {(row["task"], row["method"], row["seed"]): row for row in rows}
    best = found["far", "iid", "0"]
    assert (float(best["success"]), float(best["normalised"])) == (0.4, 0.5)
    assert (best["steps_searched"], best["steps_trained"], best["seconds"]) == ("800", "100", "1.5")
    assert found["near", "iid", "0"]["normalised"] == ""
    failed = found["far", "iid", "1"]
    assert (failed["success"], failed["normalised"]) == ("", "")
    assert failed["reason"] == "probe: it divides by zero"


def test_the_table_says_what_failed_and_what_has_no_scale():
    text = bench_table(RUNS)
    assert "Failed runs: 1; they count as success 0" in text
    assert "- far, iid, seed 1: probe: it divides by zero" in text
    assert "near (human 0.90 and sparse 0.90 are within 0.05)" in text
    assert "0.40 [" in text and ", 1 failed |" in text


def test_figures_over_tasks_are_of_all_runs():
    (line,) = [one for one in bench_table(RUNS).splitlines() if one.startswith("| iid | 0.2")]
    _, normalised, success, over_sparse, over_itself, searched = [
        cell.strip() for cell in line.strip("|").split("|")
    ]
    assert normalised.startswith("0.25 [")
    assert success.startswith("0.70 [")
    # On the far task one run wins and the failed one ties, on the near one both win.
    assert over_sparse.startswith("0.88 [")
    assert over_itself == ""
    assert searched == "800"


def test_without_references_the_raw_scores_remain():
    text = bench_table(table(iid={"far": [4, 6]}))
    assert "No human-normalised scores: a human-normalised score needs runs of 'sparse'" in text
    assert "normalised score, IQM" not in text
    assert "| iid | 0.50 [" in text


def test_a_single_seed_has_no_interval():
    text = bench_table(table(sparse={"far": [0]}, human={"far": [8]}))
    assert "| human | 1.00 | 0.80 | 1.00 | 0 |" in text


def test_everything_is_written(tmp_path):
    written = write_bench(RUNS, tmp_path)
    assert all(path.is_file() for path in written)
    assert {"bench.csv", "bench.md", "scores.npz"} <= {path.name for path in written}
    assert "## far" in (tmp_path / "bench.md").read_text()
    scores = load_rliable(tmp_path / "scores.npz")
    assert scores.tasks == ("far", "near")
    assert scores.scores["iid"] == pytest.approx(np.array([[0.4, 1.0], [0.0, 1.0]]))
