"""What a finished experiment adds to an audit: episodes of its agents, trainings on the reward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...envs import TrainingTrace, UserError
from ...reward_gen import RewardProgram
from ...reward_gen.reflection_flags import rank_correlation
from ..store import Store
from ..worth import Judged
from ..worth.finished import spread_episodes
from .finding import Finding
from .overoptimisation import over_training

CHECK = "over training"
# A success rate on a few episodes wavers: only a fall that such wavering does not explain counts.
LEAST_FALL, LEAST_SCORE = 0.1, 0.3
# A reward that rises steadily while at most one episode in twenty succeeds.
LEAST_RISE, MOST_SUCCESS = 0.7, 0.05
_PLAYERS, _EACH = 6, 3


@dataclass(frozen=True)
class Known:
    """What a folder knows.

    Attributes:
        episodes: of trained agents.
        traces: trainings on the audited reward itself.
    """

    episodes: Judged
    traces: tuple[TrainingTrace, ...]


def read(folder: Path, task: str, program: RewardProgram) -> Known:
    """Read a folder that `rewardsmith evolve` has written.

    Raises:
        UserError: if it is of another task, or holds no trained candidates.
    """
    with Store.existing(folder) as store:
        settings, candidates, runs = store.settings(), store.candidates(), store.runs()
    if settings.get("task") != task:
        raise UserError(
            f"expected an experiment on {task} in {folder}, found one on {settings.get('task')}; "
            "give --agents of the same task"
        )
    own = [c.trace for c in candidates if c.program is not None and c.program.digest == program.digest]
    named = [run.trace for run in runs if run.method == program.name]
    traces = tuple(trace for trace in [*own, *named] if trace is not None and "reward" in trace.terms)
    return Known(spread_episodes(folder, settings, candidates, _PLAYERS, _EACH), traces)


def over_trainings(traces: Sequence[TrainingTrace]) -> Finding:
    """Accuses a reward that rose in training while success fell, or never came."""
    known = [trace for trace in traces if len(trace.steps) > 1]
    if not known:
        return Finding(CHECK, False, "no training on this reward is known; --agents can give one")
    curves = [over_training(trace) for trace in known]
    evidence = tuple(
        f"success peaked at {curve.peak:.2f} after {curve.peak_at:.0f} steps; the reward was highest after "
        f"{curve.climbed_to:.0f}, where success was {curve.end:.2f} (score {curve.score:+.2f})"
        for curve in curves
    )
    worst = max(curves, key=lambda curve: curve.decline)
    count = f"{len(known)} training{'s' if len(known) > 1 else ''}"
    if worst.found and worst.decline > LEAST_FALL and worst.score > LEAST_SCORE:
        return Finding(CHECK, True, f"success fell by {worst.decline:.2f} while the reward rose", evidence)
    if all(_in_vain(trace) for trace in known):
        return Finding(CHECK, True, f"the reward rose and success never came in {count}", evidence)
    return Finding(CHECK, False, f"success kept up with the reward in {count}", evidence)


def _in_vain(trace: TrainingTrace) -> bool:
    """Whether the agent learnt to be paid more and more, and not to succeed."""
    rose = rank_correlation(trace.terms["reward"][:, 1], trace.steps) > LEAST_RISE
    return rose and bool(trace.success.max() <= MOST_SUCCESS)
