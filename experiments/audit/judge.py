"""A judge of episodes, learnt from examples: which failures it accepts, and what it learns from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from ...envs import Episodes, FieldView, Task, Terms, Transition, UserError
from ...reward_gen.distance import field_numbers
from .material import replay
from .red_team import Budget, red_team

# Attacks are few beside what was shown: together they weigh as much as so large a part of it.
_WEIGHT = 0.15


class Judge:
    """Tells success from failure by an episode's last state: a logistic regression on all fields.

    Such a model is what pays an agent where nobody wrote down what success is, and what it was never shown it
    may well accept (Zhao et al. 2025, "One Token to Fool LLM-as-a-Judge").

    Args:
        task: the task's class.
        shown: episodes of both outcomes to learn from.
        attacks: failures that earlier judges accepted, to learn from as well; see `attacks_on`.

    Raises:
        UserError: if what is shown has one outcome only.
    """

    def __init__(self, task: type[Task], shown: Episodes, attacks: Sequence[Episodes] = ()) -> None:
        if shown.success.all() or not shown.success.any():
            raise UserError(f"a judge learns from successes and failures, got {len(shown)} of one kind")
        self._spec = task.spec
        known = Episodes.concatenate([shown, *attacks])
        weights = np.ones(len(known))
        weights[len(shown) :] = max(1.0, _WEIGHT * len(shown) / max(1, len(known) - len(shown)))
        numbers = field_numbers(self._spec, known.ends())
        self._scaler = StandardScaler().fit(numbers)
        self._model = LogisticRegression(max_iter=1_000)
        self._model.fit(self._scaler.transform(numbers), known.success, sample_weight=weights)

    def sureness(self, states: FieldView) -> np.ndarray:
        """Logarithm of the odds (n,) that episodes which end in n states succeed."""
        return self._model.decision_function(self._scaler.transform(field_numbers(self._spec, states)))

    def accepts(self, episodes: Episodes) -> np.ndarray:
        """(E,) bool, whether it takes each episode for a success."""
        return self.sureness(episodes.ends()) > 0

    def pay(self, steps: Transition) -> tuple[np.ndarray, Terms]:
        """What N steps gain towards being accepted: rewards (N,) and the same as a term.

        Being accepted is all that can be had: an episode that is, is paid as well as any other.
        """
        before, after = (np.minimum(self.sureness(states), 0.0) for states in (steps.obs, steps.next_obs))
        return after - before, {"judge": after - before}


def attacks_on(judge: Judge, task: type[Task], searches: int, rng: np.random.Generator) -> list[Episodes]:
    """Failures that the judge accepts: at most one from each search of a red team, as one episode.

    Args:
        judge: what is attacked.
        task: the task's class.
        searches: how many, each from starts of its own and within 5 % of a training run.
        rng: draws starts and actions.
    """
    found = (_attack(judge, task, own) for own in rng.spawn(searches))
    return [attack for attack in found if attack is not None]


def _attack(judge: Judge, task: type[Task], rng: np.random.Generator) -> Episodes | None:
    for attempt in red_team(task, judge.pay, 1.0, Budget.of(task), rng).attempts:
        played = replay(task, attempt.draws, attempt.actions).episodes
        # A failure may also be paid like a success that the judge turns away.
        if judge.accepts(played)[0]:
            return played
    return None
