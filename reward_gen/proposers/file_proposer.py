"""Replays reward programs from a file or a folder: programs by hand, or those of an earlier run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...envs import TaskSpec
from ..program import RewardProgram
from .proposer import Findings, Proposal, ProposerError


class FileProposer:
    """Proposes the ``.py`` files of a folder in name order, or one file; after the last, the first again.

    It keeps no place of its own, so that a run that was killed and started again proposes the same.

    Args:
        path: a ``.py`` file, or a folder that holds some.

    Raises:
        ProposerError: there is no such file, or the folder holds none.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.programs = tuple(_read(file) for file in _files(self.path))

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """`n` programs in name order, first those that were not tried before; `rng` is not used."""
        known = {parent.program.text for parent in findings.parents}
        known |= {failure.text for failure in findings.failures} | findings.tried
        order = sorted(self.programs, key=lambda program: program.text in known)
        chosen = [order[number % len(order)] for number in range(n)]
        return [Proposal(program.text, program, operator="replay") for program in chosen]


def _files(path: Path) -> list[Path]:
    if path.is_file() and path.suffix == ".py":
        return [path]
    if path.is_dir():
        found = sorted(path.glob("*.py"))
        if found:
            return found
        raise ProposerError(f"expected reward programs in {path}, but the folder holds no .py file; add one")
    raise ProposerError(f"expected a .py file or a folder of them, got {str(path)!r}; give an existing path")


def _read(file: Path) -> RewardProgram:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ProposerError(f"{file} is not UTF-8 text ({error.reason}); save it as UTF-8") from None
    return RewardProgram(text, name=file.name.removesuffix(".py").removesuffix(".reward"), origin=str(file))
