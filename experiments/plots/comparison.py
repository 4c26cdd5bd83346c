"""Rewards compared: training, and the final test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes

from ...envs import TrainingTrace
from ..comparison.statistics import Band, estimate, sample_efficiency
from ..store import Run
from .bands import draw_band
from .style import COLOURS, MARKERS, legend_below, share_axis, shortened, steps_axis, success_axis


def comparison_curves(runs: Sequence[Run], ax: Axes) -> Axes:
    """Success over training for each method: mean over training seeds with 95 % intervals.

    A single seed has no interval, and none is drawn.
    """
    for number, (method, finished) in enumerate(by_method(runs).items()):
        traces = [run.trace for run in finished if run.trace is not None and len(run.trace.steps)]
        if traces:
            seeds = f"{len(traces)} seed{'s' if len(traces) > 1 else ''}"
            draw_band(mean_over_seeds(traces), f"{shortened(method)} ({seeds})", number, ax)
    steps_axis(ax)
    success_axis(ax, "success on selection seeds")
    ax.set_title("Rewards compared: training")
    legend_below(ax)
    return ax


def mean_over_seeds(traces: Sequence[TrainingTrace], name: str = "success") -> Band:
    """Mean over traces, with intervals, of ``success`` or of a term's mean.

    It goes as far as the shortest trace, at whose checkpoints others count as they last were.
    """
    steps = min((trace.steps for trace in traces), key=lambda own: own[-1])
    own = [trace.success if name == "success" else trace.terms[name][:, 1] for trace in traces]
    held = [
        values[np.maximum(np.searchsorted(trace.steps, steps, side="right") - 1, 0)]
        for trace, values in zip(traces, own, strict=True)
    ]
    curves = np.array(held, float)[:, None]
    return sample_efficiency(curves, steps, np.random.default_rng(0), statistic=np.mean)


def comparison_bars(runs: Sequence[Run], ax: Axes) -> Axes:
    """Success on the test seeds for each method, with its 95 % interval and every seed as a point."""
    rng = np.random.default_rng(0)
    methods = {
        method: [run.evaluation for run in own if run.evaluation is not None]
        for method, own in by_method(runs).items()
    }
    for number, evaluations in enumerate(methods.values()):
        if not evaluations:
            ax.annotate("none finished", (number, 0.02), rotation=90, ha="center", va="bottom")
            continue
        result = estimate([evaluation.success for evaluation in evaluations], rng)
        colour = COLOURS[number % len(COLOURS)]
        ax.bar(number, result.mean, color=colour, alpha=0.35, edgecolor=colour, width=0.6)
        error = [[result.mean - result.low], [result.high - result.mean]]
        ax.errorbar(number, result.mean, yerr=np.maximum(error, 0), color="black", capsize=4)
        rates = [evaluation.success_rate for evaluation in evaluations]
        places = number + np.linspace(-0.18, 0.18, len(rates)) if len(rates) > 1 else [number]
        mark = MARKERS[number % len(MARKERS)]
        ax.scatter(places, rates, color=colour, marker=mark, edgecolor="white", linewidth=0.5, s=22, zorder=3)
    _name_bars(list(methods), ax)
    ax.set_ylim(0, 1.08)
    share_axis(ax.yaxis, "success on test seeds")
    ax.set_xlabel("reward")
    ax.set_title("Rewards compared: test")
    ax.grid(axis="x", visible=False)
    return ax


def by_method(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Method -> its runs, methods in the order in which they first come."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.method, []).append(run)
    return found


def _name_bars(methods: list[str], ax: Axes) -> None:
    # Names side by side share the axis's width; where that is too little, they are turned.
    turned = sum(len(method) + 2 for method in methods) > 44
    names = [shortened(method, 22) for method in methods]
    ax.set_xticks(range(len(names)), names, rotation=40 if turned else 0, ha="right" if turned else "center")
    # A few bars stay as slim as many.
    middle, half = (len(methods) - 1) / 2, max(len(methods), 3) / 2
    ax.set_xlim(middle - half, middle + half)
