"""The screen: may a program be trained, or do the episodes at hand already speak against it?"""

from __future__ import annotations

from dataclasses import dataclass

from ...envs import Episodes, Transition, UserError, task_class
from ...reward_gen import Accepted, Rejected, RewardFault, RewardProgram, Verdict
from .paid import Paid, pay
from .preference import Preference, preference, returns_of
from .reason import constant_reason, preference_reason
from .terms import look_at


@dataclass(frozen=True)
class ScreenSettings:
    """What a program must show. The values are those that docs/benchmarks/screening.md bears out.

    Attributes:
        threshold: share of (success, failure) pairs that returns must rank rightly, by either discount.
        least: episodes of each outcome without which nothing is asked.
        most: episodes in the pool.
        each: episodes of each outcome that a trained candidate adds to it.
        discount: of the returns that are looked at beside the undiscounted ones.
    """

    threshold: float = 0.6
    least: int = 3
    most: int = 60
    each: int = 3
    discount: float = 0.99

    def __post_init__(self) -> None:
        if not 0.0 <= self.threshold <= 1.0:
            raise UserError(f"a screening threshold is a share from 0 to 1, got {self.threshold}")


def screen(
    program: RewardProgram,
    task: str,
    pool: Episodes | None,
    samples: Transition,
    settings: ScreenSettings | None = None,
) -> Verdict:
    """Judge `program` by episodes that agents of earlier programs have played; nothing is trained.

    A program is rejected if it pays the same for every step, or if neither its plain nor its discounted
    returns rank successes above failures often enough. Where the pool is too small to tell, it passes. The
    same arguments always give the same verdict.

    Args:
        program: a program that `check` has accepted.
        task: the task's name.
        pool: recorded episodes, as `pool_of` gives them; None where there are none yet.
        samples: transitions of random play, at least one.
        settings: what it must show; None takes the defaults.

    Returns:
        `Accepted`, or `Rejected` at ``screening``, or at ``runtime`` where it fails on the steps at hand.

    Raises:
        SealError: where the required isolation level cannot be had.
    """
    settings = settings or ScreenSettings()
    try:
        paid = pay(program, task_class(task).spec, pool, samples)
    except RewardFault as fault:
        return fault.rejected()
    if pool is None or not is_telling(pool, settings):
        return Accepted(program)
    if look_at(paid.rewards, paid.terms).constant:
        return Rejected("screening", constant_reason(paid, pool))
    found = max(preferences(paid, pool, settings), key=lambda preference: preference.share)
    if found.share < settings.threshold:
        return Rejected("screening", preference_reason(found, paid, pool))
    return Accepted(program)


def is_telling(pool: Episodes, settings: ScreenSettings) -> bool:
    """Whether the pool holds enough episodes of both outcomes."""
    successes = int(pool.success.sum())
    return min(successes, len(pool) - successes) >= settings.least


def preferences(paid: Paid, pool: Episodes, settings: ScreenSettings) -> list[Preference]:
    """Those of the plain and of the discounted returns."""
    rewards = paid.in_pool(paid.rewards)
    return [
        preference(returns_of(rewards, pool.lengths, discount), pool.success)
        for discount in (1.0, settings.discount)
    ]
