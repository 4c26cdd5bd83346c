"""What `evolve` and `bench` track without being asked, and with ``--track wandb``."""

import pytest
from tracked import scalars
from wandb_file import read_history

from rewardsmith.experiments import Store
from rewardsmith.experiments.cli import main

TINY = ["--steps", "4096", "--horizon", "4"]
EVOLVE = ["evolve", "arithmetic-chain", *TINY, "--generations", "2", "--samples", "2", "--final-seeds", "1"]
EVOLVE += ["--selection-episodes", "4", "--final-episodes", "4"]
BENCH = ["bench", "arithmetic-chain", *TINY, "--methods", "sparse", "evolve", "--generations", "1"]
BENCH += ["--samples", "2", "--seeds", "1", "--episodes", "4"]


@pytest.mark.slow
def test_evolve(tmp_path, monkeypatch):
    pytest.importorskip("wandb", reason="needs rewardsmith[wandb]")
    monkeypatch.delenv("WANDB_MODE", raising=False)
    for _ in range(2):
        assert main([*EVOLVE, "--track", "wandb", "--out", str(tmp_path)]) == 0
    with Store.existing(tmp_path) as store:
        trained = [c for c in store.candidates() if c.state == "trained"]
    found = scalars(tmp_path / "tensorboard")
    assert found["candidate/success"] == [(c.id, pytest.approx(c.success_rate)) for c in trained]
    assert {"generation/best_success", "final/sparse/success", "final/evolved/success"} <= set(found)
    assert len(scalars(tmp_path / "agents" / trained[0].name)["eval/success_rate"]) > 0
    # Each start of the command is a run of its own, that holds everything from the beginning.
    files = sorted((tmp_path / "wandb").glob("offline-run-*/run-*.wandb"))
    first, second = (
        sorted((row for row in read_history(file) if "candidate" in row), key=lambda row: row["candidate"])
        for file in files
    )
    assert first == second


@pytest.mark.slow
def test_bench(tmp_path):
    assert main([*BENCH, "--out", str(tmp_path)]) == 0
    found = scalars(tmp_path / "tensorboard")
    assert {"arithmetic-chain/final/sparse/success", "arithmetic-chain/final/evolve/success"} <= set(found)
    assert "arithmetic-chain/evolve-0/generation/best_success" in found
    assert not (tmp_path / "wandb").exists()


def test_an_unknown_service_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([*EVOLVE, "--track", "paper", "--out", str(tmp_path)])
    assert "wandb" in capsys.readouterr().err
