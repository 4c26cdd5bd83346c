"""What stands beside the stored runs of a task: the text of every reward, and how long each training took."""

from __future__ import annotations

from pathlib import Path

from ....envs import UserError
from ...store.space import when_space
from ...store.whole import write_whole
from ...training import TrainJob
from ..compare import Method

_SECONDS = "seconds.txt"


def keep_program(method: Method, file: Path) -> None:
    """Write the reward that `method` is trained on to `file`; nothing for the sparse one.

    Raises:
        UserError: if another one was kept there before.
    """
    if method.program is None:
        return
    text = method.program.text
    if not file.is_file():
        _write(file, text)
    elif file.read_text(encoding="utf-8") != text:
        raise UserError(
            f"{method.name} was another reward when this benchmark began (see {file}); "
            "restore it, give the new one another name, or choose another --out"
        )


def keep_seconds(job: TrainJob, seconds: float) -> None:
    """Write how long the training of `job` took beside its agent."""
    assert job.out is not None
    _write(job.out / _SECONDS, f"{seconds:.1f}\n")


def read_seconds(agent: Path) -> float:
    """How long the training of the agent in that folder took; 0 where that is not known."""
    file = agent / _SECONDS
    return float(file.read_text()) if file.is_file() else 0.0


def _write(file: Path, text: str) -> None:
    """The file appears whole or not at all, whenever the process is killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    when_space(lambda: write_whole(file, text.encode("utf-8")), file.parent)
