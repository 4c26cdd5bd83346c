"""Everything that can be held against a reward before, or after, it is trained on."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

import numpy as np

from ...envs import Task, TrainingTrace
from ...reward_gen import RewardProgram
from ..screening import discount_of
from ..worth import Judged
from .agreement import agreement
from .attribution import attribution
from .finding import Finding, Report
from .folder import over_trainings
from .invariance import invariance
from .loops import loops
from .material import gather
from .payment import paying
from .red_team import Budget, RedTeam, red_team

RED_TEAM = "red team"
_SHOWN = 24


def audit(
    program: RewardProgram,
    task: type[Task],
    *,
    recorded: Sequence[Judged] = (),
    traces: Sequence[TrainingTrace] = (),
    nuisance: Collection[str] = (),
    seconds: float = 60.0,
    training_steps: int | None = None,
    trusted: bool = False,
    seed: int = 0,
) -> Report:
    """Audit a reward program.

    Args:
        program: the reward.
        task: the task's class.
        recorded: episodes of trained agents.
        traces: trainings on this reward.
        nuisance: features that must not matter; empty finds some.
        seconds: for all checks; the search for exploits gets what the others leave.
        training_steps: steps of the training that is planned, of which the search takes 5 %.
        trusted: run the program in this process instead of behind the seal.
        seed: of everything that is drawn.

    Raises:
        RewardFault: where the program is refused or fails.
        UserError: if a declared nuisance is no feature of the task.
    """
    end = time.monotonic() + seconds
    material, discount = gather(task, recorded, seed), discount_of(task.spec)
    with paying(program, task, trusted=trusted) as pay:
        rewards, terms = pay(material.judged.episodes.transitions())
        findings = [
            agreement(rewards, material, discount, seed),
            over_trainings(traces),
            attribution(terms, material, discount),
            invariance(pay, material, nuisance, seed),
            loops(pay, material, seed),
        ]
        budget = Budget.of(task, max(0.0, end - time.monotonic()), training_steps)
        found = red_team(task, pay, discount, budget, np.random.default_rng(seed))
    return Report(program.name or program.short, task.spec.name, (*findings, attacked(found, task)))


def attacked(found: RedTeam, task: type[Task]) -> Finding:
    """The result of the red team as a finding."""
    worst = found.worst
    spent = f"{found.steps} of {found.allowed} environment steps"
    if worst is None:
        return Finding(RED_TEAM, False, f"not to be told: no start with a success and a failure ({spent})")
    evidence = tuple(
        f"from one start: {a.paid:.4g} without success ({a.attack}, {len(a.actions)} steps, metric "
        f"{a.metric:.3g}), {a.honest:.4g} for honest success"
        for a in found.attempts
    )
    paid, honest = f"{worst.paid:.4g}", f"{worst.honest:.4g}"
    if not worst.exploits:
        summary = f"no failure paid like a success in {spent}: {paid} against {honest}"
        return Finding(RED_TEAM, False, summary, evidence)
    summary = f"an episode without success is paid {paid}, honest success {honest}"
    return Finding(RED_TEAM, True, summary, (*evidence, f"what it does: {_told(worst.actions, task)}", spent))


def _told(actions: np.ndarray, task: type[Task]) -> str:
    """The first actions in words, runs of the same one as one."""
    rows = actions[:, None] if actions.ndim == 1 else actions
    ends = np.flatnonzero(np.append((rows[1:] != rows[:-1]).any(axis=1), True))
    counts = np.diff(np.concatenate([[-1], ends]))
    told = [f"{n} x {_named(actions[end], task)}" for end, n in zip(ends, counts, strict=True)]
    return ", ".join(told[:_SHOWN]) + (" ..." if len(told) > _SHOWN else "")


def _named(action: np.ndarray, task: type[Task]) -> str:
    labels = task.spec.action.labels
    return labels[int(action)] if labels and action.ndim == 0 else np.array2string(action, precision=2)
