"""Every method's score on every task."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from .style import shortened, signed


def score_heatmap(
    scores: np.ndarray,
    methods: Sequence[str],
    tasks: Sequence[str],
    ax: Axes,
    score: str = "success",
    title: str = "Scores by task and method",
) -> Axes:
    """Mean scores as a map, a row a task, a column a method, each with its number.

    Colours go from 0 to 1; numbers beyond keep the colour of the end that they pass. Where there is no
    score, the cell is hatched.

    Args:
        scores: (M tasks, methods) mean scores; nan where there is none.
        methods: names of the columns.
        tasks: names of the rows.
        ax: where to draw.
        score: what the numbers are.
        title: of the picture.

    Raises:
        ValueError: if the scores are not of these tasks and methods.
    """
    scores = np.asarray(scores, float)
    if scores.shape != (len(tasks), len(methods)):
        raise ValueError(f"scores are ({len(tasks)} tasks, {len(methods)} methods), got {scores.shape}")
    colours = colormaps["cividis"]
    ax.patch.set(facecolor="0.92", hatch="////", edgecolor="0.7")
    image = ax.imshow(np.ma.masked_invalid(scores), cmap=colours, vmin=0, vmax=1, aspect="auto")
    for row, column in np.argwhere(np.isfinite(scores)):
        value = scores[row, column]
        ink = "white" if value < 0.5 else "black"
        ax.text(column, row, signed(value), color=ink, ha="center", va="center")
    ax.set_yticks(range(len(tasks)), [shortened(task, 24) for task in tasks])
    turned = sum(len(method) + 2 for method in methods) > 26
    names = [shortened(method, 20) for method in methods]
    ax.set_xticks(range(len(names)), names, rotation=40 if turned else 0, ha="right" if turned else "center")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.set_title(title)
    beyond = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    known = scores[np.isfinite(scores)].round(2)
    extend = beyond[bool((known < 0).any()), bool((known > 1).any())]
    ax.figure.colorbar(image, ax=ax, label=score, extend=extend)
    return ax
