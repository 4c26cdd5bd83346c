import numpy as np
import pytest

from rewardsmith.envs import UserError, demonstrate, task_class
from rewardsmith.experiments.making.demonstrations import Settings, chosen_search, main, suitable_reward

SEARCH = {"samples": 16, "knots": 8}


@pytest.fixture
def short_run(tmp_path, monkeypatch):
    """A run of 1 m, recorded elsewhere than beside the task."""
    task = task_class("half-cheetah-run")
    monkeypatch.setattr(task, "distance", 1.0)
    monkeypatch.setattr(task, "recording_path", classmethod(lambda cls: tmp_path / "run.recording.npz"))
    return task


def test_records_an_episode_that_plays_again(short_run, capsys):
    assert main(Settings("half-cheetah-run", **SEARCH, tries=1, horizon=100)) == 0
    assert str(short_run.recording_path()) in capsys.readouterr().out
    with np.load(short_run.recording_path()) as recording:
        assert recording["draws"].shape == (short_run.draws,)
        assert recording["actions"].shape[1:] == (6,)
    assert demonstrate(short_run, 1, np.random.default_rng(0)).all()


def test_the_same_seed_records_the_same(short_run):
    recordings = []
    for _ in range(2):
        main(Settings("half-cheetah-run", **SEARCH, tries=1, horizon=100, seed=1))
        with np.load(short_run.recording_path()) as recording:
            recordings.append(recording["actions"])
    assert np.array_equal(*recordings)


def test_without_success_nothing_is_written(short_run):
    assert main(Settings("half-cheetah-run", **SEARCH, tries=2, horizon=2)) == 1
    assert not short_run.recording_path().exists()


def test_plans_follow_the_human_reward_unless_there_is_a_better_one():
    assert suitable_reward(task_class("walker2d-run")) == "human"
    assert suitable_reward(task_class("hopper-run")).endswith("planning_rewards/hopper_run.reward.py")


def test_the_search_suits_the_task_unless_told_otherwise():
    assert chosen_search(Settings("hopper-run")).rounds == 3
    changed = chosen_search(Settings("hopper-run", rounds=1))
    assert (changed.rounds, changed.knots) == (1, 15)


@pytest.mark.parametrize(
    ("settings", "message"),
    [(Settings("hopper-run", reward="sparse"), "dense reward"), (Settings("ant-stand"), "has a script")],
)
def test_what_cannot_be_recorded_is_refused(settings, message):
    with pytest.raises(UserError, match=message):
        main(settings)
