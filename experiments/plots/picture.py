"""Pictures as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import COLUMN, HEIGHT, STYLE

# Inches that the axes themselves are high, at least.
_LEAST = 1.6


@dataclass(frozen=True)
class Picture:
    """One picture to be drawn.

    Attributes:
        name: of its files, without a suffix.
        draw: draws it on an `Axes`.
        width: in inches.
        height: in inches.
    """

    name: str
    draw: Callable[[Axes], Axes]
    width: float = COLUMN
    height: float = HEIGHT


def save_pictures(pictures: Sequence[Picture], folder: Path) -> list[Path]:
    """Draw `pictures` into `folder` as PNG and PDF, for print in one column; the paths of the PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [save_figure(picture, folder) for picture in pictures]


def save_figure(picture: Picture, folder: Path) -> Path:
    """Draw one picture as PNG and PDF; the path of the PNG file."""
    path = folder / f"{picture.name}.png"
    with drawn(picture) as figure:
        figure.savefig(path)
        # Without a date, so that the same data give the same bytes.
        figure.savefig(path.with_suffix(".pdf"), metadata={"CreationDate": None})
    return path


@contextmanager
def drawn(picture: Picture) -> Iterator[Figure]:
    """The figure of one picture, ready to be saved, and in our style until then."""
    with plt.rc_context(STYLE):
        figure, ax = plt.subplots(figsize=(picture.width, picture.height))
        try:
            picture.draw(ax)
            _make_room(figure, ax)
            yield figure
        finally:
            plt.close(figure)


def _make_room(figure: Figure, ax: Axes) -> None:
    """Let a tall legend or long names lengthen the picture instead of flattening what it is about."""
    figure.draw_without_rendering()
    missing = _LEAST - ax.get_window_extent().height / figure.dpi
    if missing > 0:
        figure.set_size_inches(figure.get_figwidth(), figure.get_figheight() + missing)
    # The layout of one drawing is the start of the next one's, which fits better.
    figure.draw_without_rendering()
