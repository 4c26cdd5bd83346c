"""Solved tasks to learn from: accepted programs with the specs that they were written for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ....envs import TaskSpec, UserError, task_class, task_names
from ...program import RewardProgram

_PROGRAM, _SPEC = ".reward.py", ".json"


@dataclass(frozen=True)
class Solved:
    """A task with a program that solves it."""

    spec: TaskSpec
    program: RewardProgram


class Library:
    """Solved tasks, of which the most similar ones to a task serve as examples.

    Args:
        solved: the tasks with their programs.
    """

    def __init__(self, solved: Iterable[Solved]) -> None:
        self.solved = tuple(solved)

    @classmethod
    def read(cls, folder: Path) -> Library:
        """The library in `folder`: ``<name>.reward.py``, each beside its spec ``<name>.json``.

        Raises:
            UserError: there is no program, or one whose spec is missing or no spec.
        """
        files = sorted(folder.glob(f"*{_PROGRAM}"))
        if not files:
            raise UserError(
                f"expected a library, a folder of <name>{_PROGRAM} beside <name>{_SPEC}; {folder} holds none"
            )
        return cls(_read(file) for file in files)

    def save(self, folder: Path) -> None:
        """Write every solved task into `folder`, which `read` reads; equal names are replaced."""
        folder.mkdir(parents=True, exist_ok=True)
        for task in self.solved:
            (folder / f"{task.spec.name}{_SPEC}").write_text(task.spec.to_json(), encoding="utf-8")
            (folder / f"{task.spec.name}{_PROGRAM}").write_text(task.program.text, encoding="utf-8")

    def others(self, spec: TaskSpec) -> tuple[Solved, ...]:
        """Those that are another task than `spec`, so that no answer is given away.

        The same task is one with the same goal, or whose name holds the other's, as ``drawer-open`` and
        ``metaworld-drawer-open``; and so is every task that shares a program with it.
        """
        own = {task.program.text for task in self.solved if _same(task.spec, spec)}
        return tuple(task for task in self.solved if task.program.text not in own)

    def similar(self, spec: TaskSpec, count: int) -> tuple[Solved, ...]:
        """The `count` others most similar to `spec`, the nearest first, no program twice.

        Similar are tasks whose goals and fields share words that are rare in the library: the cosine of
        their TF-IDF vectors (Salton and Buckley 1988).
        """
        others = {task.program.text: task for task in reversed(self.others(spec))}
        if not others or count < 1:
            return ()
        tasks = sorted(others.values(), key=lambda task: task.spec.name)
        scores = _similarities(_words(spec), [_words(task.spec) for task in tasks])
        nearest = sorted(range(len(tasks)), key=lambda index: (-round(scores[index], 9), index))
        return tuple(tasks[index] for index in nearest[:count])


@cache
def shipped_library() -> Library:
    """Every registered task that comes with a human reward."""
    found = {name: task_class(name).shipped_rewards().get("human") for name in task_names()}
    return Library(
        Solved(task_class(name).spec, RewardProgram(file.read_text(encoding="utf-8"), name, "human"))
        for name, file in found.items()
        if file is not None
    )


def _same(one: TaskSpec, other: TaskSpec) -> bool:
    first, second = f"-{one.name}-", f"-{other.name}-"
    return one.goal == other.goal or first in second or second in first


def _words(spec: TaskSpec) -> str:
    fields = " ".join(f"{field.name.replace('_', ' ')} {field.meaning}" for field in spec.fields)
    return f"{spec.goal} {fields}"


def _similarities(text: str, others: list[str]) -> list[float]:
    """Cosine of the TF-IDF vectors of `text` and of each of `others`."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform([*others, text])
    return [float(score) for score in (vectors[:-1] @ vectors[-1].T).toarray()[:, 0]]


def _read(file: Path) -> Solved:
    name = file.name.removesuffix(_PROGRAM)
    spec = file.with_name(name + _SPEC)
    try:
        return Solved(
            TaskSpec.from_json(spec.read_text(encoding="utf-8")),
            RewardProgram(file.read_text(encoding="utf-8"), name, str(file)),
        )
    except OSError as error:
        raise UserError(f"expected a task's spec in {spec} beside {file.name}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(f"expected a task's spec (TaskSpec.to_json) in {spec}, got {error!s:.200}") from None
