"""What all pictures have in common: size, type, colours, and axes of steps and of shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import ScaledTranslation

# Inches. Columns of two-column papers are 3.25 to 3.5 wide, so type of 8 points stays 8 points in print.
COLUMN = 3.4
HEIGHT = 2.5

# Okabe and Ito's palette, distinguishable with any colour vision (Okabe and Ito 2008); its yellow is left
# out, which white paper swallows. Markers and lines tell the same apart in greyscale.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)))
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||")

STYLE: dict[Any, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelsize": 8,
    "axes.titlesize": 9,
    "figure.constrained_layout.use": True,
    "figure.dpi": 150,
    "font.size": 8,
    "grid.alpha": 0.25,
    "hatch.linewidth": 0.5,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "lines.markersize": 4,
    # TrueType: journals refuse Type 3, and programs can edit it.
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    # Names come from programs and files: none is read as a formula.
    "text.parse_math": False,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def look(number: int) -> dict[str, Any]:
    """Colour, marker and line of series `number`."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "marker": MARKERS[number % len(MARKERS)],
        "linestyle": LINES[number % len(LINES)],
    }


def sparse_markers(points: int) -> int:
    """The `markevery` that leaves some eight markers on a line of so many points."""
    return max(1, points // 8)


def steps_axis(ax: Axes, label: str = "environment steps") -> None:
    """Steps along x, in thousands and millions."""
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(FuncFormatter(short_steps))
    ax.set_xlabel(label)


def share_axis(axis: Axis, label: str) -> None:
    """Shares as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    axis.set_label_text(label)


def success_axis(ax: Axes, label: str = "success") -> None:
    """Success along y, from none to all, with room for marks at both ends."""
    ax.set_ylim(-0.03, 1.03)
    share_axis(ax.yaxis, label)


def short_steps(value: float, _: object = None) -> str:
    """Steps as few characters.

    >>> short_steps(500), short_steps(20_000), short_steps(1_500_000)
    ('500', '20 k', '1.5 M')
    """
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e3 else f"{value:g}"


def shortened(name: str, longest: int = 28) -> str:
    """`name`, its middle left out where it is too long for a picture.

    >>> shortened("a_name_that_goes_on", 9)
    'a_na…s_on'
    """
    if len(name) <= longest:
        return name
    half = (longest - 1) // 2
    return f"{name[:half]}…{name[len(name) - half :]}"


def signed(value: float) -> str:
    """`value` with two decimals and a true minus sign, which zero never has."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def legend_below(ax: Axes, handles: Sequence[Any] | None = None) -> None:
    """A legend under the x axis's label, in as many columns as the names leave room for."""
    found = ax.get_legend_handles_labels()[0] if handles is None else list(handles)
    if not found:
        return
    longest = max(len(str(handle.get_label())) for handle in found)
    columns = max(1, min(len(found), 48 // (longest + 6)))
    below = ax.transAxes + ScaledTranslation(0, -30 / 72, ax.figure.dpi_scale_trans)
    ax.legend(
        handles=found,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=below,
        ncols=columns,
        columnspacing=1.2,
        handlelength=2.6,
        borderaxespad=0.0,
    )
