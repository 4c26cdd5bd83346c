"""A chain of operations modulo a prime: the running result is written down digit by digit.

The policy sees only a window: the operation at hand and the digit written before it. So each step can
be learnt by itself, while the outcome depends on all of them. Within the chain every operation is a
bijection (the modulus is prime and no operand is 0): one mistake makes the answer wrong unless a second
one happens to undo it, and blind digits are right with probability exactly 1 / modulus.

Steps are labelled as in process supervision (Lightman et al., "Let's Verify Step by Step", 2023): a digit
is correct if it follows from the digit *before* it, whatever that one was worth. Success is the outcome
alone, as where outcome and process reward are compared: the text is complete and its last digit is the
chain's true result.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..registry import register
from ..spec import ActionSpec, Field, TaskSpec
from .array_task import choose
from .fields import ILLEGAL_ACTIONS
from .token_task import Grammar, TokenTask

OPERATORS = ("plus", "minus", "times")
_SIGNS = ("+", "-", "*")
_NO_OPERATOR = len(OPERATORS)


def _spec(name: str, length: int, modulus: int) -> TaskSpec:
    digits = tuple(str(digit) for digit in range(modulus))
    return TaskSpec(
        name=name,
        goal=(
            f"Work out a chain of {length} operations (plus, minus, times) modulo {modulus}: after each "
            "operation write the running result as one digit, then write `end`. The last digit is the answer."
        ),
        fields=(
            Field("steps_written", "digits written so far", kind="category", categories=length + 1),
            Field(
                "operator",
                "operation to carry out next",
                kind="category",
                categories=_NO_OPERATOR + 1,
                labels=(*OPERATORS, "none"),
            ),
            Field(
                "operand",
                "right-hand number of that operation; its left-hand number is running_result",
                kind="category",
                categories=modulus,
                labels=("none", *digits[1:]),
            ),
            Field(
                "running_result",
                "digit written last; at first the number that the chain starts from",
                kind="category",
                categories=modulus,
                labels=digits,
            ),
            Field(
                "digits",
                "all digits written, in order",
                shape=(length,),
                kind="category",
                categories=modulus + 1,
                labels=(*digits, "blank"),
                observed=False,
            ),
            Field(
                "step_correct",
                "whether the last token was a digit that follows from the running result before it",
                kind="flag",
                observed=False,
            ),
            Field(
                "correct_steps",
                "number of such digits so far",
                low=0.0,
                high=float(length),
                observed=False,
            ),
            Field("faultless", "whether every digit so far was correct", kind="flag", observed=False),
            Field("answer_complete", "whether `end` has been written", kind="flag", observed=False),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec(
            "discrete",
            modulus + 1,
            "the next token: a digit until all results stand there, then `end`",
            labels=(*digits, "end"),
            masked=True,
        ),
        horizon=2 * (length + 1),
        tags=("text", "reasoning"),
        metric="share of the chain's digits that follow from the digit before",
        ends_on_success=True,
    )


def _grammar(length: int, modulus: int) -> Grammar:
    """Node n stands for n digits written, node length + 1 for the complete text."""
    end, done = modulus, length + 1
    digits = [(node, digit, node + 1) for node in range(length) for digit in range(modulus)]
    return Grammar.of_arrows(length + 2, modulus + 1, [*digits, (length, end, done), (done, end, done)])


def _results(modulus: int) -> np.ndarray:
    """(operators, modulus, modulus) int64: the result of `left operator right`."""
    left, right = np.ogrid[:modulus, :modulus]
    return np.stack([(left + right) % modulus, (left - right) % modulus, (left * right) % modulus])


class Chain(TokenTask):
    """Chains of one length and modulus; subclassing fixes them: ``class Long(Chain, name=..., length=8)``.

    Args of the subclass statement:
        name: name of the task's spec.
        length: number of operations; longer chains make the outcome rarer and harder to credit.
        modulus: a prime; digits are 0 to modulus - 1.
    """

    length: ClassVar[int]
    modulus: ClassVar[int]
    results: ClassVar[np.ndarray]
    about_last_action = ("step_correct",)
    state_names = (
        "start",
        "operators",
        "operands",
        "running_result",
        "true_result",
        "digits",
        "step_correct",
        "correct_steps",
        "faultless",
    )

    def __init_subclass__(cls, *, name: str = "", length: int = 0, modulus: int = 5) -> None:
        super().__init_subclass__()
        if not name:
            return
        if length < 1 or modulus < 2 or any(modulus % divisor == 0 for divisor in range(2, modulus)):
            raise ValueError(f"a chain has length >= 1 and a prime modulus, got {length} and {modulus}")
        cls.length, cls.modulus, cls.draws = length, modulus, 1 + 2 * length
        cls.spec, cls.grammar, cls.results = (
            _spec(name, length, modulus),
            _grammar(length, modulus),
            _results(modulus),
        )

    def _allocate(self) -> None:
        worlds = self.num_worlds
        # One column more than there are operations: what the window shows once all are done.
        self.operators = np.full((worlds, self.length + 1), _NO_OPERATOR)
        self.operands = np.zeros((worlds, self.length + 1), np.int64)
        self.start = np.zeros(worlds, np.int64)
        self.running_result = np.zeros(worlds, np.int64)
        self.true_result = np.zeros(worlds, np.int64)
        self.digits = np.zeros((worlds, self.length), np.int64)
        self.step_correct = np.zeros(worlds, bool)
        self.correct_steps = np.zeros(worlds)
        self.faultless = np.zeros(worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        start = choose(draws[:, 0], self.modulus)
        self.start[worlds] = start
        self.running_result[worlds] = start
        self.true_result[worlds] = start
        self.operators[worlds, : self.length] = choose(draws[:, 1 : 1 + self.length], len(OPERATORS))
        self.operands[worlds, : self.length] = 1 + choose(draws[:, 1 + self.length :], self.modulus - 1)
        self.digits[worlds] = self.modulus
        self.step_correct[worlds] = False
        self.correct_steps[worlds] = 0.0
        self.faultless[worlds] = True

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        self.step_correct[:] = False
        worlds = np.flatnonzero(legal & (tokens < self.modulus))
        place, digits = self.node[worlds], tokens[worlds]
        operator, operand = self.operators[worlds, place], self.operands[worlds, place]
        correct = digits == self.results[operator, self.running_result[worlds], operand]
        self.true_result[worlds] = self.results[operator, self.true_result[worlds], operand]
        self.running_result[worlds] = digits
        self.digits[worlds, place] = digits
        self.step_correct[worlds] = correct
        self.correct_steps[worlds] += correct
        self.faultless[worlds] &= correct

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        written, worlds = np.minimum(self.node, self.length), np.arange(self.num_worlds)
        return {
            "steps_written": written,
            "operator": self.operators[worlds, written],
            "operand": self.operands[worlds, written],
            "running_result": self.running_result.copy(),
            "digits": self.digits.copy(),
            "step_correct": self.step_correct.copy(),
            "correct_steps": self.correct_steps.copy(),
            "faultless": self.faultless.copy(),
            "answer_complete": self.complete(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the text is complete and its answer, the last digit, is the chain's true result."""
        return self.complete() & (self.running_result == self.true_result)

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: correct steps over the chain's length."""
        return self.correct_steps / self.length

    def render_text(self, world: int) -> str:
        """The equations written so far and the one at hand, whose result is still a question mark."""
        written = min(int(self.node[world]), self.length)
        results = [str(self.start[world]), *map(str, self.digits[world, :written]), "?"]
        operations = zip(
            self.operators[world, : self.length], self.operands[world, : self.length], strict=True
        )
        equations = [
            f"{left} {_SIGNS[operator]} {operand} = {right}"
            for left, (operator, operand), right in zip(results, operations, results[1:], strict=False)
        ]
        ending = ["end"] if self.complete()[world] else []
        return "\n".join([f"start from {results[0]}, modulo {self.modulus}", *equations, *ending])


@register
class ArithmeticChain(Chain, name="arithmetic-chain", length=4, modulus=5):
    """Four operations modulo 5."""
