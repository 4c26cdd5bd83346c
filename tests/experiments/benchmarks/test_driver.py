"""The benchmark of the driver: what it measures is really that process's own, and the store is as said."""

import pytest

from rewardsmith.experiments import Store
from rewardsmith.experiments.benchmarks.driver import Settings, evolve_settings, main
from rewardsmith.experiments.benchmarks.driver_store import CHECKPOINTS, TERMS, fill


def test_the_store_is_full_of_trained_candidates_of_the_size_of_real_ones(tmp_path):
    settings = Settings(samples=4)
    fill(tmp_path, 10, evolve_settings(10, settings))
    candidates = Store.existing(tmp_path).candidates()
    assert [c.generation for c in candidates] == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    for candidate in candidates:
        assert candidate.state == "trained" and "def compute_reward" in candidate.program.text
        assert len(candidate.trace.steps) == CHECKPOINTS and len(candidate.trace.terms) == TERMS + 1
        assert all(parent < candidate.id for parent in candidate.parents)
    assert len({c.program.text for c in candidates}) > 5


@pytest.mark.slow
def test_it_measures_a_process_that_leads_real_training_without_torch(tmp_path, capsys):
    page = tmp_path / "driver.md"
    main(Settings(candidates=(8,), samples=4, steps=4096, generations=2, write=page))
    row = next(line for line in page.read_text().splitlines() if line.startswith("| 8 |"))
    peak = float(row.split("|")[-2].removesuffix(" MB "))
    assert 20 < peak < 200
    assert row in capsys.readouterr().out
