"""Field names that tell nothing: is a task solved from its goal, or remembered by its names?

A public benchmark's names may call up a published reward. Behind this proposer another one sees every field
as ``quantity_<n>``; goal and meanings stay in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from ....envs import TaskSpec
from ...checking.surface import ATTRIBUTES
from ...program import RewardProgram
from ...verdict import Rejected
from ..proposer import Failure, Findings, Parent, Proposal, Proposer

_READ = re.compile(r"\b((?:next_)?obs[ \t]*\.[ \t]*)(\w+)")
# Within a line: a comment's full stop and the name that begins the next line are no attribute.
_HIDDEN = re.compile(r"(?<=[\w\])])([ \t]*\.[ \t]*)(quantity_\d+)\b")
# The grammar's own note at a program's end spells every field.
_GENOME = re.compile(r"^# genome: .*\n?", re.MULTILINE)
Names = Mapping[str, str]


class AnonymousNames:
    """Hides the names of a task's fields from another proposer, and puts them back into its programs.

    A program that reads a field by its true name, which nobody told it, is rejected. Raw answers stay as
    they came.

    Args:
        proposer: who writes the programs.
    """

    def __init__(self, proposer: Proposer) -> None:
        self.proposer = proposer

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Write `n` candidates without having seen a field's name.

        Raises:
            ProposerError: no candidate can be made at all.
        """
        names = hidden_names(spec)
        proposals = self.proposer.propose(hide_spec(spec, names), hide_findings(findings, names), n, rng)
        return [replace(p, outcome=_translated(p.outcome, names)) for p in proposals]


def hidden_names(spec: TaskSpec) -> dict[str, str]:
    """True name -> the name that is shown, in the order of the fields."""
    return {field.name: f"quantity_{number}" for number, field in enumerate(spec.fields, 1)}


def hide_spec(spec: TaskSpec, names: Names) -> TaskSpec:
    """`spec` with other names for its fields, in its sentences too."""
    fields = tuple(
        replace(field, name=names[field.name], meaning=hide_prose(field.meaning, names))
        for field in spec.fields
    )
    action = replace(spec.action, meaning=hide_prose(spec.action.meaning, names))
    goal, metric = hide_prose(spec.goal, names), hide_prose(spec.metric, names)
    return replace(spec, fields=fields, action=action, goal=goal, metric=metric)


def hide_findings(findings: Findings, names: Names) -> Findings:
    """`findings` with other names for the fields, in programs, reflections, reasons and comments."""
    return replace(
        findings,
        parents=tuple(_hide_parent(parent, names) for parent in findings.parents),
        failures=tuple(_hide_failure(failure, names) for failure in findings.failures),
        comments=tuple(hide_prose(comment, names) for comment in findings.comments),
    )


def hide_prose(text: str, names: Names) -> str:
    """`text` with the names hidden that are no plain words: with an underscore, or between backticks."""
    text = _swapped(r"\b{}\b", text, [name for name in names if "_" in name], names)
    return _swapped(r"(?<=`){}(?=`)", text, names, names)


def hide_code(text: str, names: Names) -> str:
    """The program `text` with all names hidden; variables and terms of an underscored name change along."""
    text = hide_prose(_GENOME.sub("", text), names)
    text = _READ.sub(lambda found: found[1] + names.get(found[2], found[2]), text)
    # Helpers get `obs` under a name of their own, so that any attribute may be a field.
    return _swapped(r"(?<=\.){}\b", text, [name for name in names if name not in ATTRIBUTES], names)


def show_code(text: str, names: Names) -> str:
    """The program `text` with the true names of the fields that it reads."""
    true = {hidden: name for name, hidden in names.items()}
    return _HIDDEN.sub(lambda found: found[1] + true.get(found[2], found[2]), text)


def _translated(outcome: RewardProgram | Rejected, names: Names) -> RewardProgram | Rejected:
    if isinstance(outcome, Rejected):
        return outcome
    known = sorted({found[2] for found in _READ.finditer(outcome.text)} & set(names))
    if known:
        return Rejected("static", f"obs has no field {known[0]}; the fields are {', '.join(names.values())}")
    return replace(outcome, text=show_code(outcome.text, names))


def _hide_parent(parent: Parent, names: Names) -> Parent:
    found = parent.feedback or (parent.reflection.text() if parent.reflection else "")
    program = replace(parent.program, text=hide_code(parent.program.text, names))
    # Only the text of the reflection is handed on: it is what names the program's terms in a prompt.
    return replace(parent, program=program, feedback=hide_prose(found, names), reflection=None)


def _hide_failure(failure: Failure, names: Names) -> Failure:
    reason = hide_prose(failure.reason, names)
    if "field" in reason:
        # Such a reason lists the fields as bare words.
        reason = _swapped(r"\b{}\b", reason, names, names)
    return replace(failure, text=hide_code(failure.text, names), reason=reason)


def _swapped(pattern: str, text: str, which: Iterable[str], names: Names) -> str:
    """`text` with every one of `which` that stands where `pattern` allows replaced by its other name."""
    words = "|".join(sorted(map(re.escape, which), key=len, reverse=True))
    return re.sub(pattern.format(f"({words})"), lambda found: names[found[1]], text) if words else text
