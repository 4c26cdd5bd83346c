"""Pictures of a program itself: what it pays for the steps that its agent was recorded in."""

from __future__ import annotations

import warnings

import numpy as np

from ...envs import Episodes, RewardFn, TaskSpec, Terms, Transition, UserError, task_class
from ...reward_gen import RewardFault
from ...reward_gen.seal.sealed import SealedReward
from ..store import Candidate, Store
from ..store.trajectories import Trajectories
from .correlation import term_correlation
from .landscape import POINTS, Landscape, landscape_of, reward_landscape, telling_fields
from .picture import Picture
from .places import Moved
from .style import COLUMN, HEIGHT

# What one call pays: a grid, or this many of the recorded steps.
_MOST = max(POINTS**2, 2048)
# No person waits for a picture's reward as for one of training.
_DEADLINE = 20.0


def program_pictures(store: Store, best: Candidate, fields: tuple[str, str] | None = None) -> list[Picture]:
    """Landscape and term correlations of `best`'s program; none where its episodes were not recorded.

    The program runs behind the seal. Where it cannot, or fails on steps that no agent has met, a warning says
    so and all other pictures are drawn.

    Raises:
        UserError: where a landscape over `fields` was asked for and cannot be had.
    """
    try:
        terms, landscape = _look_at(store, best, fields)
    except (RewardFault, UserError) as problem:
        reason = f"no picture of the program of {best.name}: {problem}"
        if fields is not None:
            raise UserError(f"{reason}; without --fields all others are drawn") from problem
        warnings.warn(reason, stacklevel=2)
        return []
    pictures = [_correlation(terms, best.name)] if len(terms) > 1 else []
    if landscape is not None:
        title = f"Reward landscape of {best.name}"
        pictures.append(Picture("best_landscape", lambda ax: reward_landscape(landscape, ax, title)))
    return pictures


def _correlation(terms: Terms, name: str) -> Picture:
    # Each cell has room for its number, beside names and scale; more than a few need both columns of a page.
    cells = 0.4 * len(terms)
    return Picture(
        "best_correlation",
        lambda ax: term_correlation(terms, ax, f"Reward terms of {name}"),
        width=max(COLUMN, cells + 2.2),
        height=max(HEIGHT, cells + 1.4),
    )


def _look_at(store: Store, best: Candidate, fields: tuple[str, str] | None) -> tuple[Terms, Landscape | None]:
    """The program's terms on recorded steps, and its landscape around one of them; none without episodes."""
    episodes, name = Trajectories(store.folder).get(best.name), store.settings().get("task")
    if episodes is None or best.program is None or name is None:
        if fields is not None:
            raise UserError(f"{store.folder} holds no recorded episodes of it")
        return {}, None
    spec = task_class(name).spec
    steps, row = episodes.transitions(), recorded_step(episodes)
    with SealedReward(best.program, spec, deadline=_DEADLINE, capacity=_MOST) as reward:
        _, terms = reward(*steps.rows(_some(steps)))
        return terms, _landscape(reward, steps, row, fields, spec)


def _landscape(
    reward: RewardFn, steps: Transition, row: int, fields: tuple[str, str] | None, spec: TaskSpec
) -> Landscape | None:
    """Over `fields`, or over the most telling ones; None where the reward hangs on fewer than two."""
    if fields is not None:
        return landscape_of(reward, steps, row, fields, spec)
    ways: tuple[Moved, ...] = ("next", "both")
    for moved in ways:
        found = telling_fields(reward, steps, row, spec, moved)
        if found is not None:
            return landscape_of(reward, steps, row, found, spec, moved=moved)
    return None


def recorded_step(episodes: Episodes) -> int:
    """The step midway through the first episode that succeeded, or through the first of all."""
    number = int(np.argmax(episodes.success))
    start = int(episodes.lengths[:number].sum())
    return start + int(episodes.lengths[number]) // 2


def _some(steps: Transition) -> np.ndarray:
    """At most `_MOST` of the steps, evenly spread."""
    count = len(steps.action)
    return np.unique(np.linspace(0, count - 1, min(count, _MOST)).astype(int))
