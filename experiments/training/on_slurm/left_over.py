"""What an earlier driver, killed since, left on the cluster."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from ..jobs import TrainJob
from .queue import Queue, has_ended
from .submission import Submission
from .underway import UnderWay


def picked_up(
    root: Path,
    queue: Queue,
    jobs: Sequence[TrainJob],
    names: dict[str, str],
    under_way: UnderWay,
    *,
    races: bool,
) -> tuple[TrainJob, ...]:
    """Add to `under_way` what is already submitted of `jobs`, and forget what nobody wants any more.

    Args:
        root: folder of the submissions.
        queue: where they stand.
        jobs: what is wanted.
        names: their `identities`.
        under_way: what watches over submissions.
        races: whether they race; a race is picked up as a whole only.

    Returns:
        The jobs that are still to be submitted.
    """
    wanted = {names[job.key]: job for job in jobs}
    submissions = _submissions(root, queue)
    states = queue.states() if submissions else None
    for submission in submissions:
        found = {i: wanted[name] for i, name in enumerate(submission.identities) if name in wanted}
        if found and (not races or len(found) == len(submission.identities) == len(jobs)):
            under_way.add(submission, found)
            wanted = {name: job for name, job in wanted.items() if name not in submission.identities}
        elif submission.has_result or (states is not None and has_ended(states.get(submission.id or ""))):
            # What it came to has been stored, or is not worth having.
            submission.remove()
    return tuple(wanted.values())


def _submissions(root: Path, queue: Queue) -> list[Submission]:
    """Those that the cluster has wholly, the latest attempts first; the others are taken back."""
    whole = []
    for folder in sorted(entry for entry in root.glob("*") if entry.is_dir()):
        submission = Submission.opened(folder)
        if submission is None:
            shutil.rmtree(folder, ignore_errors=True)
        elif submission.id is None:
            # The driver was killed while sbatch took it, or just before.
            queue.cancel_named(submission.name)
            submission.remove()
        else:
            whole.append(submission)
    return sorted(whole, key=lambda submission: -submission.attempt)
