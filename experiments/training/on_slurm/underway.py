"""The Slurm jobs of one run that are submitted, and what becomes of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from ....envs import UserError
from ..dealing import Batch, Settled
from ..executor import Progress
from ..jobs import Failed, TrainJob
from ..processes import MOST_DEATHS
from ..progress import note, say
from ..travel import received
from ..worker import DiskFull
from .queue import Queue, has_ended
from .submission import Lost, Submission
from .work import Delivery, News


@dataclass(frozen=True)
class Pace:
    """How often, in seconds, one looks.

    Attributes:
        files: at the folders, for results and news.
        queue: at the cluster's queue, which all users share.
        settle: how long a result may take to show on the shared file system after its job has ended.
    """

    files: float = 2.0
    queue: float = 15.0
    settle: float = 30.0


@dataclass
class _Entry:
    """Jobs whose outcome is wanted, by place in the submission, and what was last heard of it."""

    jobs: dict[int, TrainJob]
    news: News = field(default_factory=dict)
    state: str = ""
    ended_at: float | None = None


class UnderWay:
    """Slurm jobs that have been submitted and have not come back.

    Args:
        submitit: the package.
        cluster: its name for where they run.
        queue: where they stand.
        pace: how often to look.
        races: whether their jobs race.
        progress: as for `Executor.run`.
        log: file that lines on what became of them are added to.
    """

    def __init__(
        self,
        submitit: ModuleType,
        cluster: str,
        queue: Queue,
        pace: Pace,
        *,
        races: bool,
        progress: Progress,
        log: Path,
    ) -> None:
        self._submitit = submitit
        self._cluster = cluster
        self._queue = queue
        self._pace = pace
        self._races = races
        self._progress = progress
        self._log = log
        self._entries: dict[Submission, _Entry] = {}
        self._asked = float("-inf")
        self._withdrawn = False

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def jobs(self) -> int:
        """Jobs whose outcome is still to come."""
        return sum(len(entry.jobs) for entry in self._entries.values())

    def add(self, submission: Submission, jobs: dict[int, TrainJob]) -> None:
        """Watch over `submission`, of whose jobs `jobs` are wanted: place -> job."""
        self._entries[submission] = _Entry(jobs)

    def look(self) -> Settled:
        """See what has ended, and tell how the others go."""
        asked, settled = self._ask_queue(), Settled()
        for submission, entry in list(self._entries.items()):
            if submission.has_result:
                del self._entries[submission]
                self._settle(submission, entry, submission.result(self._submitit, self._cluster), settled)
            elif self._is_gone(entry):
                del self._entries[submission]
                self._settle(submission, entry, submission.without_result(), settled)
            else:
                self._tell(submission, entry, even_old=asked)
        return settled

    def withdraw(self) -> None:
        """Take back what still waits in the queue; what trains goes on."""
        if not self._withdrawn:
            self._withdrawn = True
            self._queue.cancel([s.id for s in self._entries if s.id], waiting_only=True)
            self._asked = float("-inf")

    def end(self) -> None:
        """End all at once, and forget them."""
        self._queue.cancel([s.id for s in self._entries if s.id])
        for submission in self._entries:
            submission.remove()
        self._entries.clear()

    def _ask_queue(self) -> bool:
        """Ask the queue if it is time, and note its answer; whether it was time."""
        now = time.monotonic()
        if now - self._asked < self._pace.queue:
            return False
        self._asked, states = now, self._queue.states()
        if states is None:
            return True
        for submission, entry in self._entries.items():
            state = states.get(submission.id or "")
            entry.state = state or entry.state
            if not has_ended(state):
                entry.ended_at = None
            elif entry.ended_at is None:
                entry.ended_at = now
        return True

    def _is_gone(self, entry: _Entry) -> bool:
        return entry.ended_at is not None and time.monotonic() - entry.ended_at >= self._pace.settle

    def _tell(self, submission: Submission, entry: _Entry, even_old: bool) -> None:
        # Now and then even where nothing is new: whoever counts the time hears of it while all wait.
        news = submission.news or {}
        for index, job in entry.jobs.items():
            if even_old or news.get(index) != entry.news.get(index):
                self._progress(job, *news.get(index, (0, 0.0)))
        entry.news = news

    def _settle(self, submission: Submission, entry: _Entry, came: Delivery | Lost, settled: Settled) -> None:
        batch = Batch(tuple(entry.jobs.values()), submission.attempt)
        if isinstance(came, list):
            note(f"{batch.name}: trained by Slurm job {submission.id}", self._log)
            settled.outcomes += [(job, received(job, came[index])) for index, job in entry.jobs.items()]
            # The folder stays until the outcomes are surely stored: until the next run.
            return
        number = submission.id
        submission.remove()
        if isinstance(came, UserError):
            raise came
        if isinstance(came, DiskFull):
            say(f"{came.reason}; {batch.name} waits for space: free some, or stop with Ctrl-C")
            settled.again.append(batch)
        elif not self._withdrawn:
            state = f" ({entry.state})" if entry.state else ""
            self._lost(
                batch, came, f"Slurm job {number} ended without a result{state}: {came.words}", settled
            )

    def _lost(self, batch: Batch, lost: Lost, reason: str, settled: Settled) -> None:
        line = f"{batch.name}: lost at attempt {batch.attempt} of {MOST_DEATHS}; {reason}"
        note(line, self._log)
        # One of several may be at fault, so each goes on alone; but alone they run no race.
        again = batch.again() if self._races else batch.split() or batch.again()
        if not again and not lost.begun:
            raise UserError(
                f"expected training to begin, {reason}; see that this folder and the Python that runs this "
                "command are the same on the nodes"
            )
        again = again or batch.split()
        settled.again += again
        if again:
            say(f"{line}; training again")
        else:
            (job,) = batch.jobs
            settled.outcomes.append((job, Failed("training", f"lost {batch.attempt} times; {reason}")))
