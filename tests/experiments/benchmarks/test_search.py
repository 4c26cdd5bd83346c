import csv

import pytest

from rewardsmith.experiments.benchmarks import search
from rewardsmith.experiments.benchmarks.search import Budget, Found, Settings, main, table


def found(task: str, seed: int, by: search.Search, score: float) -> Found:
    return Found(task, seed, by, score, 0.2, score, 4096, 4, 2, 1, 0.1, 0.25, "fresh")


def test_the_table_compares_searches_of_one_seed():
    rows = [
        found(task, seed, by, score)
        for task, gain in (("reach", 0.5), ("sql", 0.0))
        for seed in range(4)
        for by, score in (("evolve", 0.1 * seed + gain), ("iid", 0.1 * seed))
    ]
    lines = table(rows).splitlines()
    assert lines[2].startswith("| reach | 0.65 [") and "| 0.50 [0.50, 0.50] | 1.00 | ±0.20 |" in lines[2]
    assert "| 0.00 [0.00, 0.00] | 0.50 |" in lines[3]
    assert "| 0.25 [0.25, 0.25] |" in lines[4]


@pytest.mark.slow
def test_it_searches_tests_and_writes_a_table(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(search.BUDGETS, "tool-call-easy", Budget(4096, selection_episodes=8))
    settings = Settings(
        tmp_path,
        tasks=("tool-call-easy",),
        seeds=1,
        generations=2,
        samples=2,
        final_seeds=2,
        episodes=8,
        write=tmp_path / "search.md",
    )
    main(settings)
    assert "| tool-call-easy |" in capsys.readouterr().out
    with (tmp_path / "search.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["search"] for row in rows] == ["evolve", "iid"]
    assert {row["steps"] for row in rows} <= {"8192", "16384"}
