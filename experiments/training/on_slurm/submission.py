"""One Slurm job and its folder, from which it is picked up again after the driver was killed."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from .... import agents
from ...store.whole import write_whole
from ..jobs import TrainJob
from ..key import job_key
from .work import Delivery, News, read_news

_MANIFEST = "jobs.json"
_LAST_LINES = 3


@dataclass(frozen=True)
class Lost:
    """A Slurm job that ended without a result.

    Attributes:
        words: the last lines that it printed, in one.
        begun: whether training had begun; otherwise it was the machine that failed.
    """

    words: str
    begun: bool


class Submission:
    """A Slurm job in a folder of its own.

    The folder holds the jobs' identities (written first), and what submitit keeps: what was submitted, what
    was printed and the result. So there is no moment at which a submitted job could be forgotten.

    Args:
        folder: its own.
        identities: of its jobs, in order; see `identities`.
        attempt: counts from 1.
    """

    def __init__(self, folder: Path, identities: tuple[str, ...], attempt: int) -> None:
        self.folder = folder
        self.identities = identities
        self.attempt = attempt

    @classmethod
    def opened(cls, folder: Path) -> Submission | None:
        """The one in `folder`; None where the driver was killed before it had written what it is."""
        try:
            record = json.loads((folder / _MANIFEST).read_text())
        except FileNotFoundError:
            return None
        return cls(folder, tuple(record["jobs"]), record["attempt"])

    @classmethod
    def planned(cls, root: Path, identities: tuple[str, ...], attempt: int) -> Submission:
        """A new one under `root`, not yet submitted."""
        digest = hashlib.sha256("\n".join(identities).encode()).hexdigest()[:16]
        root.mkdir(parents=True, exist_ok=True)
        # Open to its owner alone: what is read from it is unpickled.
        planned = cls(Path(tempfile.mkdtemp(prefix=f"{digest}-{attempt}-", dir=root)), identities, attempt)
        manifest = json.dumps({"jobs": identities, "attempt": attempt}, indent=1)
        write_whole(planned.folder / _MANIFEST, manifest.encode())
        return planned

    @property
    def name(self) -> str:
        """In the queue."""
        return f"rewardsmith-{self.folder.name}"

    @property
    def id(self) -> str | None:
        """Its number on the cluster; None where it was never wholly submitted."""
        submitted = next(self.folder.glob("*_submitted.pkl"), None)
        return submitted.name.removesuffix("_submitted.pkl") if submitted else None

    @property
    def has_result(self) -> bool:
        """Whether what it came to is there."""
        _look_anew(self.folder)
        return next(self.folder.glob("*_result.pkl"), None) is not None

    def result(self, submitit: ModuleType, cluster: str) -> Delivery | Lost:
        """What it came to, where `has_result`."""
        kind = submitit.LocalJob if cluster == "local" else submitit.SlurmJob
        try:
            return kind(self.folder, self.id).result()
        except (submitit.core.utils.UncompletedJobError, EOFError, pickle.UnpicklingError) as error:
            return Lost(_last(_trace(str(error))), self._begun)

    def without_result(self) -> Lost:
        """What is to be said of it where it left no result."""
        printed = [f.read_text(errors="replace") for f in sorted(self.folder.glob("*_log.err"))]
        return Lost(_last("\n".join(printed)), self._begun)

    @property
    def _begun(self) -> bool:
        return self.news is not None

    @property
    def news(self) -> News | None:
        """How far its jobs are; None where training has not begun."""
        return read_news(self.folder)

    def remove(self) -> None:
        """Forget it."""
        # A node may still be writing there; what is left of it has no jobs.json and is removed next time.
        (self.folder / _MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def identities(jobs: Sequence[TrainJob], racing: agents.Racing | None) -> dict[str, str]:
    """Job's key -> what it is found again by: its key, `job_key`, and how it races."""
    return {job.key: f"{job.key} {job_key(job)}" + (f" {racing}" if racing else "") for job in jobs}


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-_LAST_LINES:]) or "it printed nothing"


def _trace(report: str) -> str:
    """The traceback within submitit's report of a function that raised."""
    return report.split("-" * 22)[1] if report.count("-" * 22) >= 2 else report


def _look_anew(folder: Path) -> None:
    """Have a network file system ask its server what is in `folder`, which it may have kept from before."""
    folder.chmod(folder.stat().st_mode)
