"""Curves with their intervals: over environment steps, and over thresholds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from ..comparison.statistics import Band
from .style import legend_below, look, share_axis, shortened, sparse_markers, steps_axis


def draw_band(band: Band, label: str, number: int, ax: Axes) -> None:
    """Series `number` as a line, with its interval as a veil where it has one."""
    own = look(number)
    ax.plot(band.at, band.value, label=label, markevery=sparse_markers(len(band.at)), **own)
    known = np.isfinite(band.low) & np.isfinite(band.high)
    if known.any():
        ax.fill_between(
            band.at, band.low, band.high, where=known, color=own["color"], alpha=0.18, linewidth=0
        )


def performance_profiles(
    profiles: Mapping[str, Band], ax: Axes, score: str = "human-normalised score"
) -> Axes:
    """The share of runs above each threshold, a line a method, with pointwise intervals.

    A line that lies above another everywhere is better for any user; lines that cross favour each a different
    one (Agarwal et al. 2021, section 4.2).

    Args:
        profiles: method -> what `performance_profile` found.
        ax: where to draw.
        score: what the thresholds are of.
    """
    for number, (method, profile) in enumerate(profiles.items()):
        draw_band(profile, shortened(method), number, ax)
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel(f"threshold τ of the {score}")
    share_axis(ax.yaxis, "runs above τ")
    ax.set_title("Performance profiles")
    legend_below(ax)
    return ax


def sample_efficiency_curves(
    curves: Mapping[str, Band],
    ax: Axes,
    score: str = "IQM of success",
    steps: str = "environment steps",
) -> Axes:
    """How good the runs of all tasks are at each number of environment steps, a line a method.

    Args:
        curves: method -> what `sample_efficiency` found.
        ax: where to draw.
        score: what the curves show.
        steps: which steps are counted.
    """
    for number, (method, curve) in enumerate(curves.items()):
        draw_band(curve, shortened(method), number, ax)
    steps_axis(ax, steps)
    # From none to all, or as far as normalised scores go beyond.
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, -0.03), max(high, 1.03))
    ax.set_ylabel(score)
    ax.set_title("Sample efficiency")
    legend_below(ax)
    return ax
