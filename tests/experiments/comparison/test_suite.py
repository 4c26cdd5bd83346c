"""Suites are files, and a file that is none says what it should be."""

import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments.comparison.suite import find_suite, suite_names


@pytest.mark.parametrize("name", suite_names())
def test_every_task_of_a_suite_exists_and_has_a_human_reward(name):
    assert all(task_class(task).human_reward_path().is_file() for task in find_suite(name).tasks)


def test_a_suite_may_be_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("steps: 10_000\ntasks: [reach]\n")
    suite = find_suite(str(path))
    assert (suite.tasks, suite.steps, suite.horizon) == (("reach",), 10_000, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tasks: [reach]", "holds `tasks`, `steps`"),
        ("steps: 5\ntasks: reach", "names its tasks in a list"),
        ("steps: many\ntasks: [reach]", "steps is a whole number from 1 up, got 'many'"),
        ("steps: 5\ntask: [reach]", "holds `tasks`"),
        ("tasks: [", "is not YAML"),
    ],
)
def test_a_wrong_file_says_what_it_should_hold(text, reason, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=reason):
        find_suite(str(path))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UserError, match="robots, text, text-worlds or the path"):
        find_suite("robot")
