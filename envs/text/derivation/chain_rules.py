"""What a chain of operations is, as data: its spec, the grammar of its text and the tables of its results."""

from __future__ import annotations

import numpy as np

from ...spec import ActionSpec, Field, TaskSpec
from ..fields import category, flag, number
from ..token_task import Grammar
from .derivation import END, FILLER, grading_fields

OPERATORS = ("plus", "minus", "times")
SIGNS = ("+", "-", "*")
NO_OPERATOR = len(OPERATORS)


def chain_spec(
    name: str, length: int, modulus: int, operands: int, answer_digits: int, level: str
) -> TaskSpec:
    """The spec of chains of one shape; see `Chain` for what the sizes mean."""
    digits = tuple(str(digit) for digit in range(modulus))
    horizon = max(20, 2 * (length + 1))
    answer = "last digit is" if answer_digits == 1 else f"last {answer_digits} digits are"
    return TaskSpec(
        name=name,
        goal=(
            f"Work out a chain of {length} operations (plus, minus, times) modulo {modulus}: after each "
            f"operation write the running result as one digit, then write `{END}`. The {answer} "
            f"the answer. `{FILLER}` thinks aloud: it may stand anywhere and says nothing."
        ),
        fields=(
            number("steps_written", "digits written so far", length + 1),
            category("operator", "operation to carry out next", (*OPERATORS, "none")),
            category(
                "operand",
                "right-hand number of that operation; its left-hand number is running_result",
                ("none", *(str(operand) for operand in range(1, operands + 1))),
            ),
            category(
                "running_result",
                "digit written last; at first the number that the chain starts from",
                digits,
            ),
            category("digits", "all digits written, in order", (*digits, "blank"), (length,), observed=False),
            flag(
                "step_correct",
                "whether the last token was a digit that follows from the running result before it",
                observed=False,
            ),
            Field(
                "correct_steps", "number of such digits so far", low=0.0, high=float(length), observed=False
            ),
            flag("faultless", "whether every digit so far was correct", observed=False),
            *grading_fields(horizon),
        ),
        action=ActionSpec(
            "discrete",
            modulus + 2,
            f"the next token: digits until all results stand there, then `{END}`; `{FILLER}` in between",
            labels=(*digits, FILLER, END),
            masked=True,
        ),
        horizon=horizon,
        tags=("text", "reasoning", level),
        metric="share of the chain's digits that follow from the digit before",
        ends_on_success=True,
        papers=(
            "Lightman et al. 2023, Let's Verify Step by Step",
            "Gao et al. 2024, On Designing Effective RL Reward at Training Time for LLM Reasoning",
            "Cheng et al. 2025, Stop Summation: Min-Form Credit Assignment Is All Process Reward Model Needs "
            "for Reasoning",
        ),
    )


def chain_grammar(length: int, modulus: int) -> Grammar:
    """Node n stands for n digits written, node length + 1 for the complete text."""
    filler, end, done = modulus, modulus + 1, length + 1
    digits = [(node, digit, node + 1) for node in range(length) for digit in range(modulus)]
    fillers = [(node, filler, node) for node in range(length + 1)]
    return Grammar.of_arrows(
        length + 2, modulus + 2, [*digits, *fillers, (length, end, done), (done, end, done)]
    )


def chain_results(modulus: int) -> np.ndarray:
    """(operators, modulus, modulus) int64: the result of `left operator right`."""
    left, right = np.ogrid[:modulus, :modulus]
    return np.stack([(left + right) % modulus, (left - right) % modulus, (left * right) % modulus])
