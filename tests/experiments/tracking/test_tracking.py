"""What an experiment stores is tracked, once each, however often the process begins anew."""

import subprocess
from types import SimpleNamespace

import pytest
from small_experiment import GENERATIONS, SAMPLES, go_on
from tracked import scalars, track

from rewardsmith.experiments import Store
from rewardsmith.experiments.store import space
from rewardsmith.experiments.tracking.tensorboard_file import TensorBoardFile


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tracked")
    track(folder)
    return folder


def test_tensorboard_reads_what_the_store_holds(finished):
    with Store.existing(finished) as store:
        candidates, runs = store.candidates(), store.runs()
    found = scalars(finished / "tensorboard")
    trained = [c for c in candidates if c.state == "trained"]
    assert found["candidate/success"] == [(c.id, pytest.approx(c.success_rate)) for c in trained]
    assert [step for step, _ in found["generation/best_success"]] == list(range(GENERATIONS))
    states = [found[f"generation/{state}"] for state in ("trained", "rejected", "failed")]
    assert [sum(row[g][1] for row in states) for g in range(GENERATIONS)] == [SAMPLES] * GENERATIONS
    for run in runs:
        assert found[f"final/{run.method}/success"] == [
            (run.seed, pytest.approx(run.evaluation.success_rate))
        ]


@pytest.mark.parametrize("changes", [1, 23])
def test_a_process_that_begins_anew_leaves_the_same(tmp_path, finished, changes):
    track(tmp_path, changes)
    track(tmp_path)
    track(tmp_path)
    assert scalars(tmp_path / "tensorboard") == scalars(finished / "tensorboard")
    assert len(list((tmp_path / "tensorboard").iterdir())) == 1


def test_whoever_stores_without_tracking_writes_nothing(tmp_path):
    with Store.open_to_write(tmp_path) as store:
        for _ in go_on(store):
            pass
    assert not (tmp_path / "tensorboard").exists()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of four pages, that one may enlarge."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(place)]).returncode:
        pytest.skip("file systems may not be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_waited_for_and_leaves_no_half_record(small_disk, monkeypatch, capfd):
    def enlarge(seconds):
        subprocess.run(["mount", "-o", "remount,size=1m", str(small_disk)], check=True)

    monkeypatch.setattr(space, "time", SimpleNamespace(sleep=enlarge))
    board = TensorBoardFile(small_disk)
    for step in range(400):
        board.write("candidate", step, {"success": step / 400, "metric": -1.0})
    assert "is full: waiting for space" in capfd.readouterr().err
    assert scalars(small_disk)["candidate/success"] == [(s, pytest.approx(s / 400)) for s in range(400)]
