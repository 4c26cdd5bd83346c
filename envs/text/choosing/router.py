"""A clerk at an information desk passes questions on: whom to ask, whom to pay, when to trust an answer.

A caller has several questions, each of a visible kind and difficulty. The clerk can think alone or ask one
of five priced helpers, who are good at different things; several answers to one question are pooled, the
most frequent one standing. An answer accepted leads on to the next question. The budget is what the
cheapest sure helpers would cost, and a little more: asking the professor about everything is out of reach.

Multi-round routing and pooling at a price is the problem of Router-R1 (Zhang et al., 2025), whose reward is
outcome minus cost. Each helper's answer to each question is fixed at the start of the episode, so that a
list of events gives the same answers and rewards whenever it is played again.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import ClassVar

import numpy as np

from ...registry import register
from ..array_task import ArrayTask, choose
from ..instances import Instances
from .router_helpers import (
    CHEAPEST_SURE,
    COMPETENCE,
    DIFFICULTIES,
    HELPERS,
    KINDS,
    MATTERS,
    PRICES,
)
from .router_spec import ACTIONS, LONGEST_TURN, SPARE_COINS, router_spec

ANSWERS = ("A", "B", "C", "D")
_ACCEPT, _STOP = len(HELPERS), len(HELPERS) + 1


@cache
def _instances(questions: int) -> Instances:
    return Instances(MATTERS**questions)


class RouterTask(ArrayTask):
    """Episodes of `questions` questions; a subclass fixes how many, and the name.

    Args of the subclass statement:
        name: name of the task's spec.
        questions: questions in an episode.
        tags: the spec's tags.
    """

    questions: ClassVar[int]
    has_held_out = True
    state_names = (
        "matters", "truth", "replies", "budget", "question", "asked", "votes", "answer", "spend", "right",
        "stopped", "trace", "events",
    )  # fmt: skip

    def __init_subclass__(cls, *, name: str = "", questions: int = 0, tags: tuple[str, ...] = ()) -> None:
        super().__init_subclass__()
        if not name:
            return
        if questions < 1:
            raise ValueError(f"an episode has at least 1 question, got {questions}")
        cls.questions, cls.draws = questions, 1 + questions * (1 + len(HELPERS))
        cls.spec = router_spec(name, questions, tags)

    def _allocate(self) -> None:
        worlds, helpers = self.num_worlds, len(HELPERS)
        # One question more than there are: what the fields show once all are done.
        self.matters = np.full((worlds, self.questions + 1), MATTERS)
        self.truth = np.zeros((worlds, self.questions + 1), np.int64)
        self.replies = np.zeros((worlds, self.questions + 1, helpers), np.int64)
        self.budget = np.zeros(worlds, np.int64)
        self.question = np.zeros(worlds, np.int64)
        self.asked = np.zeros((worlds, helpers), bool)
        self.votes = np.zeros((worlds, len(ANSWERS)), np.int64)
        self.answer = np.zeros(worlds, np.int64)
        self.spend = np.zeros(worlds, np.int64)
        self.right = np.zeros(worlds, np.int64)
        self.stopped = np.zeros(worlds, bool)
        self.trace = np.zeros((worlds, self.questions * LONGEST_TURN), np.int64)
        self.events = np.zeros(worlds, np.int64)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        instance = _instances(self.questions).pick(draws[:, 0], self.split)
        matters = np.stack(np.unravel_index(instance, (MATTERS,) * self.questions), axis=1)
        truth = choose(draws[:, 1 : 1 + self.questions], len(ANSWERS))
        luck = draws[:, 1 + self.questions :].reshape(len(worlds), self.questions, len(HELPERS))
        competence = COMPETENCE.T[matters]
        # What is left of the luck of a wrong answer, spread over [0, 1), says which wrong answer it is.
        missed = (luck - competence) / np.where(competence < 1.0, 1.0 - competence, 1.0)
        slip = np.where(luck < competence, 0, 1 + choose(np.maximum(missed, 0.0), len(ANSWERS) - 1))
        self.matters[worlds, :-1] = matters
        self.truth[worlds, :-1] = truth
        self.replies[worlds, :-1] = (truth[:, :, None] + slip) % len(ANSWERS)
        self.budget[worlds] = PRICES[CHEAPEST_SURE[matters]].sum(axis=1) + SPARE_COINS
        for array in (self.question, self.asked, self.votes, self.answer, self.spend, self.right):
            array[worlds] = 0
        self.stopped[worlds] = False
        self.trace[worlds] = 0
        self.events[worlds] = 0

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        acting = legal & ~self.terminated()
        self._note(np.flatnonzero(acting), actions)
        self._ask(np.flatnonzero(acting & (actions < _ACCEPT)), actions)
        self._accept(np.flatnonzero(acting & (actions == _ACCEPT)))
        self.stopped |= acting & (actions == _STOP)

    def _note(self, worlds: np.ndarray, actions: np.ndarray) -> None:
        self.trace[worlds, self.events[worlds]] = 1 + actions[worlds]
        self.events[worlds] += 1

    def _ask(self, worlds: np.ndarray, actions: np.ndarray) -> None:
        helper = actions[worlds]
        reply = self.replies[worlds, self.question[worlds], helper]
        self.asked[worlds, helper] = True
        self.spend[worlds] += PRICES[helper]
        self.votes[worlds, reply] += 1
        stands = self.votes[worlds, reply] >= self.votes[worlds, self.answer[worlds]]
        self.answer[worlds] = np.where(stands, reply, self.answer[worlds])

    def _accept(self, worlds: np.ndarray) -> None:
        self.right[worlds] += self.answer[worlds] == self.truth[worlds, self.question[worlds]]
        self.question[worlds] += 1
        for array in (self.asked, self.votes, self.answer):
            array[worlds] = 0

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: helpers not asked yet, accepting where there is an answer, and `stop` always."""
        masks = np.ones((self.num_worlds, len(ACTIONS)), bool)
        masks[:, :_ACCEPT] = ~self.asked
        masks[:, _ACCEPT] = self.asked.any(axis=1)
        masks[self.terminated(), :_STOP] = False
        return masks

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        matter = self.matters[self._everyone, self.question]
        done = matter == MATTERS
        agreement = self.votes[self._everyone, self.answer]
        return {
            "question": self.question.copy(),
            "kind": matter // len(DIFFICULTIES),
            "difficulty": np.where(done, len(DIFFICULTIES), matter % len(DIFFICULTIES)),
            "asked": self.asked.copy(),
            "agreement": agreement,
            "spend": self.spend.copy(),
            "budget": self.budget.copy(),
            "answer_right": (agreement > 0) & (self.answer == self.truth[self._everyone, self.question]),
            "right_accepted": self.right.astype(np.float64),
            "wrong_accepted": (self.question - self.right).astype(np.float64),
            "stopped": self.stopped.copy(),
            "trace": self.trace.copy(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: every question has a right answer accepted, and the budget was kept."""
        return (self.right == self.questions) & (self.spend <= self.budget)

    def terminated(self) -> np.ndarray:
        """(B,) bool: all questions are done, the budget is overspent, or the clerk stopped."""
        return (self.question == self.questions) | (self.spend > self.budget) | self.stopped

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: right answers accepted, as a share of the questions."""
        return self.right / self.questions

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: ask the cheapest helper who is sure to know, and accept what he says."""
        matter = np.minimum(self.matters[self._everyone, self.question], MATTERS - 1)
        sure = CHEAPEST_SURE[matter]
        going_on = np.where(self.asked[self._everyone, sure], _ACCEPT, sure)
        return np.where(self.terminated(), _STOP, going_on)

    def instance_key(self, world: int) -> Hashable:
        """Kind and difficulty of all questions, in order."""
        return tuple(self.matters[world, :-1].tolist())

    def render_text(self, world: int) -> str:
        """The questions in turn, each with the events that belong to it."""
        lines, question = [self._announced(world, 0)], 0
        for event in self.trace[world, : self.events[world]] - 1:
            if event == _ACCEPT:
                question += 1
                lines.append("  accepted")
                if question < self.questions:
                    lines.append(self._announced(world, question))
            elif event == _STOP:
                lines.append("  stopped")
            else:
                reply = ANSWERS[self.replies[world, question, event]]
                lines.append(f"  {ACTIONS[event]} ({PRICES[event]}): {reply}")
        return "\n".join([*lines, f"spent {self.spend[world]} of {self.budget[world]} coins"])

    def _announced(self, world: int, question: int) -> str:
        kind, difficulty = divmod(int(self.matters[world, question]), len(DIFFICULTIES))
        return f"question {question + 1}: {KINDS[kind]}, {DIFFICULTIES[difficulty]}"


@register
class EasyRouter(RouterTask, name="router-easy", questions=2, tags=("text", "routing", "easy")):
    """Two questions."""


@register
class Router(RouterTask, name="router", questions=5, tags=("text", "routing", "hard")):
    """Five questions in a row, paid from one purse."""
