"""Films and transcripts of candidates, made once and kept in the experiment's folder.

``feedback/<candidate>/`` holds ``0.gif`` and ``0.png`` (the last picture) for each episode of a task with
pictures, and ``episodes.json``, which is written last and so says that the folder is complete.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ..store import Candidate, Store
from .episodes import Episode, watch

_FRAME_MS = 100
_LAST_FRAME_MS = 1500
# One at a time: each plays a simulation and may hold a graphics context.
_MAKING = threading.Lock()


@dataclass(frozen=True)
class Shown:
    """An episode as the page shows it.

    Attributes:
        success: whether the goal was met.
        length: steps until it ended.
        stride: steps between two states that are shown.
        filmed: whether it has a film; else `states` tell it.
        states: pairs of the steps taken and the state as text.
    """

    success: bool
    length: int
    stride: int
    filmed: bool
    states: list[tuple[int, str]]


def folder_of(store: Store, candidate: Candidate) -> Path:
    """Where the films of `candidate` stand."""
    return store.folder / "feedback" / candidate.name


def episodes_of(store: Store, candidate: Candidate) -> list[Shown]:
    """The episodes of `candidate`, filmed now if they have not been.

    Raises:
        UserError: where its agent is no longer there.
    """
    folder = folder_of(store, candidate)
    index = folder / "episodes.json"
    with _MAKING:
        if not index.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            episodes = watch(candidate, store.settings(), store.folder / "agents")
            for number, episode in enumerate(episodes):
                if episode.pictures:
                    (folder / f"{number}.gif").write_bytes(film(episode.pictures))
                    Image.fromarray(episode.pictures[-1]).save(folder / f"{number}.png")
            unfinished = index.with_suffix(".part")
            unfinished.write_text(json.dumps([_as_data(episode) for episode in episodes]))
            unfinished.replace(index)
    return [_read(data) for data in json.loads(index.read_text())]


def film(pictures: list[np.ndarray]) -> bytes:
    """Pictures (H, W, 3) uint8 as a GIF without an end, which rests on the last one."""
    # One palette for all pictures: with one for each, plain surfaces flicker.
    images = [Image.fromarray(picture) for picture in pictures]
    palette = images[len(images) // 2].quantize(128)
    frames = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    durations = [_FRAME_MS] * (len(frames) - 1) + [_LAST_FRAME_MS]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return file.getvalue()


def _as_data(episode: Episode) -> dict[str, object]:
    return {
        "success": episode.success,
        "length": episode.length,
        "stride": episode.stride,
        "filmed": bool(episode.pictures),
        "states": list(zip(episode.shown, episode.texts, strict=False)),
    }


def _read(data: dict) -> Shown:
    return Shown(**{**data, "states": [(step, text) for step, text in data["states"]]})
