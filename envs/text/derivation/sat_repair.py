"""A formula that almost holds: flip variables until all of its clauses do, then say so.

A formula is a list of clauses, each three literals of which one must be true. The start is a few flips from
the nearest assignment that satisfies them all. The policy sees each variable's value and by how many clauses
a flip would pay, at once or after a second flip, as in local search (Selman, Kautz and Cohen, "Noise
Strategies for Improving Local Search", 1994). That points the right way often but not always: the flip that
mends most clauses can lead away from every solution.

A step is right if it brings the nearest solution one flip nearer, which a table over all assignments knows.
Success is the outcome alone: every clause holds when `end` is written.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..array_task import choose
from ..fields import flag, number
from ..instances import Instances
from ..token_task import Grammar
from .derivation import END, FILLER, Derivation, grading_fields
from .formulas import Formulas, load_formulas

HORIZON = 12


def _spec(name: str, variables: int, clauses: int, distance: int, level: str) -> TaskSpec:
    names = tuple(f"x{number}" for number in range(1, variables + 1))
    return TaskSpec(
        name=name,
        goal=(
            f"Flip variables until all {clauses} clauses of a formula hold, then write `{END}`. There are "
            f"{variables} variables, each true or false; a clause is three literals, of which at least one "
            f"must be true. At first {distance} flips are needed. A flip can be taken back, but not at once. "
            f"`{FILLER}` thinks aloud: it may stand anywhere and changes nothing."
        ),
        fields=(
            flag("assignment", "whether each variable is true", (variables,)),
            flag("flipped", "whether each variable has been flipped since the start", (variables,)),
            Field("gain", "clauses more that hold after flipping each variable", (variables,)),
            Field("gain_of_two", "the same, where the best second variable may be flipped too", (variables,)),
            number("unsatisfied", "clauses that do not hold now", clauses + 1),
            Field(
                "distance",
                "flips to the nearest assignment that satisfies all clauses",
                low=0.0,
                high=float(variables),
                observed=False,
            ),
            flag(
                "step_correct", "whether the last token was a flip that lowered the distance", observed=False
            ),
            *grading_fields(HORIZON),
        ),
        action=ActionSpec(
            "discrete",
            variables + 2,
            f"the variable to flip; or `{FILLER}`, or `{END}`, which ends the text",
            labels=(*names, FILLER, END),
            masked=True,
        ),
        horizon=HORIZON,
        tags=("text", "reasoning", level),
        metric="share of the distance at the start that has been made good, at least 0",
        ends_on_success=True,
        papers=(
            "Setlur et al. 2024, Rewarding Progress: Scaling Automated Process Verifiers for LLM Reasoning",
            "Gao et al. 2024, On Designing Effective RL Reward at Training Time for LLM Reasoning",
            "Cheng et al. 2025, Stop Summation: Min-Form Credit Assignment Is All Process Reward Model Needs "
            "for Reasoning",
        ),
    )


def _grammar(variables: int) -> Grammar:
    """Node 0 stands for no flip yet, node v for variable v flipped last; the node after all is the end."""
    filler, end, done = variables, variables + 1, variables + 1
    arrows = [(done, end, done)]
    for node in range(done):
        arrows += [(node, token, token + 1) for token in range(variables) if token + 1 != node]
        arrows += [(node, filler, node), (node, end, done)]
    return Grammar.of_arrows(done + 1, variables + 2, arrows)


class Repair(Derivation):
    """Formulas of one size; subclassing fixes it and names the pool that they come from.

    An instance is a formula; each has several starts.

    Args of the subclass statement:
        name: name of the task's spec.
        variables: number of variables, n.
        clauses: number of clauses.
        distance: flips from the start to the nearest solution.
        level: ``easy`` or ``hard``, the tag.
    """

    variables: ClassVar[int]
    clauses: ClassVar[int]
    distance: ClassVar[int]
    has_held_out = True
    draws = 2
    state_names = (*Derivation.state_names, "formula", "assignment", "flipped")

    def __init_subclass__(
        cls, *, name: str = "", variables: int = 0, clauses: int = 0, distance: int = 0, level: str = "hard"
    ) -> None:
        super().__init_subclass__()
        if not name:
            return
        cls.variables, cls.clauses, cls.distance = variables, clauses, distance
        cls.spec = _spec(name, variables, clauses, distance, level)
        cls.grammar = _grammar(variables)

    @classmethod
    def pool_path(cls) -> Path:
        """Where the level's formulas stand."""
        return Path(__file__).with_name(f"formulas_{cls.variables}x{cls.clauses}.npz")

    def _allocate(self) -> None:
        super()._allocate()
        self.formulas: Formulas = load_formulas(self.pool_path())
        self._distances = self.formulas.distances.ravel()
        self._counts = self.formulas.unsatisfied.ravel()
        self.formula = np.zeros(self.num_worlds, np.int64)
        self.assignment = np.zeros(self.num_worlds, np.int64)
        self.flipped = np.zeros(self.num_worlds, np.int64)
        self._bits = 1 << np.arange(self.variables)
        # What one or two flips change: bits of the first variable, and of the second where it is another.
        self._pairs = self._bits[:, None] | self._bits

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        super()._begin(worlds, draws)
        starts = self.formulas.starts
        formula = Instances(len(starts)).pick(draws[:, 0], self.split)
        self.formula[worlds] = formula
        self.assignment[worlds] = starts[formula, choose(draws[:, 1], starts.shape[1])]
        self.flipped[worlds] = 0

    def _derive(self, tokens: np.ndarray, steps: np.ndarray) -> np.ndarray:
        before = self._distance()
        flips = np.where(steps, self._bits[np.where(steps, tokens, 0)], 0)
        self.assignment ^= flips
        self.flipped |= flips
        return self._distance() < before

    def _distance(self) -> np.ndarray:
        """(B,) int: flips to the nearest solution."""
        return self._distances[self._place()]

    def _place(self) -> np.ndarray:
        """(B,) int: where the tables speak of each world; flips of the assignment are flips of it."""
        return self.formula << self.variables | self.assignment

    def _unsatisfied(self) -> np.ndarray:
        """(B,) int: clauses that do not hold."""
        return self._counts[self._place()]

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        unsatisfied = self._unsatisfied()
        gains = unsatisfied[:, None, None] - self._counts.take(self._place()[:, None, None] ^ self._pairs)
        return {
            "assignment": (self.assignment[:, None] & self._bits) > 0,
            "flipped": (self.flipped[:, None] & self._bits) > 0,
            "gain": gains.diagonal(axis1=1, axis2=2).astype(np.float64),
            "gain_of_two": gains.max(axis=2).astype(np.float64),
            "unsatisfied": unsatisfied.astype(np.int64),
            "distance": self._distance().astype(np.float64),
            "step_correct": self.step_correct.copy(),
            **self.grading(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the text is complete and all clauses hold."""
        return self.complete() & (self._unsatisfied() == 0)

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: share of the distance that has been made good."""
        return np.maximum(1.0 - self._distance() / self.distance, 0.0)

    def scripted_actions(self) -> np.ndarray:
        """(B,): the legal flip that ends nearest to a solution, and the end where one is reached."""
        after = self._distances.take(self._place()[:, None] ^ self._bits)
        legal = self.action_masks()[:, : self.variables]
        flips = np.where(legal, after, self.variables + 1).argmin(axis=1)
        solved = self.complete() | (self._distance() == 0)
        return np.where(solved, self.spec.action.size - 1, flips)

    def instance_key(self, world: int) -> Hashable:
        """The formula's number in the pool."""
        return int(self.formula[world])

    def render_text(self, world: int) -> str:
        """The formula clause by clause, those that fail marked, and the assignment."""
        values = (self.assignment[world] & self._bits) > 0
        lines = [
            f"x{number} is {'true' if value else 'false'}" for number, value in enumerate(values, start=1)
        ]
        clauses = []
        for clause in self.formulas.literals[self.formula[world]]:
            words = " or ".join(f"{'' if literal > 0 else 'not '}x{abs(literal)}" for literal in clause)
            holds = any(values[abs(literal) - 1] == (literal > 0) for literal in clause)
            clauses.append(words if holds else f"{words}   <- fails")
        ending = [END] if self.complete()[world] else []
        return "\n".join([*clauses, ", ".join(lines), *ending])


@register
class SatRepairEasy(Repair, name="sat-repair-easy", variables=6, clauses=18, distance=2, level="easy"):
    """Six variables, two flips from a solution."""


@register
class SatRepair(Repair, name="sat-repair", variables=14, clauses=90, distance=7, level="easy"):
    """Fourteen variables, seven flips from a solution; the sparse reward, too, teaches it in 1 M steps."""
