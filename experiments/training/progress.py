"""The progress bar of a long job: environment steps done, and the best success so far."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

from tqdm import tqdm

from .jobs import TrainJob


def note(line: str, log: Path) -> None:
    """Add `line` to the file `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        print(line, file=file)


def say(line: str) -> None:
    """Print `line` to stderr without spoiling the bars that stand there."""
    tqdm.write(line, file=sys.stderr)


class StepBar:
    """Counts the environment steps of many runs in one bar; a context manager.

    Args:
        title: what is being done.
        total: environment steps in all.
        done: steps that an earlier run of the same command has already done.
    """

    def __init__(self, title: str, total: int, done: int = 0) -> None:
        self._bar = tqdm(
            total=total, initial=done, desc=title, unit=" steps", unit_scale=True, smoothing=0.05
        )
        self._steps: dict[str, int] = {}
        self._best: float | None = None

    def __call__(self, job: TrainJob, steps: int, success: float) -> None:
        """Note that `job` has done `steps` steps and succeeds with rate `success`."""
        self._bar.update(steps - self._steps.get(job.key, 0))
        self._steps[job.key] = steps
        self.best(success)

    def best(self, success: float) -> None:
        """Show `success` if it beats what was shown."""
        if self._best is None or success > self._best:
            self._best = success
            self._bar.set_postfix_str(f"best success {success:.0%}")

    def skip(self, steps: int) -> None:
        """Count `steps` that need not be done, such as those of a rejected candidate."""
        self._bar.update(steps)

    def finish(self, job: TrainJob, steps: int | None = None) -> None:
        """Count a job that has ended, well or not, as `steps`; None counts all its steps."""
        charged = job.steps if steps is None else steps
        self._bar.update(charged - self._steps.get(job.key, 0))
        self._steps[job.key] = charged

    def __enter__(self) -> StepBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
