"""All that the page shows, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .failures import Failure
from .pictures import Figure
from .programs import Program
from .tables import Block, Table
from .watched import Watched


class Fact(NamedTuple):
    """One figure in large type: what it is of, the figure, and what must be said with it."""

    of: str
    value: str
    more: str = ""


@dataclass(frozen=True)
class SearchPart:
    """A search, by its best candidate.

    Attributes:
        name: which of a benchmark's searches it is; empty for an evolution.
        program: the best candidate's.
        figures: how the candidates learnt, and who descends from whom.
        term_figures: the parts of the best reward over training.
        candidates: one row for each.
    """

    name: str
    program: Program
    figures: list[Figure]
    term_figures: list[Figure]
    candidates: Table


@dataclass(frozen=True)
class TaskPart:
    """All that is known of one task.

    Attributes:
        name: the task's.
        goal: in plain words.
        facts: the main figures.
        settings: name and value of each setting.
        seeds: which seeds were used for what.
        comparison: the final test, in tables.
        figures: the final test, in pictures.
        watched: what the final agents do.
        search: the best search; None where nothing was searched, or nothing trained yet.
        failures: what went wrong.
        cost: of searches and final test.
        isolation: level of isolation and how many trainings had it.
        command: what gives these figures again.
    """

    name: str
    goal: str
    facts: list[Fact]
    settings: Table
    seeds: Table
    comparison: list[Block]
    figures: list[Figure]
    search: SearchPart | None
    failures: list[Failure]
    cost: Table
    isolation: list[str]
    command: str
    watched: list[Watched] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Size of its pictures on the page."""
        searched = [*self.search.figures, *self.search.term_figures] if self.search else []
        return sum(len(figure.address) for figure in [*self.figures, *searched])


@dataclass(frozen=True)
class Report:
    """One page.

    Attributes:
        kind: ``evolution`` or ``benchmark``.
        title: of the page.
        facts: the main figures over all tasks; empty for a single task.
        summary: tables over all tasks.
        figures: pictures over all tasks.
        tasks: a part for each.
        versions: name, version when the agents were trained, version now.
    """

    kind: str
    title: str
    facts: list[Fact]
    summary: list[Block]
    figures: list[Figure]
    tasks: list[TaskPart]
    versions: Table
