"""Self-verification: a factor program is tried before anything is decoded from it.

LaRe (Qu et al. 2024) runs a written program on states, and hands what goes wrong back to its writer. Ours
looks for more than errors: a factor that never varies, or that repeats another, says nothing of the return,
and a program whose reward is not the sum of its terms was not written as factors.
"""

from __future__ import annotations

import numpy as np

from ...envs import FieldView, RewardFn, TaskSpec, Terms, Transition
from ..program import RewardProgram
from ..seal.level import IsolationLevel
from ..seal.probe import check
from ..seal.sealed import SealedReward
from ..verdict import Rejected, RewardFault, Verdict

MOST = 16
SAME = 1e-6
_IMAGINED, _FEW = 512, 7


def verify_factors(
    program: RewardProgram,
    spec: TaskSpec,
    samples: Transition,
    *,
    seed: int = 0,
    required: IsolationLevel | str | None = None,
) -> Verdict:
    """Judge a factor program behind the seal: `check`, then whether each factor can tell anything.

    Some factors stay the same in all recorded play, such as one that marks success. So the program also sees
    imagined steps, in which each field is drawn by itself; a factor that stays the same there too is refused.

    Args:
        program: the program.
        spec: the task whose fields it reads.
        samples: recorded transitions of the task, the more varied the better.
        seed: of the imagined steps.
        required: the isolation level to insist on; see `required_level`.

    Returns:
        `Accepted`, or `Rejected` with stage ``static`` or ``probe`` and a reason for the next prompt.

    Raises:
        SealError: where the required isolation level cannot be had.
    """
    verdict = check(program, spec, samples, required=required)
    if isinstance(verdict, Rejected):
        return verdict
    imagined = imagine(spec, samples, np.random.default_rng(seed))
    try:
        with SealedReward(program, spec, required=required) as reward:
            fault = _fault(reward, samples, imagined)
    except RewardFault as found:
        return Rejected("probe", found.reason)
    return Rejected("probe", fault) if fault else verdict


def imagine(
    spec: TaskSpec, samples: Transition, rng: np.random.Generator, count: int = _IMAGINED
) -> Transition:
    """`count` steps whose fields and actions are drawn one by one: seldom real, and of every kind.

    A flag or a category takes any of its values; a real one takes a value that was played in some world, or,
    where it has bounds, one of them or any value between. Half of the fields stay as they were before.
    """
    rows = rng.integers(len(samples.action), size=count)
    before = {field.name: _drawn(spec, field.name, samples, count, rng) for field in spec.fields}
    after = {}
    for name, values in before.items():
        stays = (rng.random(count) < 0.5).reshape(-1, *[1] * (values.ndim - 1))
        after[name] = np.where(stays, values, _drawn(spec, name, samples, count, rng))
    return Transition(FieldView(before), samples.action[rows], FieldView(after))


def _drawn(
    spec: TaskSpec, name: str, samples: Transition, count: int, rng: np.random.Generator
) -> np.ndarray:
    field = spec.field(name)
    shape = count, *field.shape
    if field.kind == "flag":
        return rng.random(shape) < 0.5
    if field.kind == "category":
        return rng.integers(field.categories, size=shape)
    view = (samples.obs, samples.next_obs)[rng.integers(2)].arrays()[name]
    played = view[rng.integers(len(view), size=count)]
    if not np.isfinite([field.low, field.high]).all():
        return played
    bounds = np.where(rng.random(shape) < 0.5, field.low, field.high)
    inside = rng.uniform(field.low, field.high, shape)
    choice = rng.integers(4, size=count).reshape(-1, *[1] * len(field.shape))
    return np.select([choice == 0, choice == 1], [bounds, inside], played)


def _fault(program: RewardFn, samples: Transition, imagined: Transition) -> str:
    """What is wrong with a program that runs; empty where nothing is."""
    reward, factors = program(*samples)
    if not factors:
        return "it returns no factors; name each factor as a term: {name: (B,)}"
    if len(factors) > MOST:
        return f"it returns {len(factors)} factors, at most {MOST} can be told apart; keep those that matter"
    if not _alike(reward, np.sum(list(factors.values()), axis=0)):
        return "the reward is not the plain sum of the factors; return them unweighted, and their sum"
    others = program(*imagined)[1]
    few = program(*imagined.rows(slice(_FEW)))[1]
    if not set(factors) == set(others) == set(few):
        return "the factors' names depend on the state; return the same factors for every step"
    if any(not _alike(values, others[name][:_FEW]) for name, values in few.items()):
        return "a factor of a world depends on the other worlds of its batch; reduce over the last axis only"
    return _speechless({name: np.concatenate([factors[name], others[name]]) for name in factors})


def _speechless(factors: Terms) -> str:
    """Which factor never varies, or varies just as another does; empty where each tells something."""
    seen: dict[str, np.ndarray] = {}
    for name, rows in factors.items():
        spread = rows.std()
        if spread <= SAME * max(1.0, np.abs(rows).max()):
            return f"the factor {name} never varies ({rows[0]:.3g} in every step); drop it or mend it"
        unit = (rows - rows.mean()) / spread
        twin = next((other for other, known in seen.items() if abs(np.mean(unit * known)) > 1 - SAME), "")
        if twin:
            return f"the factor {name} says the same as {twin}; keep one of them"
        seen[name] = unit
    return ""


def _alike(reward: np.ndarray, total: np.ndarray) -> bool:
    return bool(np.allclose(reward, total, rtol=SAME, atol=SAME))
