"""What a reward pays across two values of the state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from ...envs import RewardFn, TaskSpec, Transition, UserError
from .places import Moved, place_of, places_of, values_of, varied, written
from .style import legend_below

# Points along each of two fields, and along one while the telling ones are sought.
POINTS = 41
_SOUGHT = 9


@dataclass(frozen=True)
class Landscape:
    """The reward of one recorded step, had two values of its state been others.

    Attributes:
        names: the two fields, x and y, as ``hand_pos[2]`` or ``opened``.
        units: their units, empty for pure numbers.
        xs: (X,) values of the first, ascending.
        ys: (Y,) values of the second, ascending.
        reward: (Y, X).
        recorded: the two values that the step had.
    """

    names: tuple[str, str]
    units: tuple[str, str]
    xs: np.ndarray
    ys: np.ndarray
    reward: np.ndarray
    recorded: tuple[float, float]


def landscape_of(
    reward: RewardFn,
    steps: Transition,
    row: int,
    fields: tuple[str, str],
    spec: TaskSpec,
    points: int = POINTS,
    moved: Moved = "next",
) -> Landscape:
    """Pay step `row` of `steps` over a grid of two values of its state; all others stay as recorded.

    Args:
        reward: the running reward.
        steps: recorded steps; the grid spans the values that they hold.
        row: which of them is varied.
        fields: the two values, as ``hand_pos[2]`` or, where a field is a single value, ``opened``.
        spec: the task's.
        points: along each axis of a real field; categories and flags have one for each value.
        moved: ``next`` varies the state that the step leads to, ``both`` also the one that it starts from.

    Raises:
        UserError: where the task has no such value, or both are the same.
    """
    places = [place_of(name, spec) for name in fields]
    if places[0] == places[1]:
        raise UserError(f"a landscape needs two different values of the state, got {fields[0]!r} twice")
    xs, ys = (values_of(place, steps, spec, points) for place in places)
    grid = np.meshgrid(xs, ys)
    changed = dict(zip(places, (part.ravel() for part in grid), strict=True))
    paid, _ = reward(*varied(steps, row, changed, moved))
    recorded = [float(steps.next_obs.arrays()[name][(row, *index)]) for name, index in places]
    return Landscape(
        (written(places[0]), written(places[1])),
        (spec.field(places[0][0]).unit, spec.field(places[1][0]).unit),
        xs,
        ys,
        np.asarray(paid, float).reshape(len(ys), len(xs)),
        (recorded[0], recorded[1]),
    )


def telling_fields(
    reward: RewardFn, steps: Transition, row: int, spec: TaskSpec, moved: Moved = "next"
) -> tuple[str, str] | None:
    """The two values of the state that move the reward of step `row` most; None where fewer than two do.

    Each is varied alone over the values that the recorded steps hold. Real fields go before others, whose
    maps have few cells.
    """
    effects: list[tuple[bool, float, str]] = []
    for place in places_of(spec):
        values = values_of(place, steps, spec, _SOUGHT)
        if len(values) > 1:
            paid, _ = reward(*varied(steps, row, {place: values}, moved))
            if np.ptp(paid) > 0:
                effects.append((spec.field(place[0]).kind == "real", float(np.std(paid)), written(place)))
    found = [name for *_, name in sorted(effects, reverse=True)[:2]]
    return (found[0], found[1]) if len(found) == 2 else None


def reward_landscape(landscape: Landscape, ax: Axes, title: str = "Reward landscape") -> Axes:
    """The reward of a step as a map over two values of its state; a cross marks the recorded step."""
    image = ax.pcolormesh(landscape.xs, landscape.ys, landscape.reward, cmap="cividis", shading="nearest")
    image.set_rasterized(True)
    ax.plot(*landscape.recorded, "x", color="white", markersize=9, markeredgewidth=3.5)
    ax.plot(*landscape.recorded, "x", color="black", markersize=8, markeredgewidth=1.5, label="recorded step")
    labels = [
        f"{name} ({unit})" if unit else name
        for name, unit in zip(landscape.names, landscape.units, strict=True)
    ]
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    _whole_ticks(landscape.xs, ax.xaxis)
    _whole_ticks(landscape.ys, ax.yaxis)
    ax.grid(visible=False)
    ax.set_title(title)
    ax.figure.colorbar(image, ax=ax, label="reward of the step")
    legend_below(ax)
    return ax


def _whole_ticks(values: np.ndarray, axis: Axis) -> None:
    if len(values) < POINTS and np.array_equal(values, np.rint(values)):
        axis.set_major_locator(MaxNLocator(integer=True))
