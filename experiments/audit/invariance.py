"""Edits that must not move a reward, and edits that must."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ...envs import Task, Transition, UserError
from ...reward_gen import resolve_reward
from .finding import Finding
from .interventions import without_progress
from .material import Material
from .nuisance import UNREAD, nuisances
from .payment import Pay, paying
from .reliance import reliance, symmetry

CHECK = "features"
# Parts of the reward's whole variation.
MOST_NUISANCE, LEAST_MOVED = 0.1, 0.01
_STEPS, _SHOWN = 512, 6


def invariance(pay: Pay, material: Material, declared: Collection[str] = (), seed: int = 0) -> Finding:
    """Which features the reward hangs on, and whether any of them has nothing to do with the goal.

    What has nothing to do with it is said by the user or by `nuisances`. Exchanged labels and a mirrored
    space are held against the reward only where the human reward does not notice them.

    Args:
        pay: the reward.
        material: the episodes.
        declared: features that must not matter.
        seed: draws steps and donors.
    """
    spec = material.task.spec
    steps = material.steps(_STEPS, np.random.default_rng(seed))
    alike = symmetry(pay, steps, spec, seed)
    found = reliance(pay, steps, spec, seed) | alike
    human = _human(material.task, steps, seed)
    barred = set(nuisances(spec, material.judged.episodes, human, declared))
    if human is not None:
        barred |= {name for name in alike if human[name] < UNREAD}
    flagged = [name for name, value in found.items() if name in barred and value > MOST_NUISANCE]
    blind = max(found.values()) < LEAST_MOVED
    ranking = ", ".join(f"`{name}` {value:.2f}" for name, value in list(found.items())[:_SHOWN])
    evidence = (
        f"change of the reward where one feature is another step's, in parts of its variation: {ranking}",
        f"must not matter: {', '.join(sorted(barred)) or 'nothing is known to be irrelevant'}",
        *_finishing(pay, material),
    )
    if blind:
        return Finding(CHECK, True, "no feature of a step moves the reward", evidence)
    if flagged:
        named = ", ".join(f"`{name}` ({found[name]:.2f} of its variation)" for name in flagged)
        return Finding(CHECK, True, f"hangs on {named}, which has nothing to do with the goal", evidence)
    first = next(iter(found))
    return Finding(CHECK, False, f"hangs on `{first}` most ({found[first]:.2f} of its variation)", evidence)


def _human(task: type[Task], steps: Transition, seed: int) -> dict[str, float] | None:
    try:
        program = resolve_reward("human", task)
    except UserError:
        return None
    assert program is not None
    with paying(program, task, trusted=True) as pay:
        return reliance(pay, steps, task.spec, seed) | symmetry(pay, steps, task.spec, seed)


def _finishing(pay: Pay, material: Material) -> tuple[str, ...]:
    """The smallest edit that must matter: the steps that met the goal, undone."""
    episodes = material.judged.episodes
    finished = episodes.success & episodes.terminated
    if not material.task.spec.ends_on_success or not finished.any():
        return ()
    steps = episodes.transitions().rows((np.cumsum(episodes.lengths) - 1)[finished])
    done, undone = pay(steps)[0], pay(without_progress(steps))[0]
    more = int((done > undone).sum())
    return (f"{more} of {len(done)} steps that met the goal pay more than the same steps undone",)
