"""Suites are files, and a file that is none says what it should be."""

import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments.comparison.suite import Suite, find_suite, find_suites, suite_names


@pytest.mark.parametrize("name", suite_names())
def test_every_task_of_a_suite_exists_and_has_a_human_reward(name):
    tasks = [task for suite in find_suites(name) for task in suite.tasks]
    assert tasks and all(task_class(task).human_reward_path().is_file() for task in tasks)


def test_a_suite_may_be_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("steps: 10_000\ntasks: [reach]\n")
    suite = find_suite(str(path))
    assert (suite.tasks, suite.steps, suite.horizon) == (("reach",), 10_000, None)


def test_a_suite_may_be_made_of_others(tmp_path):
    (tmp_path / "mine.yaml").write_text("steps: 10\nsamples: 2\ntasks: [reach]\n")
    path = tmp_path / "all.yaml"
    path.write_text("suites:\n  - mine.yaml\n  - {steps: 5, horizon: 9, tasks: [push]}\n  - robots\n")
    assert find_suites(str(path)) == [
        Suite(("reach",), 10, samples=2),
        Suite(("push",), 5, 9),
        find_suite("robots"),
    ]
    with pytest.raises(UserError, match="made of 3 with a budget each"):
        find_suite(str(path))


def test_text2rewards_tasks_are_ten_and_six():
    assert len(find_suite("metaworld-t2r").tasks) == 10
    assert len(find_suite("locomotion-six").tasks) == 6


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tasks: [reach]", "holds `tasks`, `steps`"),
        ("steps: 5\ntasks: reach", "names its tasks in a list"),
        ("steps: many\ntasks: [reach]", "steps is a whole number from 1 up, got 'many'"),
        ("steps: 5\nsamples: 0\ntasks: [reach]", "samples is a whole number from 1 up, got 0"),
        ("steps: 5\ntask: [reach]", "holds `tasks`"),
        ("suites: []", "names its suites in a list"),
        ("suites: [robots]\nsteps: 5", "or `suites` alone"),
        ("suites: [mine.yaml]", "is part of itself"),
        ("suites: [robot]", "robots, smoke, text"),
        ("tasks: [", "is not YAML"),
    ],
)
def test_a_wrong_file_says_what_it_should_hold(text, reason, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=reason):
        find_suites(str(path))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UserError, match="text, text-worlds or the path"):
        find_suite("robot")
