from dataclasses import replace

import pytest

from rewardsmith.experiments import LocalExecutor
from rewardsmith.experiments.comparison.bench import Benchmark, asked, budgets, read_methods
from rewardsmith.experiments.comparison.bench.searches import Search


@pytest.fixture
def benchmark(tmp_path) -> Benchmark:
    search = Search("grammar", None, None, 7, lambda place: LocalExecutor(place / "logs", 1), racing=True)
    tasks = budgets("smoke")
    return Benchmark(tmp_path, tasks, read_methods(("sparse", "iid"), tasks), 3, 20, search)


def test_tasks_of_one_budget_share_a_row(benchmark):
    text = asked(replace(benchmark, tasks=budgets("metaworld-t2r", steps=60_000, generations=2, samples=4)))
    (row,) = [line for line in text.splitlines() if line.startswith("| drawer-open")]
    assert "handle-press-side | 60,000 | 150 | 480,000 (2 x 4 trainings) |" in row


def test_tasks_of_other_budgets_do_not(benchmark):
    text = asked(benchmark)
    assert "| tool-call-easy | 40,000 | the task's own |" in text
    assert "| window-open | 40,000 | 100 |" in text


def test_seeds_and_proposer_are_told(benchmark):
    text = asked(benchmark)
    assert "3 training seeds of each method, derived from seed 7; 20 test episodes" in text
    assert "the grammar proposer; candidates are raced" in text


def test_nothing_is_said_of_searches_where_there_is_none(benchmark):
    text = asked(replace(benchmark, methods=read_methods(("sparse",), benchmark.tasks)))
    assert "search" not in text.lower()
