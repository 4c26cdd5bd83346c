"""Writes a genome as readable reward code, and recovers the genome from code that it wrote."""

from __future__ import annotations

import keyword
import math
import re

from ....envs import Field, TaskSpec
from .describe import describe
from .terms import Genome, Measure, Term

_MARK = "# genome: "
_RESERVED = ("obs", "action", "next_obs", "xp", "reward", "compute_reward")
_SHAPED = {
    "long_tail": "1.0 / (1.0 + ({d} / {s}) ** 2)",
    "gaussian": "xp.exp(-0.5 * ({d} / {s}) ** 2)",
    "tanh": "1.0 - xp.tanh({d} / {s})",
    "exp": "xp.exp(-{d} / {s})",
    "linear": "xp.clip(1.0 - {d} / {s}, 0.0, 1.0)",
}


def render(genome: Genome, spec: TaskSpec) -> str:
    """The genome as program text; its last line holds the genome itself.

    Raises:
        KeyError: the genome names a field that `spec` does not have.
    """
    return _Writer(spec).program(genome)


def recover(text: str, spec: TaskSpec) -> Genome | None:
    """The genome of a program that `render` wrote for `spec`; None for any other program.

    A program that was edited by hand, or copied by a model together with its last line, no longer equals
    what its genome renders to, so a stale genome is never taken for the program.
    """
    last = text.rstrip().rpartition("\n")[2]
    if not last.startswith(_MARK):
        return None
    try:
        genome = Genome.from_json(last.removeprefix(_MARK))
        written = render(genome, spec)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
    return genome if written.strip() == text.strip() else None


def term_names(genome: Genome, spec: TaskSpec) -> tuple[str, ...]:
    """The name of each term of `genome` in the program that `render` writes."""
    writer = _Writer(spec)
    return tuple(writer.term(term)[0] for term in genome.terms)


class _Writer:
    """One program in the making: its lines, and the names given so far."""

    def __init__(self, spec: TaskSpec) -> None:
        self.spec = spec
        self.lines: list[str] = []
        self.variables: dict[object, str] = {}
        self.keys: dict[object, str] = {}

    def program(self, genome: Genome) -> str:
        """The whole text, ending with the genome."""
        paid = [self.term(term) for term in genome.terms]
        rows = "\n".join(f'        "{name}": {variable},' for name, variable in paid)
        body = "\n".join(f"    {line}".rstrip() for line in self.lines)
        goal = " ".join(self.spec.goal.split())
        return (
            f"def compute_reward(obs, action, next_obs, xp):\n"
            f"    # Goal: {goal}\n"
            f"{body}\n"
            f"    reward = {' + '.join(variable for _, variable in paid)}\n"
            f"    return reward, {{\n{rows}\n    }}\n"
            f"{_MARK}{genome.to_json()}\n"
        )

    def term(self, term: Term) -> tuple[str, str]:
        """Write one term; its name and the variable that holds what it pays."""
        value = self.measure(term.measure)
        name = _named(self.keys, term, value)
        paid = f"{term.weight!r} * {value}"
        if term.gate is not None:
            gate = self.measure(term.gate.measure)
            hard = term.gate.mode == "hard"
            when = f"only once {gate} exceeds 0.7" if hard else f"in proportion to {gate}"
            self.lines.append(f"# The term {name} counts {when}.")
            paid = f"xp.where({gate} > 0.7, {paid}, 0.0)" if hard else f"{paid} * {gate}"
        variable = _named(self.variables, term, f"{name}_paid")
        self.lines.append(f"{variable} = {paid}")
        return name, variable

    def measure(self, measure: Measure) -> str:
        """Write one measure, once; the variable that holds its value."""
        if measure in self.variables:
            return self.variables[measure]
        variable = _named(self.variables, measure, _measure_name(measure, self.spec))
        code = self.code(measure, variable)
        self.lines += ["", f"# {describe(measure, self.spec)}", f"{variable} = {code}"]
        return variable

    def code(self, measure: Measure, name: str) -> str:
        """The expression for a measure's value; lines that it needs are written before."""
        if measure.kind == "effort":
            return "xp.mean(action**2, axis=-1)"
        field = self.spec.field(measure.a)
        if measure.kind == "near":
            assert measure.shape is not None
            gap = self.distance(measure, "next_obs", f"{name}_distance")
            return _SHAPED[measure.shape].format(d=gap, s=repr(measure.scale))
        if measure.kind == "progress":
            before = self.distance(measure, "obs", f"{name}_before")
            after = self.distance(measure, "next_obs", f"{name}_after")
            return f"xp.clip(({before} - {after}) / {measure.scale!r}, -1.0, 1.0)"
        if measure.kind == "level":
            return _level(field, measure)
        if measure.kind == "change":
            later, earlier = _part(field, measure, "next_obs"), _part(field, measure, "obs")
            first, second = (later, earlier) if measure.rising else (earlier, later)
            return f"xp.clip(({first} - {second}) / {measure.scale!r}, -1.0, 1.0)"
        return self.discrete(field, measure)

    def discrete(self, field: Field, measure: Measure) -> str:
        """The expression for a flag's or a category's value."""
        on, off = ("1.0", "0.0") if measure.rising else ("0.0", "1.0")
        if measure.kind == "holds":
            return _mean(f"xp.where(next_obs.{field.name}, {on}, {off})", field)
        if measure.kind == "turns":
            now = _mean(f"xp.where(next_obs.{field.name}, {on}, {off})", field)
            before = _mean(f"xp.where(obs.{field.name}, {on}, {off})", field)
            return f"{now} - {before}"
        other = f"next_obs.{measure.b}" if measure.kind == "match" else repr(measure.index)
        return _mean(f"xp.where(next_obs.{field.name} == {other}, 1.0, 0.0)", field)

    def distance(self, measure: Measure, view: str, wanted: str) -> str:
        """Write the distance that `near` and `progress` speak of; the variable that holds it."""
        points = (measure.a, measure.b, measure.index, view)
        if points not in self.variables:
            variable = _named(self.variables, points, wanted)
            self.lines += ["", f"{variable} = {_distance(self.spec.field(measure.a), measure, view)}"]
        return self.variables[points]


