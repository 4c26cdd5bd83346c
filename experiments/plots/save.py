"""Draws all that a folder has data for."""

from __future__ import annotations

from pathlib import Path

from ..store import EVOLVED, Candidate, Run, Store, best_of
from .comparison import comparison_bars, comparison_curves
from .learning import learning_curves
from .lineage import lineage
from .picture import Picture, save_pictures
from .program import program_pictures
from .proxy import gold_against_proxy
from .save_bench import BENCH, save_bench_plots
from .terms import TOTAL, term_shares, term_statistics


def save_folder(folder: Path, fields: tuple[str, str] | None = None) -> list[Path]:
    """Draw everything that an experiment's or a benchmark's folder has data for; the paths of the PNG files.

    Args:
        folder: what was --out.
        fields: the two values of the state for the reward landscape; None takes the most telling ones.

    Raises:
        UserError: where the folder is neither, or the task has no such fields.
    """
    if (folder / BENCH).is_file():
        return save_bench_plots(folder)
    with Store.existing(folder) as store:
        return save_plots(store, fields=fields)


def save_plots(store: Store, folder: Path | None = None, fields: tuple[str, str] | None = None) -> list[Path]:
    """Draw everything that the store has data for, as PNG and PDF; the paths of the PNG files.

    Args:
        store: an experiment's.
        folder: where the pictures go; None takes ``plots`` in the experiment's folder.
        fields: as for `save_folder`.
    """
    return save_pictures(experiment_pictures(store, fields), folder or store.folder / "plots")


def experiment_pictures(store: Store, fields: tuple[str, str] | None = None) -> list[Picture]:
    """Everything that the store has data for, to be drawn; `fields` as for `save_folder`."""
    candidates, runs = store.candidates(), [run for run in store.runs() if run.evaluation is not None]
    best = best_of(candidates)
    pictures: list[Picture] = []
    if best is not None:
        pictures += [
            Picture("learning_curves", lambda ax: learning_curves(candidates, ax)),
            Picture("lineage", lambda ax: lineage(candidates, ax)),
            *_of_best(best),
            *program_pictures(store, best, fields),
        ]
    if runs:
        pictures += [
            Picture("comparison_training", lambda ax: comparison_curves(runs, ax)),
            Picture("comparison_test", lambda ax: comparison_bars(runs, ax)),
            *_of_evolved([run for run in runs if run.method == EVOLVED]),
        ]
    return pictures


def _of_best(best: Candidate) -> list[Picture]:
    trace = best.trace
    if trace is None or not len(trace.steps) or not trace.terms:
        return []
    pictures = [
        Picture("best_terms", lambda ax: term_statistics(best, ax)),
        Picture(
            "best_shares", lambda ax: term_shares(trace, ax, f"What the reward of {best.name} is made of")
        ),
    ]
    if TOTAL in trace.terms:
        title = f"Gold against proxy return of {best.name}"
        pictures.append(Picture("best_gold_proxy", lambda ax: gold_against_proxy([trace], ax, title)))
    return pictures


def _of_evolved(runs: list[Run]) -> list[Picture]:
    traces = [run.trace for run in runs if run.trace is not None and TOTAL in run.trace.terms]
    if not traces:
        return []
    title = f"Gold against proxy return, {len(traces)} seed{'s' if len(traces) > 1 else ''}"
    return [Picture("evolved_gold_proxy", lambda ax: gold_against_proxy(traces, ax, title))]
