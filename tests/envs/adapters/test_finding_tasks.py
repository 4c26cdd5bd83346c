"""Tasks are found by name, by Gymnasium id, by file or module; official suites without importing them."""

import subprocess
import sys

import gymnasium as gym
import pytest

import rewardsmith
from rewardsmith.envs import UnknownTaskError, UserError, task_class, task_names
from rewardsmith.experiments.cli import main

DECLARATION = """
from rewardsmith import Field, Obs, gym_task

for name in ("mine-first", "mine-second"):
    gym_task(
        name,
        "CartPole-v1",
        goal="Stand.",
        action="left or right",
        fields={Field("pole_angle", "angle of the pole", unit="rad"): Obs[2]},
        success=lambda f: abs(f.pole_angle) < 0.01,
    )
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_declared_tasks.py"
    path.write_text(DECLARATION)
    return path


def test_names_come_without_the_packages_that_own_the_tasks():
    program = """
import sys, rewardsmith
assert len(rewardsmith.adapted_task_names()) == 102
assert not {"metaworld", "gymnasium_robotics", "torch"} & set(sys.modules)
print(sys.modules["gymnasium"].spec("rewardsmith/MetaworldHammer-v0").max_episode_steps)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "500\n", done.stderr


def test_the_command_line_lists_them_and_says_that_there_are_more(capsys):
    assert main(["tasks", "--adapted"]) == 0
    assert capsys.readouterr().out.split() == rewardsmith.adapted_task_names()
    assert main(["tasks"]) == 0
    assert "102 tasks of official suites" in capsys.readouterr().out


def test_an_official_task_is_built_once_and_found_by_name_and_id():
    task = task_class("robotics-ant-maze-u-maze")
    assert task is task_class("rewardsmith/RoboticsAntMazeUMaze-v0")
    assert task.spec.name not in task_names()
    env = gym.make("rewardsmith/RoboticsAntMazeUMaze-v0")
    assert env.reset(seed=0)[0] in env.observation_space
    assert env.spec.max_episode_steps == task.spec.horizon
    env.close()


def test_a_file_and_a_name_suffice(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    first = task_class("my_declared_tasks.py:mine-first")
    assert first is task_class(f"{file}:mine-first") is task_class("mine-first")
    assert {"mine-first", "mine-second"} <= set(task_names())
    assert gym.make("rewardsmith/MineSecond-v0").spec.kwargs["task"] == f"{file}:mine-second"


def test_a_module_and_a_name_suffice(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    assert task_class("my_declared_tasks:mine-second").spec.name == "mine-second"


def test_another_process_finds_it(file):
    declared = task_class(f"{file}:mine-first").spec.gym_id
    envs = gym.make_vec(declared, num_envs=2, vectorization_mode="async", vector_kwargs={"context": "spawn"})
    assert envs.reset(seed=0)[0].shape == (2, 1)
    envs.close()


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (DECLARATION, "mine-third", "declares mine-first, mine-second, not 'mine-third'"),
        ("x = 1", "mine-first", "declares no task at all, not 'mine-first'"),
        ("x = ", "mine-first", "cannot be read: SyntaxError"),
        ("import no_such_module", "mine-first", "cannot be read: ModuleNotFoundError: No module named"),
        (DECLARATION.replace("Obs[2]", "Obs[4]"), "mine-first", r"mine-first: field pole_angle: Obs\[4\]"),
    ],
)
def test_a_file_that_does_not_help_is_named(file, text, name, message):
    file.write_text(text)
    with pytest.raises(UserError, match=message):
        task_class(f"{file}:{name}")


def test_places_that_do_not_exist_are_named():
    with pytest.raises(UserError, match=r"expected a file of task declarations at nowhere.py, found none"):
        task_class("nowhere.py:mine")
    with pytest.raises(UserError, match=r"'no_such_module' of task declarations cannot be imported"):
        task_class("no_such_module:mine")


def test_the_nearest_names_are_offered_from_all_suites():
    with pytest.raises(UnknownTaskError, match=r"did you mean .*metaworld-hammer"):
        rewardsmith.task_class("metaworld-hamer")
