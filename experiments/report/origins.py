"""Where figures come from: versions, levels of isolation, and the commands that give them again."""

from __future__ import annotations

import shlex
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from ..comparison.bench import SEARCHES
from ..evolution.settings import EvolveSettings
from ..store import Candidate, Run
from ..training.versions import versions

# What SB3 writes into an agent's file, by the names under which we give our own versions.
_SB3_NAMES = {
    "Python": "python",
    "Stable-Baselines3": "stable-baselines3",
    "PyTorch": "torch",
    "Numpy": "numpy",
    "Gymnasium": "gymnasium",
}


def versions_now() -> dict[str, str]:
    """The installed versions of all that figures depend on, the code's digest shortened."""
    found = {name: version for name, version in versions().items() if version != "none"}
    return {name: version[:12] if name.endswith("code") else version for name, version in found.items()}


def versions_then(agents: Path) -> dict[str, str]:
    """The versions that SB3 noted in the first saved agent below a folder; empty where there is none.

    The file is read as the archive that it is; nothing in it is unpickled.
    """
    for file in sorted(agents.rglob("model.zip")):
        with zipfile.ZipFile(file) as archive:
            if "system_info.txt" in archive.namelist():
                return _parsed(archive.read("system_info.txt").decode("utf-8", "replace"))
    return {}


def _parsed(text: str) -> dict[str, str]:
    pairs = (line.removeprefix("- ").partition(": ") for line in text.splitlines())
    return {_SB3_NAMES[name]: value.strip() for name, _, value in pairs if name in _SB3_NAMES}


def isolation_levels(candidates: Sequence[Candidate], runs: Sequence[Run]) -> list[str]:
    """Which level of isolation how many trainings had, in words."""
    found = Counter((c.isolation, "candidates") for c in candidates if c.isolation)
    found += Counter((run.isolation, f"final runs of {run.method}") for run in runs if run.isolation)
    return [f"{level}: {count} {whose}" for (level, whose), count in found.items()]


def evolve_command(settings: Mapping[str, Any], folder: Path) -> str:
    """The ``rewardsmith evolve`` that has these settings, for a new folder.

    The answers of a language model come from the folder's own cassette where it has one.
    """
    words = ["rewardsmith", "evolve", str(settings["task"])]
    for field in fields(EvolveSettings):
        value = settings.get(field.name, MISSING)
        if field.name != "task" and value is not MISSING and value != field.default:
            words += _option(field.name, value)
    answers = folder / "answers.jsonl"
    if answers.is_file():
        words += ["--cassette", str(answers), "--replay"]
    return shlex.join([*words, "--out", "again"])


def bench_command(settings: Mapping[str, Any], runs: Sequence[Run], folder: Path) -> str:
    """The ``rewardsmith bench`` that runs the same methods on one task, for a new folder."""
    methods = [_source(method, folder) for method in dict.fromkeys(run.method for run in runs)]
    words = ["rewardsmith", "bench", str(settings["task"]), "--methods", *(methods or ["sparse", "human"])]
    words += ["--seeds", str(1 + max((run.seed for run in runs), default=0))]
    names = ("steps", "generations", "samples", "episodes", "seed", "algo", "horizon", "proposer", "model")
    for name in names:
        if settings.get(name) is not None:
            words += _option(name, settings[name])
    if settings.get("racing"):
        words.append("--racing")
    return shlex.join([*words, "--out", "again"])


def _option(name: str, value: object) -> list[str]:
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{option}" if value else f"--no-{option}"]
    return [f"--{option}", str(value)]


def _source(method: str, folder: Path) -> str:
    """How a method is named on the command line: one that is neither ours nor a search is a file."""
    kept = folder / "rewards" / f"{method}.reward.py"
    known = {*SEARCHES, "sparse", "human", "sparse_budget", "human_budget"}
    return str(kept) if method not in known and kept.is_file() else method
