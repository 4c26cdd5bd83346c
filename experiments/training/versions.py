"""The code that a result comes from: this package's own text, and the versions of what it stands on."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

# Those whose arithmetic reaches an agent's weights, or whose worlds it trains in.
DISTRIBUTIONS = (
    "numpy",
    "torch",
    "stable-baselines3",
    "sb3-contrib",
    "gymnasium",
    "gymnasium-robotics",
    "metaworld",
    "mujoco",
    "minigrid",
    "box2d",
)
_ROOT = Path(__file__).resolve().parents[2]
_TRAINING_CODE = (
    "envs",
    "agents",
    "reward_gen",
    "experiments/training/jobs.py",
    "experiments/training/entry.py",
)
# What writes programs, and what people look at, does not change how a given program trains.
_NO_TRAINING_CODE = (
    "reward_gen/proposers",
    "reward_gen/language",
    "reward_gen/latent",
    "reward_gen/published",
)
_NO_TRAINING_FILES = (".reward.py", ".recording.npz", ".md", ".pyc")


@cache
def versions() -> dict[str, str]:
    """Name -> version of everything that a training's numbers depend on, besides its job.

    Under ``rewardsmith code`` stands a digest of the package's own files, since the version of a working
    copy stays while its code changes. A distribution that is not installed has the version ``none``.
    """
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "rewardsmith": version_of("rewardsmith"),
        "rewardsmith code": _code_digest(),
        **{name: version_of(name) for name in DISTRIBUTIONS},
    }


def version_of(distribution: str) -> str:
    """The installed version of `distribution`; ``none`` where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "none"


def _code_digest() -> str:
    found = hashlib.sha256()
    for path in sorted(path for place in _TRAINING_CODE for path in _files(_ROOT / place)):
        name = path.relative_to(_ROOT).as_posix()
        if not name.startswith(_NO_TRAINING_CODE) and not name.endswith(_NO_TRAINING_FILES):
            found.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
