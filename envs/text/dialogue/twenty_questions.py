"""Twenty turns to find out what somebody is thinking of: ask yes/no questions, then guess once.

The secret is one of a line-up of well-known things, which is drawn anew for each episode: of every family
in the catalogue one member stays away. Answers are true, the table behind them never changes, and whatever
no longer fits is crossed off for the player, as on paper. The one guess has to be certain: it counts only if
the answers leave nobody else, so that luck is of no use.

Held out are line-ups. Every member of the catalogue is the secret in training too, so its name and its
answers can be learnt there; what has to carry over is to ask and to guess by who is left, not by habit.

The game as a learning problem follows Hu et al. ("Playing 20 Question Game with Policy-Based Reinforcement
Learning", 2018); that a question is worth the uncertainty which it removes is the reward of Sun et al.
("Closing the Expression Gap in LLM Instructions via Socratic Questioning", 2025).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..array_task import ArrayTask, choose
from ..fields import ILLEGAL_ACTIONS, category, flag
from ..instances import Instances
from .twenty_questions_catalogue import FAMILIES, QUESTIONS

_WORDS = {name: set(words.split()) for family in FAMILIES.values() for name, words in family.items()}
_HORIZON = 20


def _truth(names: tuple[str, ...]) -> np.ndarray:
    """(names, questions) bool: the true answer to each question about each of `names`."""
    return np.array([[word in _WORDS[name] for word in QUESTIONS] for name in names])


def _spec(name: str, level: str, names: tuple[str, ...], line_up: int) -> TaskSpec:
    return TaskSpec(
        name=name,
        goal=(
            f"Somebody thinks of one of the {line_up} things in the line-up. Ask yes/no questions about it "
            f"and guess it within {_HORIZON} turns. There is one guess, and it counts only if it is right "
            "and the answers leave no other candidate."
        ),
        fields=(
            flag(
                "candidates",
                "who may still be the secret: in the line-up and fitting every answer; in the order "
                + ", ".join(names),
                (len(names),),
            ),
            category(
                "answers",
                f"answer to each question: {' '.join(QUESTIONS.values())}",
                ("not asked", "no", "yes"),
                (len(QUESTIONS),),
            ),
            category("guess", "the guess made", ("none", *names), observed=False),
            Field(
                "uncertainty",
                "entropy of the secret, every candidate being as likely as any other",
                unit="bit",
                low=0.0,
                high=float(np.log2(line_up)),
                observed=False,
            ),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec(
            "discrete",
            len(QUESTIONS) + len(names),
            "a question that is not yet answered, or a guess at somebody in the line-up",
            labels=(*QUESTIONS.values(), *(f"It is: {name}." for name in names)),
            masked=True,
        ),
        horizon=_HORIZON,
        tags=("text", "questions", level),
        metric="share of the uncertainty at the start that is gone",
        ends_on_success=True,
        papers=(
            "Hu et al. 2018, Playing 20 Question Game with Policy-Based Reinforcement Learning",
            "Sun et al. 2025, Closing the Expression Gap in LLM Instructions via Socratic Questioning",
        ),
    )


class GuessingGame(ArrayTask):
    """The game over part of the catalogue: ``class Small(GuessingGame, name=..., level=..., ...)``.

    Args of the subclass statement:
        name: name of the task's spec.
        level: ``easy`` or ``hard``.
        families: families of the catalogue that play.
        members: members of each that play; one of them stays away in every episode.
    """

    names: ClassVar[tuple[str, ...]]
    truth: ClassVar[np.ndarray]
    line_ups: ClassVar[Instances]
    families: ClassVar[int]
    members: ClassVar[int]
    draws = 2
    has_held_out = True
    state_names = ("line_up", "candidates", "secret", "asked", "guess")

    def __init_subclass__(
        cls, *, name: str = "", level: str = "", families: tuple[str, ...] = (), members: int = 0
    ) -> None:
        super().__init_subclass__()
        if not name:
            return
        cls.names = tuple(thing for family in families for thing in list(FAMILIES[family])[:members])
        cls.families, cls.members = len(families), members
        cls.truth = _truth(cls.names)
        cls.line_ups = Instances(members ** len(families))
        cls.spec = _spec(name, level, cls.names, (members - 1) * len(families))

    def _allocate(self) -> None:
        worlds, names = self.num_worlds, len(self.names)
        self.line_up = np.zeros((worlds, names), bool)
        self.candidates = np.zeros((worlds, names), bool)
        self.secret = np.zeros(worlds, np.int64)
        self.asked = np.zeros((worlds, len(QUESTIONS)), bool)
        self.guess = np.zeros(worlds, np.int64)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        number = self.line_ups.pick(draws[:, 0], self.split)
        away = np.stack(np.unravel_index(number, (self.members,) * self.families), axis=1)
        plays = (np.arange(self.members) != away[:, :, None]).reshape(len(worlds), -1)
        place = choose(draws[:, 1], self.families * (self.members - 1))
        self.line_up[worlds] = plays
        self.candidates[worlds] = plays
        self.secret[worlds] = (plays.cumsum(axis=1) > place[:, None]).argmax(axis=1)
        self.asked[worlds] = False
        self.guess[worlds] = 0

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        playing = legal & ~self.terminated()
        asks = np.flatnonzero(playing & (actions < len(QUESTIONS)))
        question = actions[asks]
        answer = self.truth[self.secret[asks], question]
        self.asked[asks, question] = True
        self.candidates[asks] &= self.truth.T[question] == answer[:, None]

        guesses = playing & (actions >= len(QUESTIONS))
        self.guess = np.where(guesses, 1 + actions - len(QUESTIONS), self.guess)

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: open questions and the line-up; after the guess the first question alone."""
        masks = np.concatenate([~self.asked, self.line_up], axis=1)
        over = self.terminated()
        masks[over] = False
        masks[over, 0] = True
        return masks

    def _uncertainty(self) -> np.ndarray:
        return np.log2(self.candidates.sum(axis=1))

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        return {
            "candidates": self.candidates.copy(),
            "answers": np.where(self.asked, 1 + self.truth[self.secret], 0),
            "guess": self.guess.copy(),
            "uncertainty": self._uncertainty(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the guess is the secret, and nobody else fitted the answers."""
        return (self.guess == 1 + self.secret) & (self.candidates.sum(axis=1) == 1)

    def terminated(self) -> np.ndarray:
        """(B,) bool: a guess ends the episode, right or wrong."""
        return self.guess > 0

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: how much of the uncertainty at the start is gone."""
        return 1.0 - self._uncertainty() / self.spec.field("uncertainty").high

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: the question that halves the candidates best, or the guess once one is left."""
        left = self.candidates.sum(axis=1)
        yes = self.candidates.astype(np.float64) @ self.truth
        unevenness = np.where(self.asked, np.inf, np.abs(2 * yes - left[:, None]))
        guesses = len(QUESTIONS) + self.candidates.argmax(axis=1)
        actions = np.where(left > 1, unevenness.argmin(axis=1), guesses)
        return np.where(self.terminated(), 0, actions)

    def instance_key(self, world: int) -> Hashable:
        """The names in the line-up."""
        return tuple(np.array(self.names)[self.line_up[world]].tolist())

    def render_text(self, world: int) -> str:
        """Questions and answers so far, who is left, and the guess."""
        told = zip(self.asked[world], QUESTIONS.values(), self.truth[self.secret[world]], strict=True)
        answered = [f"{question} {'Yes.' if true else 'No.'}" for asked, question, true in told if asked]
        left = [name for name, fits in zip(self.names, self.candidates[world], strict=True) if fits]
        lines = [*answered, f"{len(left)} of {self.line_up[world].sum()} left: {', '.join(left)}"]
        if self.guess[world]:
            verdict = "Yes!" if self.success()[world] else "That was wrong, or not yet certain."
            lines.append(f"It is: {self.names[self.guess[world] - 1]}. {verdict}")
        return "\n".join(lines)


@register
class TwentyQuestions(
    GuessingGame, name="twenty-questions", level="hard", families=tuple(FAMILIES), members=5
):
    """All 40 names, 32 of them in each line-up."""


@register
class TwentyQuestionsEasy(
    GuessingGame,
    name="twenty-questions-easy",
    level="easy",
    families=("beasts", "swimmers", "plants", "household"),
    members=3,
):
    """Twelve names, eight of them in each line-up."""
