"""From what a user writes (a word, a file, a text) to a reward program, and on to a running reward."""

from __future__ import annotations

from pathlib import Path

from ..envs.errors import UserError
from ..envs.records import RewardFn
from ..envs.registry import task_class
from ..envs.task import Task
from .program import ENTRY, RewardProgram
from .running.compile import compile_program
from .seal.level import IsolationLevel
from .seal.sealed import SealedReward

Source = str | Path | RewardProgram
_CHOICES = f"sparse, human, a .py file, or the text of a program that defines {ENTRY}"


def resolve_reward(source: Source, task: type[Task] | str) -> RewardProgram | None:
    """The program that `source` names for `task`; None for ``sparse``, the task's own success signal.

    Args:
        source: ``sparse``, ``human``, a path to a ``.py`` file, program text, or a program.
        task: the task, or its name.

    Raises:
        UserError: where there is no such program.
    """
    if isinstance(source, RewardProgram):
        return source
    if isinstance(source, Path):
        return _from_file(source)
    if source == "sparse":
        return None
    if source == "human":
        return _human(task_class(task) if isinstance(task, str) else task)
    if "\n" in source or f"def {ENTRY}" in source:
        return RewardProgram(source, origin="text")
    if source.endswith(".py"):
        return _from_file(Path(source))
    raise UserError(f"a reward is {_CHOICES}; got {source!r}")


def open_reward(
    source: Source,
    task: type[Task] | str,
    *,
    trusted: bool | None = None,
    required: IsolationLevel | str | None = None,
) -> RewardFn | None:
    """The running reward that `source` names for `task`; None for ``sparse``.

    Args:
        source: as for `resolve_reward`.
        task: the task, or its name.
        trusted: True runs the program in this process, False behind the seal; None trusts the human
            rewards that come with the package and nothing else.
        required: the isolation level that a seal must reach; see `required_level`.

    Raises:
        UserError: where there is no such program; SealError where the required level cannot be had.
        RewardFault: where the program is refused.
    """
    found = task_class(task) if isinstance(task, str) else task
    program = resolve_reward(source, found)
    if program is None:
        return None
    if source == "human" if trusted is None else trusted:
        return compile_program(program, found.spec)
    sealed = SealedReward(program, found.spec, required=required)
    sealed.wait_until_ready()
    return sealed


def isolation_of(reward: RewardFn | None) -> str:
    """How `reward` is walled off from this process: the word for its `IsolationLevel`."""
    return str(getattr(reward, "level", IsolationLevel.NONE))


def _human(task: type[Task]) -> RewardProgram:
    path = task.human_reward_path()
    if not path.is_file():
        raise UserError(
            f"task {task.spec.name} comes without a human reward; use reward='sparse', "
            f"pass a program, or write one to {path.name} beside the task"
        )
    return RewardProgram(path.read_text(encoding="utf-8"), name="human", origin="human")


def _from_file(path: Path) -> RewardProgram:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"the reward file {path} cannot be read: {error.strerror}; give {_CHOICES}") from None
    except UnicodeDecodeError:
        raise UserError(f"the reward file {path} is not UTF-8 text; save it as UTF-8") from None
    return RewardProgram(text, name=path.stem, origin=str(path))
