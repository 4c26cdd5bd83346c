"""The base of derivations: texts of steps that are right or wrong, graded by a step-reward model.

Every step has an exact label, as in process supervision (Lightman et al., "Let's Verify Step by Step",
2023). Besides, a fixture stands in for a learnt step-reward model. Its scores rank right above wrong, but it
overrates the filler ``hmm``, which says nothing and can be repeated: rewards that add the scores up are best
served by thinking aloud for ever. Gao et al. ("On Designing Effective RL Reward at Training Time for LLM
Reasoning", 2024) and Cheng et al. ("Stop Summation", PURE, 2025) found such exploits in learnt models and
propose other forms of the reward, which stand beside this file as ``derivation.clip.reward.py`` and so on.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ...spec import Field
from ..fields import ILLEGAL_ACTIONS, category, flag, share
from ..token_task import TokenTask

FILLER, END = "hmm", "end"
VERDICTS = ("none yet", "rejected", "accepted")
FILLER_SCORE, RIGHT_SCORE, WRONG_SCORE, UNANSWERED_SCORE = 0.95, 0.5, 0.05, 0.0


def grading_fields(last_token: int) -> tuple[Field, ...]:
    """The fields that `Derivation.grading` fills, for texts of at most `last_token` tokens."""
    return (
        flag("answer_complete", f"whether `{END}` has been written", observed=False),
        category("verdict", "the outcome verifier's verdict on the complete text", VERDICTS, observed=False),
        share(
            "step_score",
            "score that a step-reward model gives to the last token, which it may misjudge; 0 for "
            f"`{END}`, for an ignored token, and for token {last_token} if that leaves the text unanswered",
            observed=False,
        ),
        share(
            "lowest_step_score", f"lowest score of a token so far, `{END}` aside; 1 at first", observed=False
        ),
        ILLEGAL_ACTIONS,
    )


class Derivation(TokenTask):
    """B texts of steps with fillers in between; each step is one token, the last tokens are `hmm` and `end`.

    A subclass carries out its steps in `_derive`; its `state_names` add to those of this class.
    """

    state_names: ClassVar[tuple[str, ...]] = (
        "tokens_written",
        "step_correct",
        "step_score",
        "lowest_step_score",
    )
    about_last_action = ("step_correct", "step_score")

    def _allocate(self) -> None:
        self.tokens_written = np.zeros(self.num_worlds, np.int64)
        self.step_correct = np.zeros(self.num_worlds, bool)
        self.step_score = np.zeros(self.num_worlds)
        self.lowest_step_score = np.ones(self.num_worlds)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        self.tokens_written[worlds] = 0
        self.step_correct[worlds] = False
        self.step_score[worlds] = 0.0
        self.lowest_step_score[worlds] = 1.0

    @abstractmethod
    def _derive(self, tokens: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Carry out the step `tokens` (B,) where `steps` (B,) bool; (B,) bool: whether each is right."""

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        filler = self.spec.action.size - 2
        steps = legal & (tokens < filler)
        scored = legal & (tokens <= filler)
        self.step_correct = self._derive(tokens, steps) & steps
        self.tokens_written += legal & ~self.complete()
        score = np.where(self.step_correct, RIGHT_SCORE, np.where(steps, WRONG_SCORE, FILLER_SCORE))
        score[self.tokens_written >= self.spec.horizon] = UNANSWERED_SCORE
        lowest = np.minimum(self.lowest_step_score, score)
        self.lowest_step_score = np.where(scored, lowest, self.lowest_step_score)
        self.step_score = np.where(scored, score, 0.0)

    def grading(self) -> dict[str, np.ndarray]:
        """The fields of `grading_fields`, in fresh arrays."""
        return {
            "answer_complete": self.complete(),
            "verdict": np.where(self.complete(), np.where(self.success(), 2, 1), 0),
            "step_score": self.step_score.copy(),
            "lowest_step_score": self.lowest_step_score.copy(),
            "illegal_actions": self.illegal_actions(),
        }
