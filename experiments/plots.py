"""Pictures of an experiment. Each function draws on an `Axes` and gives it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from .comparison.statistics import estimate, mean_interval
from .store import Candidate, Run, Store, best_of

# Okabe and Ito's palette, distinguishable with any colour vision (Okabe and Ito 2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: dict[Any, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "font.size": 10,
    "legend.frameon": False,
    "figure.dpi": 150,
    "savefig.bbox": "tight",
}


def learning_curves(candidates: list[Candidate], ax: Axes) -> Axes:
    """Success on the selection seeds over training: a line a candidate, a colour a generation."""
    best = best_of(candidates)
    labelled = set()
    for candidate in candidates:
        if candidate.trace is None:
            continue
        colour = COLOURS[candidate.generation % len(COLOURS)]
        look: dict[str, Any] = {"color": colour, "linewidth": 1.0, "alpha": 0.55}
        if candidate is best:
            look = {"color": colour, "linewidth": 2.5, "marker": "o", "markersize": 4, "zorder": 3}
            look["label"] = f"best ({candidate.name})"
        elif candidate.generation not in labelled:
            look["label"] = f"generation {candidate.generation}"
            labelled.add(candidate.generation)
        ax.plot(candidate.trace.steps, candidate.trace.success, **look)
    return _success_over_steps(ax, "Learning curves of all candidates")


def lineage(candidates: list[Candidate], ax: Axes) -> Axes:
    """Every trained candidate by generation and success, joined to its parents; the best has a ring."""
    placed = {c.id: _place(c, candidates) for c in candidates if c.evaluation is not None}
    best = best_of(candidates)
    for candidate in candidates:
        for parent in candidate.parents:
            if candidate.id in placed and parent in placed:
                # Bent, so that a line does not seem to pass through the candidates on its way.
                bend = {
                    "arrowstyle": "-",
                    "color": "0.6",
                    "linewidth": 0.8,
                    "connectionstyle": "arc3,rad=0.2",
                }
                ax.annotate("", placed[candidate.id], placed[parent], arrowprops=bend, zorder=1)
    for candidate in candidates:
        if candidate.id in placed:
            colour = COLOURS[candidate.generation % len(COLOURS)]
            ring = "black" if candidate is best else colour
            ax.scatter(*placed[candidate.id], color=colour, edgecolor=ring, linewidth=1.8, s=40, zorder=2)
            ax.annotate(
                candidate.name, placed[candidate.id], xytext=(5, 5), textcoords="offset points", fontsize=7
            )
    ax.margins(x=0.08)
    ax.set_xticks(sorted({c.generation for c in candidates}))
    ax.set_xlabel("generation")
    ax.set_ylim(-0.05, 1.12)
    ax.set_ylabel("success on selection seeds")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    ax.set_title("Lineage")
    return ax


def term_statistics(candidate: Candidate, ax: Axes) -> Axes:
    """Mean of every reward term over training, with the range from its smallest to its largest value."""
    assert candidate.trace is not None, "only a trained candidate has term statistics"
    for number, (name, values) in enumerate(candidate.trace.terms.items()):
        low, mean, high = values.T
        colour = COLOURS[number % len(COLOURS)]
        ax.plot(
            candidate.trace.steps,
            mean,
            color=colour,
            marker=MARKERS[number % len(MARKERS)],
            markersize=4,
            label=name,
        )
        ax.fill_between(candidate.trace.steps, low, high, color=colour, alpha=0.08, linewidth=0)
    ax.xaxis.set_major_formatter(FuncFormatter(_steps))
    ax.set_xlabel("environment steps")
    ax.set_ylabel("value per step")
    ax.set_title(f"Reward terms of {candidate.name}")
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def comparison_curves(runs: list[Run], ax: Axes) -> Axes:
    """Success over training for each method: mean over training seeds with a 95% bootstrap interval."""
    rng = np.random.default_rng(0)
    for number, (method, finished) in enumerate(_by_method(runs).items()):
        traces = [run.trace for run in finished if run.trace is not None]
        mean, low, high = mean_interval(np.array([trace.success for trace in traces]), rng)
        colour = COLOURS[number % len(COLOURS)]
        marker = MARKERS[number % len(MARKERS)]
        ax.plot(
            traces[0].steps,
            mean,
            color=colour,
            marker=marker,
            markersize=4,
            label=f"{method} ({len(traces)} seeds)",
        )
        ax.fill_between(traces[0].steps, low, high, color=colour, alpha=0.2, linewidth=0)
    return _success_over_steps(ax, "Rewards compared: training")


def comparison_bars(runs: list[Run], ax: Axes) -> Axes:
    """Success on the test seeds for each method, with its 95% interval and every seed as a point."""
    rng = np.random.default_rng(0)
    methods = _by_method(runs)
    for number, finished in enumerate(methods.values()):
        result = estimate([run.evaluation.success for run in finished if run.evaluation is not None], rng)
        colour = COLOURS[number % len(COLOURS)]
        ax.bar(number, result.mean, color=colour, alpha=0.35, width=0.6)
        ax.errorbar(
            number,
            result.mean,
            yerr=[[result.mean - result.low], [result.high - result.mean]],
            color=colour,
            capsize=5,
            linewidth=1.8,
        )
        rates = [run.evaluation.success_rate for run in finished if run.evaluation is not None]
        ax.scatter(number + np.linspace(-0.15, 0.15, len(rates)), rates, color=colour, s=18, zorder=3)
    ax.set_xticks(range(len(methods)), list(methods))
    ax.set_ylim(0, 1.08)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    ax.set_ylabel("success on test seeds")
    ax.set_title("Rewards compared: test")
    ax.grid(axis="x", visible=False)
    return ax


def save_plots(store: Store, folder: Path | None = None) -> list[Path]:
    """Draw everything that the store has data for, as PNG and PDF; the paths of the PNG files."""
    folder = folder or store.folder / "plots"
    folder.mkdir(parents=True, exist_ok=True)
    candidates, runs = store.candidates(), [run for run in store.runs() if run.evaluation is not None]
    drawings = []
    best = best_of(candidates)
    if best is not None:
        drawings += [
            ("learning_curves", lambda ax: learning_curves(candidates, ax)),
            ("lineage", lambda ax: lineage(candidates, ax)),
            ("best_terms", lambda ax: term_statistics(best, ax)),
        ]
    if runs:
        drawings += [
            ("comparison_training", lambda ax: comparison_curves(runs, ax)),
            ("comparison_test", lambda ax: comparison_bars(runs, ax)),
        ]
    return [_save(draw, folder / f"{name}.png") for name, draw in drawings]


def _save(draw: Callable[[Axes], Axes], path: Path) -> Path:
    with plt.rc_context(STYLE):
        figure, ax = plt.subplots(figsize=(6.4, 4.0))
        draw(ax)
        figure.savefig(path)
        figure.savefig(path.with_suffix(".pdf"))
        plt.close(figure)
    return path


def _success_over_steps(ax: Axes, title: str) -> Axes:
    ax.set_xlim(left=0)
    ax.set_ylim(-0.03, 1.03)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    ax.xaxis.set_major_formatter(FuncFormatter(_steps))
    ax.set_xlabel("environment steps")
    ax.set_ylabel("success")
    ax.set_title(title)
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def _steps(value: float, _: object = None) -> str:
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e3 else f"{value:g}"


def _place(candidate: Candidate, candidates: list[Candidate]) -> tuple[float, float]:
    # Candidates of one generation stand beside each other, so that equal scores stay visible.
    generation = [c.id for c in candidates if c.generation == candidate.generation]
    offset = (generation.index(candidate.id) + 0.5) / len(generation) - 0.5
    assert candidate.evaluation is not None
    return candidate.generation + 0.6 * offset, candidate.evaluation.success_rate


def _by_method(runs: list[Run]) -> dict[str, list[Run]]:
    return {
        method: [run for run in runs if run.method == method]
        for method in dict.fromkeys(r.method for r in runs)
    }
