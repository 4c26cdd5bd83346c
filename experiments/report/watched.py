"""What the final agents do: a film, or for a task of text what was said, of one test episode each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...envs import UserError
from ..feedback.episodes import Episode, play_again
from ..feedback.films import film
from ..store import Run
from .pictures import data_uri

SIZE = 240
MOST_FRAMES = 100
_LEAST_FRAMES = 8


@dataclass(frozen=True)
class Watched:
    """One agent in one episode.

    Attributes:
        method: the reward that it was trained on.
        rate: its success rate in all test episodes.
        seed: index of its training seed.
        success: whether it met the goal in this one.
        length: steps of this one.
        film: GIF, as a data URI; empty for a task of text.
        still: its last picture, as a data URI.
        states: pairs of the steps taken and the state as text; empty for a film.
        problem: why there is nothing to see; empty where there is.
    """

    method: str
    rate: float
    seed: int
    success: bool = False
    length: int = 0
    film: str = ""
    still: str = ""
    states: tuple[tuple[int, str], ...] = ()
    problem: str = ""


def watchable(runs: Iterable[Run], agents: Path, methods: Sequence[str]) -> list[tuple[Run, Path]]:
    """The first finished run of each of `methods` whose agent is in the folder `agents`, and that agent."""
    found: dict[str, tuple[Run, Path]] = {}
    for run in runs:
        agent = agents / "final" / run.method / str(run.seed) / "model.zip"
        if run.method in methods and run.evaluation is not None and agent.is_file():
            found.setdefault(run.method, (run, agent))
    return list(found.values())


def watch(run: Run, agent: Path, settings: dict[str, Any], most_bytes: int) -> Watched:
    """Play the first test episode of `run` again; its film takes at most `most_bytes`, or is left out."""
    assert run.evaluation is not None, "only a finished run has an agent"
    rate, problem = run.evaluation.success_rate, ""
    try:
        (episode,) = play_again(
            agent, run.evaluation, settings, episodes=1, states=MOST_FRAMES - 1, size=SIZE
        )
    except UserError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - such as no graphics: the page is worth reading without films
        problem = f"{type(error).__name__}: {error}"
    if problem:
        return Watched(run.method, rate, run.seed, problem=problem)
    return _shown(run, episode, most_bytes)


def film_within(pictures: list[np.ndarray], most_bytes: int) -> bytes:
    """The pictures as a GIF of at most `most_bytes`, if need be of every other one, and so on; else empty."""
    while len(pictures) >= _LEAST_FRAMES:
        found = film(pictures)
        if len(found) <= most_bytes:
            return found
        # From the end, since the last one shows what came of it.
        pictures = pictures[::-2][::-1]
    found = film(pictures)
    return found if len(found) <= most_bytes else b""


def _shown(run: Run, episode: Episode, most_bytes: int) -> Watched:
    assert run.evaluation is not None
    known = (run.method, run.evaluation.success_rate, run.seed, episode.success, episode.length)
    if not episode.pictures:
        return Watched(*known, states=tuple(zip(episode.shown, episode.texts, strict=True)))
    still = _still(episode.pictures[-1])
    moving = film_within(episode.pictures, most_bytes - len(still))
    if not moving:
        return Watched(*known, problem=f"its film does not fit into {most_bytes:,} bytes")
    return Watched(*known, data_uri(moving, "image/gif"), data_uri(still, "image/png"))


def _still(picture: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(picture).quantize(128).save(file, "PNG")
    return file.getvalue()
