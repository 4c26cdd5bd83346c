"""The methods of a benchmark, as they are named on the command line: each finds a reward for a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ....envs import Task, UserError, task_class
from ....reward_gen import is_shipped, resolve_reward
from ..compare import Method
from .budgets import TaskBudget

SEARCHES = ("zero_shot", "iid", "evolve")
# The same rewards, trained for as long as a search and its final training together.
_WHOLE_BUDGET = {"sparse_budget": "sparse", "human_budget": "human"}


@dataclass(frozen=True)
class Given:
    """A reward that is there already: no search.

    Attributes:
        name: of the method.
        source: ``sparse``, a reward that comes with the task, or a file's path.
        by_task: task -> file, for a method that is a folder of them; it replaces `source`.
        whole_budget: whether it is trained for the steps of a whole search as well.
    """

    name: str
    source: str = ""
    by_task: Mapping[str, Path] = field(default_factory=dict)
    whole_budget: bool = False

    def method(self, task: type[Task]) -> Method:
        """Its reward for `task`. Raises a `UserError` where there is none."""
        source = str(self.by_task[task.spec.name]) if self.by_task else self.source
        return Method(self.name, resolve_reward(source, task), trusted=is_shipped(source, task))


@dataclass(frozen=True)
class Searched:
    """A reward that has to be found first: `name` is one of `SEARCHES`."""

    name: str


def read_methods(words: Iterable[str], tasks: Sequence[TaskBudget]) -> list[Given | Searched]:
    """The methods that `words` name, with commas or without.

    Args:
        words: ``sparse``, ``human`` and others that come with every task, ``sparse_budget``,
            ``human_budget``, `SEARCHES`, reward files, and folders of reward files. A folder whose files are
            named after tasks is one method, any other one method a file.
        tasks: what they are to be used on.

    Raises:
        UserError: if two have one name, or one is none on one of the tasks.
    """
    names = [budget.name for budget in tasks]
    found = [method for word in _split(words) for method in _read(word, names)]
    if not found:
        raise UserError("a benchmark needs methods; give --methods, e.g. --methods sparse,human")
    for number, method in enumerate(found):
        if method.name in [other.name for other in found[:number]]:
            raise UserError(f"two methods are called {method.name!r}; rename one of the files")
        if isinstance(method, Given):
            for budget in tasks:
                method.method(task_class(budget.task))
    return found


def _split(words: Iterable[str]) -> list[str]:
    # A path may hold a comma.
    lists = ([word] if Path(word).exists() else word.split(",") for word in words)
    return [part.strip() for parts in lists for part in parts if part.strip()]


def _read(word: str, tasks: Sequence[str]) -> list[Given | Searched]:
    if word in SEARCHES:
        return [Searched(word)]
    if word in _WHOLE_BUDGET:
        return [Given(word, _WHOLE_BUDGET[word], whole_budget=True)]
    if Path(word).is_dir():
        return _read_folder(Path(word), tasks)
    if word.endswith(".py"):
        return [Given(_stem(Path(word)), word)]
    return [Given(word, word)]


def _read_folder(folder: Path, tasks: Sequence[str]) -> list[Given | Searched]:
    files = sorted(folder.glob("*.py"))
    if not files:
        raise UserError(f"expected reward programs in {folder}, but it holds no .py file; add one")
    # As beside our own tasks, a file's name has underscores where the task's has hyphens.
    by_task = {_stem(file).replace("_", "-"): file for file in files}
    if not set(tasks) & set(by_task):
        return [Given(_stem(file), str(file)) for file in files]
    missing = [task for task in tasks if task not in by_task]
    if missing:
        raise UserError(
            f"{folder} holds a reward for each task, but none for {', '.join(missing)}: "
            f"add {missing[0]}.reward.py, or leave the task out"
        )
    return [Given(folder.resolve().name, by_task={task: by_task[task] for task in tasks})]


def _stem(file: Path) -> str:
    return file.name.removesuffix(".py").removesuffix(".reward")
