"""What the agent is paid, beside what is wanted of it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from ...envs import TrainingTrace
from .bands import draw_band
from .comparison import mean_over_seeds
from .style import COLOURS, legend_below, steps_axis, success_axis
from .terms import TOTAL

GOLD = "gold: success"
PROXY = "proxy: reward per step"


def gold_against_proxy(
    traces: Sequence[TrainingTrace], ax: Axes, title: str = "Gold against proxy return"
) -> Axes:
    """Success (gold, left) and mean reward of a step (proxy, right) over the training of one reward.

    Where the proxy rises while the gold return stays or falls, the reward is gamed (Gao et al. 2023, "Scaling
    Laws for Reward Model Overoptimization", figure 1). Intervals of 95 % where there are several seeds.

    Args:
        traces: one for each training seed.
        ax: where to draw; the right axis is its twin, ``ax.figure.axes[-1]``.
        title: of the picture.

    Raises:
        ValueError: if a trace lacks the reward that the agent was paid.
    """
    if not traces or any(TOTAL not in trace.terms for trace in traces):
        raise ValueError(f"gold against proxy needs traces that hold {TOTAL!r}, got {len(traces)} traces")
    right = ax.twinx()
    draw_band(mean_over_seeds(traces), GOLD, 0, ax)
    draw_band(mean_over_seeds(traces, TOTAL), PROXY, 1, right)
    success_axis(ax, "success on selection seeds")
    right.set_ylabel("mean reward per step")
    for number, own in enumerate((ax, right)):
        own.yaxis.label.set_color(COLOURS[number])
        own.tick_params(axis="y", colors=COLOURS[number])
    right.grid(visible=False)
    right.spines["right"].set_visible(True)
    steps_axis(ax)
    ax.set_title(title)
    legend_below(ax, [*ax.get_lines(), *right.get_lines()])
    return ax