def _named(names: dict[object, str], key: object, wanted: str) -> str:
    """The name that `key` has in `names`, or a new one close to `wanted`."""
    if key not in names:
        taken, name, number = set(names.values()), wanted, 2
        while name in taken or name in _RESERVED or keyword.iskeyword(name):
            name, number = f"{wanted}_{number}", number + 1
        names[key] = name
    return names[key]


def _distance(field: Field, measure: Measure, view: str) -> str:
    gap = f"{view}.{measure.a}"
    if measure.index is not None:
        other = f" - {view}.{measure.b}[:, {measure.index}]" if measure.b else ""
        return f"xp.abs({gap}[:, {measure.index}]{other})"
    if measure.b:
        gap = f"{gap} - {view}.{measure.b}"
    if not field.shape:
        return f"xp.abs({gap})"
    norm = f"xp.linalg.norm({gap}, axis=-1)"
    return f"xp.mean({norm}, axis=-1)" if len(field.shape) == 2 else norm


def _measure_name(measure: Measure, spec: TaskSpec) -> str:
    """A name that says what is measured, such as ``hand_near_handle``."""
    short = measure.a.removesuffix("_pos")
    other = measure.b.removesuffix("_pos")
    if measure.kind == "effort":
        return "effort"
    if measure.kind == "is":
        labels = spec.field(measure.a).labels
        word = re.sub(r"\W+", "_", labels[measure.index or 0]).strip("_") if labels else ""
        return f"{short}_is_{word if word.isascii() and word else measure.index}"
    if measure.index is not None:
        short += f"_{'xyz'[measure.index]}"
    if measure.kind == "near":
        return f"{short}_near_{other}" if other else f"{short}_small"
    if measure.kind == "progress":
        return f"{short}_closing_on_{other}" if other else f"{short}_shrinking"
    if measure.kind == "match":
        return f"{short}_matches_{other}"
    words = {"level": ("high", "low"), "change": ("rises", "falls"), "holds": ("holds", "absent")}
    rising, falling = words.get(measure.kind, ("gained", "lost"))
    return f"{short}_{rising if measure.rising else falling}"


def _part(field: Field, measure: Measure, view: str) -> str:
    whole = f"{view}.{field.name}"
    return whole if measure.index is None else f"{whole}[:, {measure.index}]"


def _level(field: Field, measure: Measure) -> str:
    value = _part(field, measure, "next_obs")
    low, spread = float(f"{field.low:.6g}"), float(f"{field.high - field.low:.6g}")
    if math.isfinite(spread) and spread > 0:
        share = f"({value} - {low!r}) / {spread!r}" if low else f"{value} / {spread!r}"
        return f"xp.clip({share if measure.rising else f'1.0 - {share}'}, 0.0, 1.0)"
    sign = "+" if measure.rising else "-"
    return f"0.5 {sign} 0.5 * xp.tanh({value} / {measure.scale!r})"


def _mean(code: str, field: Field) -> str:
    for _ in field.shape:
        code = f"xp.mean({code}, axis=-1)"
    return code
