"""Says in a sentence what a measure rewards: the comments of the code that the grammar writes."""

from __future__ import annotations

from ....envs import TaskSpec
from .terms import Measure


def describe(measure: Measure, spec: TaskSpec) -> str:
    """One sentence without a line break; the range of the value is part of it."""
    if measure.kind == "effort":
        return "0 for no action, 1 for the largest: the effort of this step."
    field = spec.field(measure.a)
    unit = f" {field.unit}" if field.unit else ""
    what = measure.a
    if measure.index is not None and field.kind == "real":
        what = f"component {measure.index} of {measure.a}"
    target = measure.b or "zero"
    if measure.kind == "near":
        return f"1 when {what} is at {target}, falling with distance on a scale of {measure.scale!r}{unit}."
    if measure.kind == "progress":
        return f"Progress of {what} towards {target} in this step; 1 for {measure.scale!r}{unit} or more."
    if measure.kind == "level":
        return f"0 to 1: how {'large' if measure.rising else 'small'} {what} is."
    if measure.kind == "change":
        verb = "rise" if measure.rising else "fall"
        return f"The {verb} of {what} in this step; 1 for {measure.scale!r}{unit} or more."
    if measure.kind == "match":
        return f"1 when {measure.a} and {measure.b} agree, else 0."
    if measure.kind == "is":
        word = f" ({' '.join(field.labels[measure.index or 0].split())})" if field.labels else ""
        return f"1 when {measure.a} is {measure.index}{word}, else 0."
    state = "set" if measure.rising else "not set"
    if measure.kind == "holds":
        return f"1 while {measure.a} is {state}, else 0."
    return f"1 in the step in which {measure.a} becomes {state}, -1 when it is undone, else 0."
