"""Which features of a task have nothing to do with its goal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np
from scipy.stats import rankdata  # type: ignore[import-untyped]

from ...envs import Episodes, FieldView, TaskSpec, UserError
from .interventions import ACTION

# Below this a reward does not hang on a feature.
UNREAD = 0.01
# How far the ranks of successes and failures have to lie apart, at least and in standard deviations of
# chance; there are many values to look at.
_APART, _SIGMA = 0.1, 3.5
# Correlation from which a field says what another one does.
_ALIKE = 0.9
_EFFORT = frozenset("action actions effort energy gentle gently smooth smoothly torque control".split())
_SMALL = frozenset(
    "the a an of or and to in on at is are be it its that by as for with from this where how".split()
)


def nuisances(
    spec: TaskSpec,
    episodes: Episodes,
    human: Mapping[str, float] | None = None,
    declared: Collection[str] = (),
) -> tuple[str, ...]:
    """Features that a sound reward does not hang on.

    Those that the user declares, if any. Otherwise those that the goal and the metric do not speak of in
    the words of the feature's name and meaning, that the human reward does not read, that hardly go along
    with what it reads, and that do not tell successful episodes from failed ones by their end. Words alone
    are too little (that a hand has to come near a drawer first is in no goal), so without a human reward
    there are none.

    Args:
        spec: the task.
        episodes: of both outcomes.
        human: reliance of the human reward on each feature; None where there is none.
        declared: names of fields, or ``action``.

    Raises:
        UserError: if a declared one is no feature of the task.
    """
    known = [*(field.name for field in spec.fields), ACTION]
    unknown = sorted(set(declared) - set(known))
    if unknown:
        raise UserError(f"expected features of {spec.name} ({', '.join(known)}), got {', '.join(unknown)}")
    if declared or human is None:
        return tuple(name for name in known if name in declared)
    spoken = words(f"{spec.goal} {spec.metric}")
    silent = [name for name in known if human[name] < UNREAD and not _spoken(spec, name, spoken)]
    fields = [name for name in silent if name != ACTION]
    read = [name for name in known if human[name] >= UNREAD and name != ACTION]
    told = {n for n in fields if _telling(spec, n, episodes) or _echoing(spec, n, read, episodes.states)}
    return tuple(name for name in silent if name not in told)


def words(text: str) -> frozenset[str]:
    """The words of a text in lower case, plural like singular, without the smallest ones.

    >>> sorted(words("The drawer's handles"))
    ['drawer', 'handle']
    """
    found = re.findall(r"[a-z]+", text.lower().replace("'s", " ").replace("_", " "))
    return frozenset(word.removesuffix("s") for word in found if word not in _SMALL)


def _spoken(spec: TaskSpec, name: str, spoken: frozenset[str]) -> bool:
    if name == ACTION:
        return bool(spoken & _EFFORT)
    return bool(words(f"{name} {spec.field(name).meaning}") & spoken)


def _telling(spec: TaskSpec, name: str, episodes: Episodes) -> bool:
    """Whether any value of the field ranks the last states of successes apart from those of failures."""
    success = episodes.success
    values = _columns(spec, name, episodes.ends())
    good, bad = int(success.sum()), int((~success).sum())
    if not good or not bad:
        return False
    ranks = rankdata(values, axis=0)[success].sum(axis=0)
    above = (ranks - good * (good + 1) / 2) / (good * bad)
    chance = np.sqrt((good + bad + 1) / (12 * good * bad))
    return bool((np.abs(above - 0.5) > max(_APART, _SIGMA * chance)).any())


def _echoing(spec: TaskSpec, name: str, read: Collection[str], states: FieldView) -> bool:
    """Whether any value of the field goes along with one that is `read`, as finger tips do with a hand."""
    if not read:
        return False
    own, others = _unit(_columns(spec, name, states)), [_unit(_columns(spec, n, states)) for n in read]
    return bool((np.abs(own.T @ np.hstack(others)) > _ALIKE).any())


def _columns(spec: TaskSpec, name: str, states: FieldView) -> np.ndarray:
    """The field's values (N, K) as numbers, a category as one flag for each of its values."""
    values = states.arrays()[name]
    values = values.reshape(len(values), -1)
    if spec.field(name).kind == "category":
        values = (values[:, :, None] == np.arange(spec.field(name).categories)).reshape(len(values), -1)
    return values.astype(float)


def _unit(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=0)
    return np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0)
