"""The typed building blocks of a grammar reward: `Measure`, `Gate`, `Term`, `Genome`.

A reward is a sum of named terms, each ``weight * gate * measure``. A measure is bounded, [0, 1] for a
state and [-1, 1] for a change, so that weights of different terms can be compared and no term can run
away. All are frozen and hashable; a genome travels as one line of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

MeasureKind = Literal["near", "progress", "level", "change", "holds", "turns", "match", "is", "effort"]
Shape = Literal["long_tail", "gaussian", "tanh", "exp", "linear"]
SHAPES: tuple[Shape, ...] = ("long_tail", "gaussian", "tanh", "exp", "linear")
SIGNED: frozenset[str] = frozenset({"progress", "change", "turns"})
MAX_TERMS = 6


@dataclass(frozen=True)
class Measure:
    """One bounded quantity of a step.

    Attributes:
        kind: ``near``: field `a` near `b`, or near zero when `b` is empty. ``progress``: that distance
            shrank in this step. ``level``: scalar `a` is high. ``change``: scalar `a` rose in this step.
            ``holds``: flag `a` is set. ``turns``: flag `a` was set in this step. ``match``: categories
            `a` and `b` agree. ``is``: category `a` has the value `index`. ``effort``: size of the action.
        a: name of the first field; empty for ``effort``.
        b: name of the second field, where there is one.
        index: component of a vector field, or value of a category; None for the whole field.
        shape: how nearness falls with distance, for ``near``.
        scale: distance or change that counts as one unit, in the field's unit; 0 where unused.
        rising: False turns a level, change or flag into its opposite.
    """

    kind: MeasureKind
    a: str = ""
    b: str = ""
    index: int | None = None
    shape: Shape | None = None
    scale: float = 0.0
    rising: bool = True

    @property
    def signed(self) -> bool:
        """Whether its range is [-1, 1] rather than [0, 1]; a signed measure cannot gate another."""
        return self.kind in SIGNED


@dataclass(frozen=True)
class Gate:
    """When a term counts: in proportion to `measure` (``soft``), or once it exceeds 0.7 (``hard``)."""

    mode: Literal["soft", "hard"]
    measure: Measure


@dataclass(frozen=True)
class Term:
    """``weight * gate * measure``; a cost has a negative weight."""

    weight: float
    measure: Measure
    gate: Gate | None = None

    def scaled(self, factor: float) -> Term:
        """The term with its weight multiplied by `factor`."""
        return replace(self, weight=rounded(self.weight * factor))


@dataclass(frozen=True)
class Genome:
    """A reward as a tuple of different terms, at least one."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if not self.terms or len(set(self.terms)) < len(self.terms):
            raise ValueError(f"a genome has at least one term and none twice, got {self.terms}")

    def to_json(self) -> str:
        """One line of JSON without the attributes that stand at their defaults."""
        return json.dumps([_compact(asdict(term)) for term in self.terms])

    @classmethod
    def from_json(cls, text: str) -> Genome:
        """Read what `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: `text` is something else.
        """
        return cls(tuple(_term(data) for data in json.loads(text)))


def distinct(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The first of all terms that differ in weight alone, in order."""
    found: dict[tuple[Measure, Gate | None], Term] = {}
    for term in terms:
        found.setdefault((term.measure, term.gate), term)
    return tuple(found.values())


def rounded(value: float) -> float:
    """`value` to two significant digits, so that code and genome show the same number.

    >>> rounded(0.03456)
    0.035
    """
    return float(f"{value:.2g}")


def _compact(data: dict[str, Any]) -> dict[str, Any]:
    kept = {key: _compact(value) if isinstance(value, dict) else value for key, value in data.items()}
    unset = {"b": "", "a": "", "index": None, "shape": None, "scale": 0.0, "rising": True, "gate": None}
    return {key: value for key, value in kept.items() if key not in unset or value != unset[key]}


def _term(data: dict[str, Any]) -> Term:
    gate = data.get("gate")
    read_gate = None if gate is None else Gate(gate["mode"], Measure(**gate["measure"]))
    return Term(float(data["weight"]), Measure(**data["measure"]), read_gate)
