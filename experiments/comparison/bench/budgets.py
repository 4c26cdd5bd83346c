"""What may be spent on each task of a benchmark."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from ....envs import UnknownTaskError, UserError, task_class
from ..suite import Suite, find_suites, suite_names

# A single task is a suite of one, with the budget of an evolution.
_ALONE_STEPS = 100_000


@dataclass(frozen=True)
class TaskBudget:
    """A task of a benchmark, and what each method may spend on it.

    Attributes:
        task: the task's name, or where it is declared and its name.
        steps: environment steps of each training run.
        horizon: episode length in steps; None for the task's own.
        generations: rounds of a search.
        samples: candidates in each round.
    """

    task: str
    steps: int
    horizon: int | None
    generations: int
    samples: int

    def __post_init__(self) -> None:
        for name in ("steps", "horizon", "generations", "samples"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UserError(f"--{name} is at least 1, got {value}")

    @property
    def name(self) -> str:
        """The task's name alone."""
        return task_class(self.task).spec.name

    @property
    def search_steps(self) -> int:
        """Environment steps that a search may take."""
        return self.generations * self.samples * self.steps


def budgets(
    name: str,
    steps: int | None = None,
    horizon: int | None = None,
    generations: int | None = None,
    samples: int | None = None,
) -> list[TaskBudget]:
    """The tasks of the suite `name`, or the one task of that name; a number replaces all of the suites'.

    A task that stands in several suites comes once, with the budget of the first.

    Raises:
        UserError: if there is neither such a suite nor such a task, or a number is below 1.
    """
    found: dict[str, TaskBudget] = {}
    for suite in _suites(name):
        for task in suite.tasks:
            budget = TaskBudget(
                task,
                suite.steps if steps is None else steps,
                suite.horizon if horizon is None else horizon,
                suite.generations if generations is None else generations,
                suite.samples if samples is None else samples,
            )
            found.setdefault(budget.name, budget)
    return list(found.values())


def _suites(name: str) -> Iterable[Suite]:
    if name in suite_names() or name.endswith((".yaml", ".yml")):
        return find_suites(name)
    try:
        task_class(name)
    except UnknownTaskError as unknown:
        near = difflib.get_close_matches(name, suite_names(), n=1)
        suites = f"the suite {near[0]}?" if near else f"suites are {', '.join(suite_names())}"
        raise UserError(f"{unknown}; {'or ' if near else ''}{suites}") from None
    return [Suite((name,), _ALONE_STEPS)]
