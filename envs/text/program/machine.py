"""The register machine: its lines, what a line does to numbers, and what it does to functions.

Three registers hold numbers modulo 5. Every line writes one register: ``inc``, ``double`` or a copy. So a
register always holds ``factor x + addend`` of one of the inputs, and has one of 60 *contents*.
"""

from __future__ import annotations

import numpy as np

REGISTERS = ("a", "b", "c")
MODULUS = 5
# The change k stands for the factor 1 + k // MODULUS and the addend k % MODULUS.
CHANGES = tuple(
    f"{'' if factor == 1 else factor}x{f'+{addend}' if addend else ''}"
    for factor in range(1, MODULUS)
    for addend in range(MODULUS)
)
CONTENTS = len(REGISTERS) * len(CHANGES)
IDENTITY = np.arange(len(REGISTERS)) * len(CHANGES)

_COPIES = [(to, source) for to in range(len(REGISTERS)) for source in range(len(REGISTERS)) if to != source]
_OWN = [(register, register) for register in range(len(REGISTERS))]
LINES = (
    *(f"inc {register}" for register in REGISTERS),
    *(f"double {register}" for register in REGISTERS),
    *(f"copy {REGISTERS[source]} to {REGISTERS[to]}" for to, source in _COPIES),
)
WRITTEN, READ = np.array([*_OWN, *_OWN, *_COPIES]).T
_FACTOR = np.array([1] * 3 + [2] * 3 + [1] * len(_COPIES))
_ADDEND = np.array([1] * 3 + [0] * 3 + [0] * len(_COPIES))

# Registers before the program runs, one row per test. Two examples cannot tell all contents apart; all
# tests together can, and so a program that only suits the examples is found out.
INPUTS = np.array([[1, 2, 4], [3, 0, 1], [0, 3, 2], [2, 4, 0], [4, 1, 3], [0, 0, 4]])
EXAMPLES = 2


def run_line(registers: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """What the written register holds after `lines` (n,): (n, tests) from `registers` (n, tests, 3)."""
    read = np.take_along_axis(registers, READ[lines][:, None, None], axis=2)[:, :, 0]
    return (_FACTOR[lines][:, None] * read + _ADDEND[lines][:, None]) % MODULUS


def content_after(content: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """The content that `lines` write when what they read is `content`; both of one shape."""
    return _AFTER[lines, content]


def _parts(content: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    change = content % len(CHANGES)
    return content // len(CHANGES), 1 + change // MODULUS, change % MODULUS


def _after() -> np.ndarray:
    """(lines, contents) int64."""
    source, factor, addend = _parts(np.arange(CONTENTS))
    new_factor = factor * _FACTOR[:, None] % MODULUS
    new_addend = (addend * _FACTOR[:, None] + _ADDEND[:, None]) % MODULUS
    return source * len(CHANGES) + (new_factor - 1) * MODULUS + new_addend


def _outputs() -> np.ndarray:
    """(contents, tests) int64: what each content comes to on each test."""
    source, factor, addend = _parts(np.arange(CONTENTS))
    return (factor * INPUTS[:, source] + addend).T % MODULUS


def _lines_between() -> np.ndarray:
    """(contents, contents) float: fewest ``inc`` and ``double`` from one to the other, LOST if none lead."""
    increase, double = _AFTER[0], _AFTER[3]
    distance = np.full((CONTENTS, CONTENTS), np.inf)
    np.fill_diagonal(distance, 0.0)
    for _ in range(CONTENTS):
        through = np.minimum(distance[increase], distance[double]) + 1.0
        if (through >= distance).all():
            break
        distance = np.minimum(distance, through)
    return np.where(np.isinf(distance), LOST, distance)


LOST = 9.0
_AFTER = _after()
OUTPUTS = _outputs()
LINES_BETWEEN = _lines_between()
