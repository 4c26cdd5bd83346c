"""The numbers that are tracked, of candidates, of generations and of final runs."""

from __future__ import annotations

from collections.abc import Sequence

from ...envs import Evaluation
from ..store import Candidate, Run, leading

SETTLED = ("trained", "rejected", "failed")


def candidate_values(candidate: Candidate) -> dict[str, float]:
    """What training on a candidate came to; empty if it was never trained to its end."""
    if candidate.evaluation is None:
        return {}
    return {
        **_judged(candidate.evaluation),
        "success_during": candidate.success_during,
        "steps": candidate.steps,
        "seconds": candidate.seconds,
    }


def generation_values(candidates: Sequence[Candidate], generation: int) -> dict[str, float]:
    """What a generation came to, and all generations up to it.

    Args:
        candidates: of all generations up to this one.
        generation: its number.
    """
    own = [c for c in candidates if c.generation == generation]
    trained = [c for c in own if c.state == "trained"]
    values = {state: float(sum(c.state == state for c in own)) for state in SETTLED}
    if trained:
        values["mean_success"] = sum(c.success_rate for c in trained) / len(trained)
    # Of the program that leads by all of its trainings, not of the luckiest one.
    best = leading(candidates)
    values["best_success"] = 0.0 if best is None else best.success_rate
    values["steps_so_far"] = sum(c.steps for c in candidates)
    tokens = sum(c.usage.get(kind, 0) for c in candidates for kind in ("prompt_tokens", "completion_tokens"))
    return values | ({"tokens_so_far": tokens} if tokens else {})


def run_values(run: Run) -> dict[str, float]:
    """What a run of the final test came to."""
    values = {"failed": float(run.evaluation is None)}
    if run.evaluation is not None:
        values |= _judged(run.evaluation)
    if run.held_out is not None:
        values["held_out_success"] = run.held_out.success_rate
    if run.last_reward is not None:
        values["reward_per_step"] = run.last_reward
    return values


def _judged(evaluation: Evaluation) -> dict[str, float]:
    return {
        "success": evaluation.success_rate,
        "metric": float(evaluation.metric.mean()),
        "episode_length": float(evaluation.length.mean()),
    }
