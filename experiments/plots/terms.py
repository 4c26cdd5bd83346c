"""The terms of a reward over training: their values, and their parts of the whole."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...envs import TrainingTrace
from ...reward_gen.reflection_flags import is_dead
from ..store import Candidate
from .style import (
    COLOURS,
    HATCHES,
    legend_below,
    look,
    share_axis,
    shortened,
    sparse_markers,
    steps_axis,
)

TOTAL = "reward"
OTHERS = "other terms"


def term_statistics(candidate: Candidate, ax: Axes) -> Axes:
    """Mean of every reward term over training, with the range from its smallest to its largest value."""
    assert candidate.trace is not None, "only a trained candidate has term statistics"
    for number, (name, values) in enumerate(candidate.trace.terms.items()):
        low, mean, high = values.T
        own = look(number)
        every = sparse_markers(len(mean))
        ax.plot(candidate.trace.steps, mean, label=shortened(name), markevery=every, **own)
        ax.fill_between(candidate.trace.steps, low, high, color=own["color"], alpha=0.08, linewidth=0)
    steps_axis(ax)
    ax.set_ylabel("value per step (mean, range)")
    ax.set_title(f"Reward terms of {candidate.name}")
    legend_below(ax)
    return ax


def term_shares(trace: TrainingTrace, ax: Axes, title: str = "What the reward is made of") -> Axes:
    """Each term's part of the size of all terms over training, stacked.

    A term's size is its largest magnitude since the last checkpoint, as reflection counts it;
    a term that never varies moves no policy and has none. Beyond seven terms the smallest are drawn as one.
    """
    shares = _gathered(share_series(trace))
    colours = [COLOURS[number % len(COLOURS)] for number in range(len(shares))]
    labels = [shortened(name) for name in shares]
    # One checkpoint is an instant, which has no area: it is drawn as if it had lasted from the start.
    instant = len(trace.steps) == 1
    steps = np.array([0, *trace.steps]) if instant else trace.steps
    layers = [np.repeat(share, 2) if instant else share for share in shares.values()]
    if layers:
        drawn = ax.stackplot(steps, *layers, labels=labels, colors=colours, edgecolor="white", linewidth=0.6)
        for number, layer in enumerate(drawn):
            layer.set_hatch(HATCHES[number % len(HATCHES)])
        ax.set_xlim(steps[0], steps[-1])
    else:
        ax.annotate("no term varies", (0.5, 0.5), xycoords="axes fraction", ha="center")
    left, right = ax.get_xlim()
    steps_axis(ax)
    ax.set_xlim(left, right)
    ax.set_ylim(0, 1)
    share_axis(ax.yaxis, "share of all terms' size")
    ax.grid(visible=False)
    ax.set_title(title)
    # From top to bottom, as they lie on each other.
    legend_below(ax, ax.get_legend_handles_labels()[0][::-1])
    return ax


def share_series(trace: TrainingTrace) -> dict[str, np.ndarray]:
    """Name -> (K,) each varying term's part of the size of all at each checkpoint; largest on average first.

    Where all terms are 0 at a checkpoint, none has a part of it.
    """
    sizes = {
        name: np.abs(rows).max(axis=1)
        for name, rows in trace.terms.items()
        if name != TOTAL and len(rows) and not is_dead(rows)
    }
    whole = np.sum(list(sizes.values()), axis=0)
    shares = {
        name: np.divide(size, whole, np.zeros_like(size), where=whole > 0) for name, size in sizes.items()
    }
    return dict(sorted(shares.items(), key=lambda item: -float(item[1].mean())))


def _gathered(shares: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    if len(shares) <= len(COLOURS):
        return shares
    kept = dict(list(shares.items())[: len(COLOURS) - 1])
    rest = [share for name, share in shares.items() if name not in kept]
    return {**kept, f"{OTHERS} ({len(rest)})": np.sum(rest, axis=0)}
