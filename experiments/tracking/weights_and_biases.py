"""A run of Weights & Biases, kept on this machine unless ``WANDB_MODE`` says otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...envs import UserError

if TYPE_CHECKING:
    from wandb import Run

PROJECT = "rewardsmith"


class WeightsAndBiases:
    """Writes to a run of Weights & Biases; every axis is one that its values are drawn over.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._axes: set[str] = set()

    def write(self, axis: str, step: int, values: Mapping[str, float]) -> None:
        """Log one row of the run's history."""
        if axis not in self._axes:
            self._run.define_metric(axis, hidden=True)
            self._run.define_metric(f"{axis}/*", step_metric=axis)
            self._axes.add(axis)
        self._run.log({axis: step, **{f"{axis}/{name}": value for name, value in values.items()}})


@contextmanager
def weights_and_biases(folder: Path, settings: Mapping[str, Any]) -> Iterator[WeightsAndBiases]:
    """A new run below ``<folder>/wandb``, finished at the end of the block.

    It takes numbers and `settings` alone: no code, no output of the console, nothing about the machine.

    Args:
        folder: the experiment's, whose name the run gets.
        settings: the run's configuration.

    Raises:
        UserError: if the package is not installed, or its server refuses the run.
    """
    try:
        import wandb
    except ModuleNotFoundError as error:
        raise UserError("--track wandb needs the package wandb: pip install 'rewardsmith[wandb]'") from error
    folder.mkdir(parents=True, exist_ok=True)
    try:
        run = wandb.init(
            project=os.environ.get("WANDB_PROJECT", PROJECT),
            name=folder.resolve().name,
            dir=folder,
            config=dict(settings),
            mode=os.environ.get("WANDB_MODE", "offline"),  # type: ignore[arg-type]
            settings=_only_numbers(wandb),
        )
    except wandb.Error as error:
        raise UserError(f"Weights & Biases did not start a run: {error}; set WANDB_MODE=offline") from error
    # As a context manager the run would print the traceback of whatever ends the block.
    failed = True
    try:
        yield WeightsAndBiases(run)
        failed = False
    finally:
        run.finish(exit_code=int(failed))


def _only_numbers(wandb: Any) -> Any:
    return wandb.Settings(
        console="off",
        silent=True,
        disable_code=True,
        disable_git=True,
        save_code=False,
        x_disable_machine_info=True,
        x_disable_meta=True,
        x_disable_stats=True,
    )
