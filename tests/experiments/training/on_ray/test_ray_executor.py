import signal
import sys
from types import SimpleNamespace

import pytest

from rewardsmith.agents import Racing
from rewardsmith.envs import UserError
from rewardsmith.experiments import TrainJob
from rewardsmith.experiments.training.dealing import Batch, dealt
from rewardsmith.experiments.training.on_ray import RayExecutor
from rewardsmith.experiments.training.on_ray.cluster import RayCluster, _room_on, _signals_kept
from rewardsmith.experiments.training.on_ray.losses import dealt_anew
from rewardsmith.experiments.training.processes import MOST_DEATHS


def job(key: str, algo: str | None = None) -> TrainJob:
    return TrainJob(key, "arithmetic-chain", None, False, algo, 2048, 3 + 2**20, (10, 11), (10, 11))


def ignore(job, steps, success):
    """Take no notice."""


def test_without_ray_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r"pip install 'rewardsmith\[ray\]'"):
        RayExecutor(tmp_path)


def test_a_race_of_what_trains_alone_is_refused(tmp_path):
    pytest.importorskip("ray")
    with pytest.raises(UserError, match="racing needs jobs that train as one population"):
        list(RayExecutor(tmp_path).run([job("a", "dqn"), job("b", "dqn")], ignore, Racing()))


@pytest.mark.parametrize(("cpus", "gpus"), [(0, 0), (-1, 0), (1, -0.5), (float("nan"), 0)])
def test_what_a_task_needs_is_a_number_of_cpus_and_gpus(tmp_path, cpus, gpus):
    with pytest.raises(UserError, match="CPUs above 0"):
        RayExecutor(tmp_path, cpus=cpus, gpus=gpus)


def test_jobs_are_dealt_out_evenly_and_none_is_lost():
    jobs = [job(f"j{i}") for i in range(7)]
    shares = [len(batch.jobs) for batch in dealt(jobs, True, 3)]
    assert shares == [3, 2, 2]
    assert [j for batch in dealt(jobs, True, 3) for j in batch.jobs] == jobs
    assert [len(batch.jobs) for batch in dealt(jobs, True, 9)] == [1] * 7
    assert [len(batch.jobs) for batch in dealt(jobs, False, 3)] == [1] * 7


@pytest.mark.parametrize(
    ("cpus", "gpus", "room"), [(1, 0, 8), (1, 0.25, 4), (3, 0, 2), (1, 2, 0), (0.1, 0.1, 10), (16, 0, 0)]
)
def test_room_is_what_fits_on_a_node(cpus, gpus, room):
    assert _room_on({"CPU": 8.0, "GPU": 1.0}, cpus, gpus) == room


def test_our_answer_to_sigterm_outlives_the_connection():
    before = signal.getsignal(signal.SIGTERM)
    with _signals_kept():
        signal.signal(signal.SIGTERM, lambda *_: None)
    assert signal.getsignal(signal.SIGTERM) is before


class TestLosses:
    @pytest.fixture
    def ray(self):
        return pytest.importorskip("ray")

    @pytest.fixture
    def kinds(self, ray) -> SimpleNamespace:
        errors = ray.exceptions
        return SimpleNamespace(
            node=errors.NodeDiedError("gone"),
            process=errors.WorkerCrashedError(),
            raised=lambda cause: errors.RayTaskError("train_parcel", "", cause),
        )

    def test_the_jobs_of_a_lost_node_stay_together(self, ray, kinds):
        batch = Batch((job("a"), job("b")))
        assert dealt_anew(ray, batch, kinds.node, races=False) == [Batch(batch.jobs, 2)]

    def test_the_jobs_of_a_dead_process_go_on_alone(self, ray, kinds):
        batch = Batch((job("a"), job("b")))
        alone = dealt_anew(ray, batch, kinds.process, races=False)
        assert alone == [Batch((job("a"),), 2), Batch((job("b"),), 2)]

    def test_a_race_is_run_again_as_a_whole(self, ray, kinds):
        batch = Batch((job("a"), job("b")))
        assert dealt_anew(ray, batch, kinds.process, races=True) == [Batch(batch.jobs, 2)]
        last = Batch(batch.jobs, MOST_DEATHS)
        assert all(len(b.jobs) == 1 for b in dealt_anew(ray, last, kinds.process, races=True))

    @pytest.mark.parametrize("kind", ["node", "process"])
    def test_a_lone_job_is_given_up_in_the_end(self, ray, kinds, kind):
        batch, attempts = Batch((job("a"),)), 0
        while batch is not None:
            attempts += 1
            batch = next(iter(dealt_anew(ray, batch, getattr(kinds, kind), races=False)), None)
        assert attempts == MOST_DEATHS

    def test_what_raises_alone_has_failed(self, ray, kinds):
        both = Batch((job("a"), job("b")))
        error = kinds.raised(ZeroDivisionError())
        assert [len(b.jobs) for b in dealt_anew(ray, both, error, races=False)] == [1, 1]
        assert dealt_anew(ray, Batch((job("a"),)), error, races=False) == []

    def test_a_full_disk_is_tried_again_without_end(self, ray, kinds):
        batch = Batch((job("a"),), MOST_DEATHS)
        assert dealt_anew(ray, batch, kinds.raised(OSError(28, "No space left")), races=False) == [batch]

    def test_a_node_without_this_package_is_the_users_to_know(self, ray, kinds):
        error = kinds.raised(ModuleNotFoundError("No module named 'rewardsmith'"))
        with pytest.raises(UserError, match="install the same versions on every machine"):
            dealt_anew(ray, Batch((job("a"),)), error, races=False)


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("127.0.0.1:1", r"expected a Ray cluster at 127\.0\.0\.1:1: .*; start a node"),
        ("[::1]:1", r"expected a Ray cluster at \[::1\]:1"),
        ("ray://127.0.0.1:10001", "HOST:PORT, auto or local"),
        ("head", "HOST:PORT, auto or local"),
    ],
)
def test_where_no_cluster_can_be_one_line_says_so(address, line):
    pytest.importorskip("ray")
    with pytest.raises(UserError, match=line):
        RayCluster(address)
