"""Term curves of a candidate as SVG, for light and for dark pages."""

from __future__ import annotations

import io
import threading
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ..plots import STYLE, term_statistics
from ..store import Candidate

_INK = {"light": "#1d2229", "dark": "#e6e9ee"}
# Matplotlib's settings are one for all threads.
_DRAWING = threading.Lock()


def term_curves(candidate: Candidate, theme: str) -> str:
    """Each term over training, on a transparent ground; `theme` is ``light`` or ``dark``."""
    ink = _INK[theme]
    # Names come from programs: no name is read as a formula.
    look: dict[Any, Any] = {**STYLE, "text.parse_math": False, "svg.hashsalt": candidate.name}
    look |= {f"{part}.color": ink for part in ("text", "xtick", "ytick")}
    look |= {"savefig.bbox": "tight", "font.size": 10}
    look |= {"axes.labelcolor": ink, "axes.edgecolor": ink, "axes.titlecolor": ink}
    with _DRAWING, rc_context(look):
        figure = Figure(figsize=(5.2, 3.4))
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        axes.set_facecolor("none")
        term_statistics(candidate, axes)
        axes.set_title("")
        axes.legend(fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return file.getvalue()
