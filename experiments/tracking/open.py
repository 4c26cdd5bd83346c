"""Opens what an experiment is tracked by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from .tensorboard_file import TensorBoardFile
from .tracker import Several, Tracker
from .weights_and_biases import weights_and_biases

Service = Literal["tensorboard", "wandb"]


@contextmanager
def open_tracker(folder: Path, settings: Mapping[str, Any], service: Service) -> Iterator[Tracker]:
    """TensorBoard in ``<folder>/tensorboard``, and beside it the `service` if that is another one.

    Args:
        folder: the experiment's.
        settings: what determines the experiment, for services that keep it.
        service: ``tensorboard`` or ``wandb``.

    Raises:
        UserError: if the service's package is not installed.
    """
    with ExitStack() as stack:
        trackers: list[Tracker] = [TensorBoardFile(folder / "tensorboard")]
        if service == "wandb":
            trackers.append(stack.enter_context(weights_and_biases(folder, settings)))
        yield Several(trackers)
