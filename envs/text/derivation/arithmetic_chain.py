"""A chain of operations modulo a prime: the running result is written down digit by digit.

The policy sees only a window: the operation at hand and the digit written before it. So each step can
be learnt by itself, while the outcome depends on all of them. Within the chain every operation is a
bijection (the modulus is prime and no operand is 0): one mistake makes the answer wrong unless a second
one happens to undo it, and a blind digit is right with probability exactly 1 / modulus.

Steps are labelled as in process supervision (Lightman et al., "Let's Verify Step by Step", 2023): a digit
is correct if it follows from the digit *before* it, whatever that one was worth. Success is the outcome
alone, as where outcome and process reward are compared: the text is complete and its answer, the last digit
or the last two, is what the chain truly comes to.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ..array_task import choose
from ..instances import Instances
from .chain_rules import NO_OPERATOR, OPERATORS, SIGNS, chain_grammar, chain_results, chain_spec
from .derivation import Derivation


class Chain(Derivation):
    """Chains of one shape; subclassing fixes it: ``class Long(Chain, name="long", length=8, modulus=5)``.

    An instance is how a chain opens: its start and its first two operations. The operations after those are
    drawn freely, so that no chain with a held-out opening is met in training.

    Args of the subclass statement:
        name: name of the task's spec.
        length: number of operations; longer chains make the outcome rarer and harder to credit.
        modulus: a prime; digits are 0 to modulus - 1.
        operands: right-hand numbers are 1 to `operands`, which is below the modulus.
        answer_digits: how many of the last digits must be true; the more, the less guesses are worth.
        level: ``easy`` or ``hard``, the tag.
    """

    length: ClassVar[int]
    modulus: ClassVar[int]
    operand_count: ClassVar[int]
    answer_digits: ClassVar[int]
    results: ClassVar[np.ndarray]
    opening: ClassVar[tuple[int, ...]]
    instances: ClassVar[Instances]
    has_held_out = True
    state_names = (
        *Derivation.state_names,
        "start",
        "operators",
        "operands",
        "running_result",
        "true_result",
        "digits",
        "answer_right",
        "correct_steps",
        "faultless",
    )

    def __init_subclass__(
        cls,
        *,
        name: str = "",
        length: int = 0,
        modulus: int = 5,
        operands: int = 4,
        answer_digits: int = 1,
        level: str = "hard",
    ) -> None:
        super().__init_subclass__()
        if not name:
            return
        if length < 1 or modulus < 2 or any(modulus % divisor == 0 for divisor in range(2, modulus)):
            raise ValueError(f"a chain has length >= 1 and a prime modulus, got {length} and {modulus}")
        if not 1 <= operands < modulus:
            raise ValueError(f"a chain modulo {modulus} has operands below {modulus}, got up to {operands}")
        if not 1 <= answer_digits <= length:
            raise ValueError(f"of {length} digits the last 1 to {length} are the answer, got {answer_digits}")
        fixed = min(length, 2)
        cls.answer_digits = answer_digits
        cls.length, cls.modulus, cls.operand_count = length, modulus, operands
        cls.opening = (modulus, *(len(OPERATORS),) * fixed, *(operands,) * fixed)
        cls.instances = Instances(math.prod(cls.opening))
        cls.draws = 1 + 2 * (length - fixed)
        cls.spec = chain_spec(name, length, modulus, operands, answer_digits, level)
        cls.grammar, cls.results = chain_grammar(length, modulus), chain_results(modulus)

    def _allocate(self) -> None:
        super()._allocate()
        worlds = self.num_worlds
        # One column more than there are operations: what the window shows once all are done.
        self.operators = np.full((worlds, self.length + 1), NO_OPERATOR)
        self.operands = np.zeros((worlds, self.length + 1), np.int64)
        self.start = np.zeros(worlds, np.int64)
        self.running_result = np.zeros(worlds, np.int64)
        self.true_result = np.zeros(worlds, np.int64)
        self.digits = np.zeros((worlds, self.length), np.int64)
        self.answer_right = np.zeros(worlds, bool)
        self.correct_steps = np.zeros(worlds)
        self.faultless = np.zeros(worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        super()._begin(worlds, draws)
        opening = self.instances.pick(draws[:, 0], self.split)
        start, *numbers = np.unravel_index(opening, self.opening)
        fixed, later = len(numbers) // 2, self.length - len(numbers) // 2
        self.start[worlds] = start
        self.running_result[worlds] = start
        self.true_result[worlds] = start
        self.operators[worlds, :fixed] = np.stack(numbers[:fixed], axis=1)
        self.operands[worlds, :fixed] = 1 + np.stack(numbers[fixed:], axis=1)
        self.operators[worlds, fixed : self.length] = choose(draws[:, 1 : 1 + later], len(OPERATORS))
        self.operands[worlds, fixed : self.length] = 1 + choose(draws[:, 1 + later :], self.operand_count)
        self.digits[worlds] = self.modulus
        self.answer_right[worlds] = True
        self.correct_steps[worlds] = 0.0
        self.faultless[worlds] = True

    def _derive(self, tokens: np.ndarray, steps: np.ndarray) -> np.ndarray:
        worlds = np.flatnonzero(steps)
        place, digits = self.node[worlds], tokens[worlds]
        operator, operand = self.operators[worlds, place], self.operands[worlds, place]
        correct = np.zeros(self.num_worlds, bool)
        correct[worlds] = digits == self.results[operator, self.running_result[worlds], operand]
        self.true_result[worlds] = self.results[operator, self.true_result[worlds], operand]
        self.running_result[worlds] = digits
        self.digits[worlds, place] = digits
        in_answer = place >= self.length - self.answer_digits
        self.answer_right[worlds] &= (digits == self.true_result[worlds]) | ~in_answer
        self.correct_steps += correct
        self.faultless &= correct | ~steps
        return correct

    def scripted_actions(self) -> np.ndarray:
        """(B,): the digit that follows from the one before, and the end after the last."""
        written = np.minimum(self.node, self.length - 1)
        operator = self.operators[self._everyone, written]
        digits = self.results[operator, self.running_result, self.operands[self._everyone, written]]
        return np.where(self.node < self.length, digits, self.spec.action.size - 1)

    def instance_key(self, world: int) -> Hashable:
        """The chain's start and its first two operations."""
        fixed = min(self.length, 2)
        operations = zip(self.operators[world, :fixed], self.operands[world, :fixed], strict=True)
        return (int(self.start[world]), *((int(operator), int(operand)) for operator, operand in operations))

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        written, worlds = np.minimum(self.node, self.length), self._everyone
        return {
            "steps_written": written,
            "operator": self.operators[worlds, written],
            "operand": self.operands[worlds, written],
            "running_result": self.running_result.copy(),
            "digits": self.digits.copy(),
            "step_correct": self.step_correct.copy(),
            "correct_steps": self.correct_steps.copy(),
            "faultless": self.faultless.copy(),
            **self.grading(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the text is complete and its answer is what the chain truly comes to."""
        return self.complete() & self.answer_right

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
            f"{left} {SIGNS[operator]} {operand} = {right}"
            for left, (operator, operand), right in zip(results, operations, results[1:], strict=False)
        ]
        ending = ["end"] if self.complete()[world] else []
        return "\n".join([f"start from {results[0]}, modulo {self.modulus}", *equations, *ending])


@register
class ArithmeticChainEasy(Chain, name="arithmetic-chain-easy", length=3, modulus=3, operands=2, level="easy"):
    """Three operations modulo 3."""


@register
class ArithmeticChain(Chain, name="arithmetic-chain", length=4, modulus=7, operands=2, answer_digits=2):
    """Four operations modulo 7."""


@register
class ArithmeticChainHard(
    Chain, name="arithmetic-chain-hard", length=6, modulus=7, operands=2, answer_digits=2
):
    """Six operations modulo 7."""
