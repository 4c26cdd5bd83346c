import gymnasium
import numpy as np
import pytest

from rewardsmith.envs import ActionSpec, Field, Task, TaskSpec, UnknownTaskError, task_class, task_names
from rewardsmith.envs.robots.mujoco_task import MujocoTask
from rewardsmith.experiments.benchmarks.contestants import OFFICIAL, ONE, RAW, TWO
from rewardsmith.experiments.benchmarks.official import official_id
from rewardsmith.experiments.benchmarks.tasks import Settings, main, measure, random_success

QUICK = Settings(tasks=("reach", "arithmetic-chain"), worlds=2, batches=(1, 3), steps=2, rounds=3, episodes=4)


def test_every_contestant_takes_every_turn():
    simulated, text = (measure(task_class(name), QUICK) for name in QUICK.tasks)
    assert {RAW, ONE, TWO, OFFICIAL} <= set(simulated.rates)
    assert set(text.rates) == {"1", "3"}
    for rates in (simulated.rates, text.rates):
        assert all(len(turns) == 3 and min(turns) > 0 for turns in rates.values())


def test_tables_are_printed_and_written(capsys, tmp_path):
    written = tmp_path / "new" / "tasks.md"
    main(Settings(**{**vars(QUICK), "write": written}))
    printed = capsys.readouterr().out.strip()
    assert printed in written.read_text()
    for part in printed.split("\n\n"):
        if part.startswith("|"):
            assert len({line.count("|") for line in part.splitlines()}) == 1
    assert sum(line.startswith("| reach |") for line in printed.splitlines()) == 2
    assert sum(line.startswith("| arithmetic-chain |") for line in printed.splitlines()) == 2
    assert "hand_pos" in printed and "*tcp_pos*" in printed


def test_what_is_already_measured_is_printed_when_a_task_fails(capsys, monkeypatch):
    def fails(self, actions):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(task_class("tool-call"), "step", fails)
    with pytest.raises(RuntimeError, match="out of memory"):
        main(Settings(**{**vars(QUICK), "tasks": ("arithmetic-chain", "tool-call")}))
    assert "| arithmetic-chain |" in capsys.readouterr().out


def test_unknown_task_is_refused_in_one_line():
    with pytest.raises(UnknownTaskError, match="there is no task 'nonsense'"):
        main(Settings(tasks=("nonsense",)))


class Scheduled(Task):
    """World w meets its goal in step w + 1 alone; all but the last world end in step 2."""

    spec = TaskSpec("scheduled", "wait", (Field("taken", "steps"),), ActionSpec("discrete", 2, "nothing"), 9)
    draws = 1

    def reset(self, worlds, draws):
        self.taken = 0

    def step(self, actions):
        self.taken += 1

    def fields(self):
        return {"taken": np.full(self.num_worlds, float(self.taken))}

    def success(self):
        return np.arange(self.num_worlds) + 1 == self.taken

    def terminated(self):
        return (np.arange(self.num_worlds) + 1 < self.num_worlds) & (self.taken >= 2)

    def snapshot(self):
        return {"taken": np.array(self.taken)}

    def restore(self, state):
        self.taken = int(state["taken"])


def test_random_success_counts_goals_met_before_the_end():
    assert random_success(Scheduled, 4, np.random.default_rng(0)) == 0.75


@pytest.mark.parametrize("name", task_names(lambda task: issubclass(task, MujocoTask)))
def test_every_simulated_task_has_an_official_environment(name):
    import gymnasium_robotics
    from metaworld.env_dict import ALL_V3_ENVIRONMENTS

    gymnasium.register_envs(gymnasium_robotics)
    found = official_id(task_class(name).spec)
    assert found in gymnasium.registry or f"{name}-v3" in ALL_V3_ENVIRONMENTS
