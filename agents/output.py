"""The folder of one training run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.logger import Logger, configure

from .agent import MODEL_FILE, NORMALIZER_FILE

EVALUATIONS_FILE = "evaluations.npz"
# The agent first: without it, what is left of the old run no longer counts as finished.
_OWN_FILES = (MODEL_FILE, NORMALIZER_FILE, EVALUATIONS_FILE, "progress.csv", "events.out.tfevents.*")


class Output:
    """Writes a run so that nothing half-written is taken for finished: the agent's file comes last.

    What an earlier run left in the folder is removed first, so that a run which was interrupted, even just
    before its result was noted down, can simply be started again.

    Args:
        folder: where to write; None writes nothing.
        hyperparameters: the run's, kept as ``hyperparameters.yml``, which `train` reads back.
    """

    def __init__(self, folder: Path | None, hyperparameters: Mapping[str, Any]) -> None:
        self._folder = folder
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for pattern in _OWN_FILES:
            for stale in folder.glob(pattern):
                stale.unlink()
        (folder / "hyperparameters.yml").write_text(yaml.safe_dump(dict(hyperparameters), sort_keys=False))

    @property
    def evaluations(self) -> Path | None:
        """Where the evaluations are kept."""
        return None if self._folder is None else self._folder / EVALUATIONS_FILE

    @contextmanager
    def logger(self) -> Iterator[Logger]:
        """SB3's logger for ``progress.csv`` and TensorBoard, closed at the end of the block."""
        folder = self._folder
        logger = Logger(None, []) if folder is None else configure(str(folder), ["csv", "tensorboard"])
        try:
            yield logger
        finally:
            logger.close()

    def finish(self, model: BaseAlgorithm) -> None:
        """Write the agent, and with it the mark that the run is finished."""
        if self._folder is None:
            return
        normalizer = model.get_vec_normalize_env()
        if normalizer is not None and normalizer.norm_obs:
            normalizer.save(str(self._folder / NORMALIZER_FILE))
        partial = self._folder / "model.partial.zip"
        model.save(partial)
        partial.replace(self._folder / MODEL_FILE)
