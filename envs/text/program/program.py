"""Write a short program that computes a wanted function; only what it computes is judged.

The wish says for each register what it shall hold in the end, as a formula of an input, and shows two
examples. The program is written line by line and runs as it grows. The order in which registers are served
matters: a copy overwrites what may still be needed, and a change made before a copy serves two registers.

A program is right if its outputs agree on all tests, the withheld ones included, as in Agnostics (Boruch-
Gruszecki et al., "Agnostics: Learning to Code in Any Programming Language via Reinforcement with a Universal
Learning Environment", 2025): how it is written does not matter. Progress line by line follows PRLCoder (Ye
et al., "Process-Supervised Reinforcement Learning for Code Generation", 2025).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, number, share
from ..instances import Instances
from ..token_task import Grammar, TokenTask
from .functions import wanted_functions
from .machine import (
    CHANGES,
    EXAMPLES,
    IDENTITY,
    INPUTS,
    LINES,
    LINES_BETWEEN,
    LOST,
    MODULUS,
    OUTPUTS,
    READ,
    REGISTERS,
    WRITTEN,
    content_after,
    run_line,
)

_COUNT = len(REGISTERS)
_END = len(LINES)
_ELSEWHERE = 1.0 - np.eye(_COUNT)
_PAPERS = (
    "Boruch-Gruszecki et al. 2025, Agnostics: Learning to Code in Any Programming Language via Reinforcement "
    "with a Universal Learning Environment",
    "Ye et al. 2025, Process-Supervised Reinforcement Learning for Code Generation",
)


def _spec(name: str, length: int, most_lines: int, level: str) -> TaskSpec:
    example = (EXAMPLES, _COUNT)
    return TaskSpec(
        name=name,
        goal=(
            f"Write a program of at most {most_lines} lines for a machine with the registers a, b and c, "
            f"which count modulo {MODULUS}, then write `end`. Each register has to hold the wanted formula "
            "of a wanted input (what register a, b or c held at first), whatever the inputs are; withheld "
            "tests decide. `inc` adds 1, `double` doubles, a copy overwrites a register with another one."
        ),
        fields=(
            number("lines_written", "lines written so far", most_lines + 1),
            category("wanted_input", "input from which a, b and c shall be made", REGISTERS, (_COUNT,)),
            category("wanted_formula", "formula of that input x that they shall hold", CHANGES, (_COUNT,)),
            category("held_input", "input from which a, b and c are made so far", REGISTERS, (_COUNT,)),
            category("held_formula", "formula of that input x that they hold so far", CHANGES, (_COUNT,)),
            number("example_values", "what a, b and c hold now in each example", MODULUS, example),
            number("example_targets", "what they shall hold in each example", MODULUS, example),
            Field(
                "lines_missing",
                "fewest lines that would set a, b and c right if each alone mattered; "
                f"{LOST:.0f} where the wanted input is held nowhere any more",
                (_COUNT,),
                low=0.0,
                high=LOST,
                observed=False,
            ),
            share(
                "example_cells_right",
                "share of the registers of all examples that hold what they shall",
                observed=False,
            ),
            flag("program_complete", "whether `end` has been written", observed=False),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec(
            "discrete", _END + 1, "the next line of the program", labels=(*LINES, "end"), masked=True
        ),
        horizon=2 * (most_lines + 1),
        tags=("text", "programs", level),
        metric="share of all tests, shown and withheld, on which the program so far gives the right outputs",
        ends_on_success=True,
        papers=_PAPERS,
    )


def _grammar(most_lines: int) -> Grammar:
    """Node n stands for n lines written, the last for the complete program."""
    done = most_lines + 1
    lines = [(node, line, node + 1) for node in range(most_lines) for line in range(_END)]
    ends = [(node, _END, done) for node in range(done + 1)]
    return Grammar.of_arrows(done + 1, _END + 1, [*lines, *ends])


class ProgramTask(TokenTask):
    """Programs of one length; subclassing fixes it: ``class Long(ProgramTask, name=..., length=5)``.

    Args of the subclass statement:
        name: name of the task's spec.
        length: lines of the shortest program for every wanted function.
        spare: lines that a program may have beyond these.
        level: ``easy`` or ``hard``.
    """

    draws = 1
    has_held_out = True
    length: ClassVar[int]
    state_names = ("function", "registers", "held")

    def __init_subclass__(cls, *, name: str = "", length: int = 0, spare: int = 0, level: str = "hard"):
        super().__init_subclass__()
        if name:
            cls.length = length
            cls.spec = _spec(name, length, length + spare, level)
            cls.grammar = _grammar(length + spare)

    def _allocate(self) -> None:
        self.functions = wanted_functions(self.length)
        self.instances = Instances(len(self.functions.contents))
        self.function = np.zeros(self.num_worlds, np.int64)
        self.registers = np.zeros((self.num_worlds, *INPUTS.shape), np.int64)
        self.held = np.zeros((self.num_worlds, _COUNT), np.int64)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        self.function[worlds] = self.instances.pick(draws[:, 0], self.split)
        self.registers[worlds] = INPUTS
        self.held[worlds] = IDENTITY

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        worlds = np.flatnonzero(legal & (tokens < _END))
        lines = tokens[worlds]
        self.registers[worlds, :, WRITTEN[lines]] = run_line(self.registers[worlds], lines)
        self.held[worlds, WRITTEN[lines]] = content_after(self.held[worlds, READ[lines]], lines)

    def _wanted(self) -> np.ndarray:
        """(B, registers) int: the contents that the registers shall have."""
        return self.functions.contents[self.function]

    def _cells_right(self) -> np.ndarray:
        """(B, tests, registers) bool: where the outputs of the program so far are the wanted ones."""
        return self.registers == OUTPUTS[self._wanted()].swapaxes(1, 2)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        wanted = self._wanted()
        # (B, register to set right, register to start from): a copy costs one line more.
        ways = LINES_BETWEEN[self.held[:, None, :], wanted[:, :, None]] + _ELSEWHERE
        targets = OUTPUTS[wanted, :EXAMPLES].swapaxes(1, 2)
        values = self.registers[:, :EXAMPLES]
        wanted_input, wanted_formula = np.divmod(wanted, len(CHANGES))
        held_input, held_formula = np.divmod(self.held, len(CHANGES))
        return {
            "lines_written": np.minimum(self.node, self.spec.fields[0].categories - 1),
            "wanted_input": wanted_input,
            "wanted_formula": wanted_formula,
            "held_input": held_input,
            "held_formula": held_formula,
            "example_values": values.copy(),
            "example_targets": targets.copy(),
            "lines_missing": np.minimum(ways.min(axis=2), LOST),
            "example_cells_right": (values == targets).mean(axis=(1, 2)),
            "program_complete": self.complete(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the program is complete and right on every test."""
        return self.complete() & self._cells_right().all(axis=(1, 2))

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: share of all tests with the right outputs."""
        return self._cells_right().all(axis=2).mean(axis=1)

    def scripted_actions(self) -> np.ndarray:
        """(B,) the next line of a shortest program, then `end`."""
        programs = self.functions.programs[self.function]
        lines = programs[self._everyone, np.minimum(self.node, self.length - 1)]
        return np.where(self.node < self.length, lines, _END)

    def instance_key(self, world: int) -> tuple[int, ...]:
        """The contents that the registers shall have."""
        return tuple(int(content) for content in self._wanted()[world])

    def render_text(self, world: int) -> str:
        """The wish, the examples, and what the registers hold."""
        wanted, held = self._wanted()[world], self.held[world]
        targets = OUTPUTS[wanted, :EXAMPLES].T
        examples = [
            f"example: {_row(INPUTS[test])} -> {_row(targets[test])}, now {_row(self.registers[world, test])}"
            for test in range(EXAMPLES)
        ]
        written = f"{'' if self.complete()[world] else 'so far '}the program makes {_formulas(held)}"
        return "\n".join([f"wanted: {_formulas(wanted)}", *examples, written])


def _row(values: np.ndarray) -> str:
    return " ".join(map(str, values))


def _formulas(contents: np.ndarray) -> str:
    return ", ".join(
        f"{name} = {CHANGES[content % len(CHANGES)].replace('x', REGISTERS[content // len(CHANGES)])}"
        for name, content in zip(REGISTERS, contents, strict=True)
    )


@register
class ProgramEasy(ProgramTask, name="program-easy", length=3, spare=1, level="easy"):
    """Three lines would do; four may be written."""


@register
class Program(ProgramTask, name="program", length=5, spare=2, level="hard"):
    """Five lines would do; seven may be written."""
