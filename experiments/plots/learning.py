"""How all candidates of an evolution learnt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes

from ..store import Candidate, best_of
from .style import COLOURS, LINES, legend_below, sparse_markers, steps_axis, success_axis


def learning_curves(candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Success on the selection seeds over training: a line a candidate, darker in earlier generations."""
    best = best_of(candidates)
    trained = [c for c in candidates if c.trace is not None and len(c.trace.steps)]
    generations = sorted({c.generation for c in trained})
    named = _some(generations)
    for candidate in trained:
        assert candidate.trace is not None
        line = generation_look(candidate.generation, generations)
        if candidate is best:
            line = {"color": COLOURS[1], "linewidth": 2.2, "marker": "o", "zorder": 3}
            line["markevery"] = sparse_markers(len(candidate.trace.steps))
            line["label"] = f"best ({candidate.name})"
        elif candidate.generation in named:
            named.remove(candidate.generation)
            line["label"] = f"generation {candidate.generation}"
        ax.plot(candidate.trace.steps, candidate.trace.success, **line)
    steps_axis(ax)
    success_axis(ax, "success on selection seeds")
    ax.set_title("Learning curves of all candidates")
    legend_below(ax)
    return ax


def generation_look(generation: int, generations: Sequence[int]) -> dict[str, Any]:
    """Colour and line of a generation: later ones are lighter, also in greyscale."""
    place = generations.index(generation)
    # Viridis's last fifth is too light for thin lines on white paper.
    colour = colormaps["viridis"](0.8 * place / max(1, len(generations) - 1))
    return {"color": colour, "linestyle": LINES[place % len(LINES)], "linewidth": 0.9, "alpha": 0.8}


def _some(generations: list[int]) -> list[int]:
    """All where they are few; else the first, the last and two between."""
    if len(generations) <= 5:
        return list(generations)
    last = len(generations) - 1
    return [generations[i] for i in (0, last // 3, 2 * last // 3, last)]
