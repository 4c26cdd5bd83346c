"""What stands beside the stored runs of a task: the text of every reward."""

from __future__ import annotations

from pathlib import Path

from ....envs import UserError
from ...store.space import when_space
from ...store.whole import write_whole
from ..compare import Method


def keep_program(method: Method, file: Path) -> None:
    """Write the reward that `method` is trained on to `file`; nothing for the sparse one.

    Raises:
        UserError: if another one was kept there before.
    """
    if method.program is None:
        return
    text = method.program.text
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        when_space(lambda: write_whole(file, text.encode("utf-8")), file.parent)
    elif file.read_text(encoding="utf-8") != text:
        raise UserError(
            f"{method.name} was another reward when this benchmark began (see {file}); "
            "restore it, give the new one another name, or choose another --out"
        )
