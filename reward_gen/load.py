"""From what a user writes (a word, a file, a text) to a reward program, and on to a running reward."""

from __future__ import annotations

from pathlib import Path

from ..envs.errors import UserError
from ..envs.records import RewardFn
from ..envs.registry import task_class
from ..envs.task import Task
from .program import ENTRY, RewardProgram
from .published import style_of, translate
from .running.compile import compile_program
from .seal.level import IsolationLevel
from .seal.sealed import SealedReward

Source = str | Path | RewardProgram
_CHOICES = f"sparse, human, a .py file, or the text of a program that defines {ENTRY}"


def resolve_reward(source: Source, task: type[Task] | str) -> RewardProgram | None:
    """The program that `source` names for `task`; None for ``sparse``, the task's own success signal.

    Args:
        source: ``sparse``, ``human`` or another reward that comes with the task (`Task.shipped_rewards`), a
            path to a ``.py`` file, program text, or a program. A file may also be in one of the published
            styles of Text2Reward or Eureka (`published`), and is then translated for the task.
        task: the task, or its name.

    Raises:
        UserError: where there is no such program.
    """
    if isinstance(source, RewardProgram):
        return source
    if source == "sparse":
        return None
    if _is_text(source):
        return RewardProgram(str(source), origin="text")
    found = task_class(task) if isinstance(task, str) else task
    if isinstance(source, Path):
        return _from_file(source, found)
    shipped = found.shipped_rewards()
    if source in shipped:
        return RewardProgram(shipped[source].read_text(encoding="utf-8"), name=source, origin=source)
    if source == "human":
        raise UserError(
            f"task {found.spec.name} comes without a human reward; use reward='sparse', "
            f"pass a program, or write one to {found.human_reward_path().name} beside the task"
        )
    if source.endswith(".py"):
        return _from_file(Path(source), found)
    others = " or ".join(name for name in shipped if name != "human")
    with_it = f"; {found.spec.name} comes with {others}, too" if others else ""
    raise UserError(f"a reward is {_CHOICES}; got {source!r}{with_it}")


def _is_text(source: str | Path) -> bool:
    return isinstance(source, str) and ("\n" in source or f"def {ENTRY}" in source)


def is_shipped(source: Source, task: type[Task]) -> bool:
    """Whether `source` names a reward that comes with the package, which needs no seal."""
    return isinstance(source, str) and not _is_text(source) and source in task.shipped_rewards()


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
        trusted: True runs the program in this process, False behind the seal; None trusts the
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
    if trusted or (trusted is None and is_shipped(source, found)):
        return compile_program(program, found.spec)
    sealed = SealedReward(program, found.spec, required=required)
    sealed.wait_until_ready()
    return sealed


def isolation_of(reward: RewardFn | None) -> str:
    """How `reward` is walled off from this process: the word for its `IsolationLevel`."""
    return str(getattr(reward, "level", IsolationLevel.NONE))


def _from_file(path: Path, task: type[Task]) -> RewardProgram:
    """The program in a file; one in a published style (see `published`) is put into our words first."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"the reward file {path} cannot be read: {error.strerror}; give {_CHOICES}") from None
    except UnicodeDecodeError:
        raise UserError(f"the reward file {path} is not UTF-8 text; save it as UTF-8") from None
    if style_of(text) is not None:
        text = translate(text, task).text
    return RewardProgram(text, name=path.stem, origin=str(path))
