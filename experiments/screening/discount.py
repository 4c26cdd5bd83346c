"""The discount that an agent of a task counts its returns with."""

from __future__ import annotations

from ... import agents
from ...envs import TaskSpec

_SB3_DEFAULT = 0.99


def discount_of(spec: TaskSpec, algo: str | None = None) -> float:
    """The discount of `algo` on the task; None takes the task's default algorithm.

    Raises:
        UserError: if there is no such algorithm.
    """
    # Imported here: who only screens does without torch.
    from ...agents.literals import read_value

    chosen = agents.resolve(algo or agents.default_algorithm(spec), spec)
    return float(read_value(chosen.get("gamma", _SB3_DEFAULT)))
