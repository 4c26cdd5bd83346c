"""What an experiment leaves for a person: the best program, tables, lineage, plots."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...envs import Evaluation
from ..store import Candidate, Run, Store, best_of, standings
from .statistics import estimate


def write_outputs(store: Store) -> list[Path]:
    """Write every file that the store has data for; their paths, the plots last."""
    from ..plots import save_plots

    candidates, runs = store.candidates(), store.runs()
    written = []
    best = best_of(candidates)
    if best is not None:
        assert best.program is not None
        written += [
            _write(store.folder / "best.reward.py", best.program.text),
            _write(store.folder / "lineage.md", lineage_text(best, candidates)),
        ]
    if candidates:
        written.append(_write(store.folder / "candidates.csv", candidates_csv(candidates)))
        written.append(_write(store.folder / "terms.csv", terms_csv(candidates)))
    if runs:
        written.append(_write(store.folder / "comparison.csv", comparison_csv(runs)))
        written.append(_write(store.folder / "comparison.md", comparison_table(runs)))
    return written + save_plots(store)


def comparison_table(runs: list[Run]) -> str:
    """What each method came to on the test seeds, as a Markdown table with 95% intervals.

    Success on held-out instances and the share of illegal actions stand there where the task has them; the
    reward, as the agent was paid at the end of training, shows what success does not follow from.
    """
    rng = np.random.default_rng(0)
    columns = {
        "success on test seeds [95 %]": lambda own: _interval([r.evaluation for r in own], rng),
        "on held-out instances [95 %]": lambda own: _interval([r.held_out for r in own], rng),
        "reward per step": lambda own: _mean([r.last_reward for r in own]),
        "illegal actions": lambda own: _mean([r.evaluation and r.evaluation.illegal_rate for r in own]),
        "each seed": lambda own: ", ".join(
            f"{r.evaluation.success_rate:.2f}" for r in own if r.evaluation is not None
        ),
        "failed runs": lambda own: str(sum(r.evaluation is None for r in own)),
    }
    if not any(run.held_out for run in runs):
        del columns["on held-out instances [95 %]"]
    if not any(run.evaluation is not None and run.evaluation.illegal.any() for run in runs):
        del columns["illegal actions"]
    lines = [f"| reward | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for method in dict.fromkeys(run.method for run in runs):
        own = [run for run in runs if run.method == method]
        lines.append(f"| {method} | {' | '.join(cell(own) for cell in columns.values())} |")
    return "\n".join(lines) + "\n"


def _interval(evaluations: Sequence[Evaluation | None], rng: np.random.Generator) -> str:
    successes = [found.success for found in evaluations if found is not None]
    return str(estimate(successes, rng)) if successes else "none finished"


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{np.mean(known):.3g}" if known else ""


def comparison_csv(runs: list[Run]) -> str:
    """One row for each run: what its agent came to, and the reason if it failed."""
    header = ["method", "seed", "episodes", "success_rate", "held_out_success_rate", "metric", "length"]
    header += ["reward_per_step", "illegal_rate", "isolation", "reason"]
    return _csv(header, [_run_row(run) for run in runs])


def _run_row(run: Run) -> list[object]:
    found, held_out = run.evaluation, run.held_out
    figures: list[object] = [""] * 7
    if found is not None:
        figures = [
            len(found.seeds),
            found.success_rate,
            "" if held_out is None else held_out.success_rate,
            float(found.metric.mean()),
            float(found.length.mean()),
            run.last_reward,
            found.illegal_rate,
        ]
    return [run.method, run.seed, *figures, run.isolation, run.reason]


def candidates_csv(candidates: list[Candidate]) -> str:
    """One row for each candidate, failures with their reason included."""
    rows = [
        [
            c.id,
            c.generation,
            c.state,
            c.operator,
            " ".join(map(str, c.parents)),
            *_scores(c),
            c.steps,
            f"{c.seconds:.1f}",
            c.isolation,
            c.stage,
            c.reason,
        ]
        for c in candidates
    ]
    header = [
        "id",
        "generation",
        "state",
        "operator",
        "parents",
        "success_rate",
        "success_during",
        "metric",
        "steps",
        "seconds",
    ]
    return _csv([*header, "isolation", "stage", "reason"], rows)


def terms_csv(candidates: list[Candidate]) -> str:
    """One row for each checkpoint of each term of each trained candidate: min, mean, max."""
    rows = [
        [c.id, name, int(steps), *values]
        for c in candidates
        if c.trace is not None
        for name, table in c.trace.terms.items()
        for steps, values in zip(c.trace.steps, table.tolist(), strict=True)
    ]
    return _csv(["candidate", "term", "steps", "min", "mean", "max"], rows)


def lineage_text(best: Candidate, candidates: list[Candidate]) -> str:
    """The best candidate and all its ancestors, each with its program and what was learnt from it."""
    by_id = {c.id: c for c in candidates}
    found = {training.id: standing for standing in standings(candidates) for training in standing.trainings}
    line: list[Candidate] = []
    queue = [best.id]
    while queue:
        candidate = by_id[queue.pop(0)]
        if candidate not in line:
            line.append(candidate)
            queue += candidate.parents
    return "# Lineage of the best reward\n\n" + "\n".join(_chapter(c, found[c.id].told) for c in line)


def _chapter(candidate: Candidate, success: str) -> str:
    assert candidate.program is not None
    program = candidate.program.text.strip()
    made = f"made by {candidate.operator}" if candidate.operator else "proposed"
    parents = f" from {', '.join(map(str, candidate.parents))}" if candidate.parents else ""
    return (
        f"## Candidate {candidate.id}, generation {candidate.generation}\n\n{made}{parents}; {success}\n\n"
        f"```python\n{program}\n```\n\n{candidate.feedback.strip()}\n"
    )


def _scores(candidate: Candidate) -> list[object]:
    if candidate.evaluation is None:
        return [""] * 3
    figures = (candidate.success_rate, candidate.success_during, candidate.evaluation.metric.mean())
    return [f"{value:.4f}" for value in figures]


def _csv(header: list[str], rows: list[list[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
