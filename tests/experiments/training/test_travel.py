from dataclasses import replace
from pathlib import Path

from rewardsmith.envs import UserError
from rewardsmith.experiments import Failed, Trained, TrainJob, run_job
from rewardsmith.experiments.training.jobs import run_together
from rewardsmith.experiments.training.travel import pack, run_parcel, unpack
from rewardsmith.reward_gen import RewardProgram

GOOD = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""


def job(key: str, out: Path | None = None, **changes) -> TrainJob:
    seeds = (10, 11)
    plain = TrainJob(
        key, "arithmetic-chain", RewardProgram(GOOD), False, None, 4096, 3 + 2**20, seeds, seeds, out=out
    )
    return replace(plain, **changes)


def test_a_parcel_names_no_folder_of_the_experiment(tmp_path):
    parcel = pack([job("kept", tmp_path / "agents"), job("not")], together=True)
    assert parcel.kept == (True, False)
    assert str(tmp_path) not in repr(parcel)


def test_what_comes_back_is_what_training_here_comes_to(tmp_path):
    jobs = [job("a", tmp_path / "far" / "a"), job("b", seed=7 + 2**20)]
    heard = []
    reports = run_parcel(pack(jobs, together=True), lambda *news: heard.append(news))
    here = run_together([replace(jobs[0], out=tmp_path / "here" / "a"), jobs[1]], lambda *news: None)
    for report, outcome in zip(reports, here, strict=True):
        assert isinstance(outcome, Trained)
        assert report.outcome.trace.to_dict() == outcome.trace.to_dict()
        assert report.outcome.evaluation.to_dict() == outcome.evaluation.to_dict()
    assert {index for index, _, _ in heard} == {0, 1}
    assert not (tmp_path / "far").exists()
    assert reports[1].files == b""
    unpack(reports[0].files, jobs[0].out)
    assert names(tmp_path / "far" / "a") == names(tmp_path / "here" / "a")


def test_a_job_that_trains_alone_travels_too():
    alone = job("alone", algo="dqn", steps=600)
    (report,) = run_parcel(pack([alone], together=False))
    assert report.outcome.trace.to_dict() == run_job(alone).trace.to_dict()


def test_an_unpacked_folder_takes_the_place_of_an_earlier_one(tmp_path):
    (report,) = run_parcel(pack([job("a", tmp_path / "a")], together=True))
    for _ in range(2):
        unpack(report.files, tmp_path / "a")
        (tmp_path / "a" / "model.zip").write_text("half")
    unpack(report.files, tmp_path / "a")
    assert (tmp_path / "a" / "model.zip").read_bytes() != b"half"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_another_version_over_there_is_the_users_to_know():
    parcel = pack([job("a")], together=True)
    error = run_parcel(replace(parcel, versions={**parcel.versions, "numpy": "0.9"}))
    assert isinstance(error, UserError)
    assert "instead of 0.9; install the same versions on every machine" in str(error)


def test_a_job_that_asks_for_the_impossible_comes_back_as_the_users_error():
    error = run_parcel(pack([job("a", algo="no-such-algorithm")], together=False))
    assert isinstance(error, UserError)
    assert "no-such-algorithm" in str(error)


def test_a_reward_that_cannot_be_read_is_an_outcome(tmp_path):
    broken = job("a", tmp_path / "a", reward=RewardProgram("def compute_reward(obs: 1"))
    (report,) = run_parcel(pack([broken], together=False))
    assert isinstance(report.outcome, Failed)
    assert report.files == b""


def names(folder: Path) -> set[str]:
    """Files but for the time and process in the name of TensorBoard's."""
    return {path.name.split(".")[0] for path in folder.iterdir()}
