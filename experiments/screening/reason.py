"""Why a program was screened out, in words that help to write the next one."""

from __future__ import annotations

import numpy as np

from ...envs import Episodes
from .paid import Paid
from .preference import Preference, preference, returns_of
from .terms import TermFindings, look_at


def constant_reason(paid: Paid, pool: Episodes) -> str:
    """For a reward that never varies."""
    return (
        f"it pays {paid.rewards[0]:.3g} for every one of {len(paid.rewards)} steps, in "
        f"{int(pool.success.sum())} successful episodes and in failed ones alike; pay for what changes "
        "between them"
    )


def preference_reason(found: Preference, paid: Paid, pool: Episodes) -> str:
    """For returns that put failures first: by how much, and the terms that do it."""
    low, high = found.successes
    lowest, highest = found.failures
    return (
        f"returns rank only {found.share:.0%} of {found.pairs} pairs of a successful and a failed episode "
        f"rightly: successful ones got {low:.3g} to {high:.3g}, failed ones {lowest:.3g} to {highest:.3g}"
        + "".join(f"; {fault}" for fault in _faults(paid, pool))
    )


def _faults(paid: Paid, pool: Episodes) -> list[str]:
    """The term that weighs most among those that prefer failures, and what else is wrong with terms."""
    found = look_at(paid.in_pool(paid.rewards), {n: paid.in_pool(v) for n, v in paid.terms.items()})
    faults = []
    misleading = _misleading(paid, pool, found)
    if misleading:
        share, wrong = found.shares[misleading], 1.0 - _rightly(paid.terms[misleading], paid, pool)
        faults.append(
            f"the term `{misleading}` ({share:.0%} of the size) is larger over failed episodes in "
            f"{wrong:.0%} of the pairs: check its sign, or pay it once instead of in every step"
        )
    if found.dominating and found.dominating != misleading:
        faults.append(f"the term `{found.dominating}` is so large that the others hardly count")
    if found.dead:
        names = ", ".join(f"`{name}`" for name in found.dead)
        faults.append(f"{names} never var{'ies' if len(found.dead) == 1 else 'y'}")
    return faults


def _misleading(paid: Paid, pool: Episodes, found: TermFindings) -> str:
    wrong = [n for n, values in paid.terms.items() if _rightly(values, paid, pool) < 0.5]
    return max(wrong, key=found.shares.__getitem__, default="")


def _rightly(values: np.ndarray, paid: Paid, pool: Episodes) -> float:
    """Share of the pairs that the undiscounted sums of a term rank rightly."""
    return preference(returns_of(paid.in_pool(values), pool.lengths), pool.success).share
