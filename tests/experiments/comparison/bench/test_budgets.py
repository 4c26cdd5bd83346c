import pytest

from rewardsmith.envs import UserError
from rewardsmith.experiments.comparison.bench import TaskBudget, budgets
from rewardsmith.experiments.comparison.suite import find_suites, suite_names


@pytest.mark.parametrize("name", suite_names())
def test_a_task_of_several_suites_comes_once_with_the_budget_of_the_first(name):
    found, suites = budgets(name), find_suites(name)
    names = [budget.name for budget in found]
    assert len(set(names)) == len(names)
    assert set(names) == {task for suite in suites for task in suite.tasks}
    for budget in found:
        first = next(suite for suite in suites if budget.task in suite.tasks)
        assert (budget.steps, budget.horizon) == (first.steps, first.horizon)


def test_a_single_task_is_a_suite_of_one():
    (budget,) = budgets("tool-call", samples=4)
    assert budget == TaskBudget("tool-call", 100_000, None, 3, 4)
    assert budget.search_steps == 3 * 4 * 100_000


def test_a_number_replaces_that_of_all_suites():
    found = budgets("paper", steps=500, horizon=7, generations=1, samples=2)
    assert {(b.steps, b.horizon, b.generations, b.samples) for b in found} == {(500, 7, 1, 2)}


@pytest.mark.parametrize(
    ("name", "numbers", "reason"),
    [
        ("smok", {}, "there is no task 'smok'.* or the suite smoke?"),
        ("tool-kall", {}, "did you mean tool-call.*suites are locomotion-six"),
        ("nowhere.yaml", {}, "got 'nowhere.yaml'"),
        ("tool-call", {"samples": 0}, "--samples is at least 1, got 0"),
        ("tool-call", {"steps": -5}, "--steps is at least 1, got -5"),
    ],
)
def test_what_is_neither_is_one_line(name, numbers, reason):
    with pytest.raises(UserError, match=reason) as error:
        budgets(name, **numbers)
    assert "\n" not in str(error.value)
