"""The newest state of an experiment that two spoilt copies of it agree to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import cast

from .opinions import Opinion
from .run import EVOLVED
from .salvage import Row, Salvage

_DONE = ("trained", "rejected", "failed")


@dataclass(frozen=True)
class Merged:
    """A state from which the experiment goes on to the same end.

    Attributes:
        rows: table -> its rows.
        changed: number of changes that the state shall know, more than either copy.
        lines: what is kept and what is lost, for the user.
    """

    rows: dict[str, list[Row]]
    changed: int
    lines: list[str]


def merge(main: Salvage, backup: Salvage) -> Merged | None:
    """Take what is good of `main`, and of `backup` what `main` lost; None if no settings are left."""
    backup_is_newer = not backup.damage and backup.changed >= main.changed
    sources = (backup, main) if backup_is_newer else (main, backup)
    settings = _union("settings", *sources)
    if not settings:
        return None
    candidates = _candidates(*sources, racing=("racing", "true") in settings)
    opinions = [row for row in _union("opinions", *sources) if _named(row) <= {c[0] for c in candidates}]
    same = len(candidates) == len(sources[0].rows["candidates"]) and "candidates" in sources[0].complete
    # Which program the runs of the best one tested is known for sure only where nothing is lost.
    runs = [
        row
        for row in _union("runs", *sources)
        if row[0] != EVOLVED or (same and row in _own_runs(sources[0]))
    ]
    rows = {"settings": settings, "candidates": candidates, "runs": runs, "opinions": opinions}
    return Merged(rows, 1 + max(main.changed, backup.changed), _lines(rows, sources))


def _candidates(main: Salvage, backup: Salvage, racing: bool) -> list[Row]:
    """All generations up to the first that no copy holds whole, or that is still under way."""
    kept: list[Row] = []
    for generation in itertools.count():
        copies = [(source, source.generation(generation)) for source in (main, backup)]
        ids = [_ids(rows) for source, rows in copies if _is_whole(rows, len(kept), source)]
        whole = [rows for _, rows in copies if _ids(rows) in ids and not (racing and _is_mixed(rows))]
        done = [rows for rows in whole if all(row[2] in _DONE for row in rows)]
        kept += (done or whole or [[]])[0]
        if not done:
            return kept
    raise AssertionError


def _is_whole(rows: list[Row], first: int, source: Salvage) -> bool:
    """Whether `rows` are all candidates of a generation, whose ids begin with `first`.

    A generation is stored in one transaction, so the first candidate of the next one says that all are there.
    """
    ids = _ids(rows)
    if not rows or ids != list(range(first, first + len(rows))):
        return False
    return "candidates" in source.complete or (first + len(rows),) in source.rows["candidates"]


def _is_mixed(rows: list[Row]) -> bool:
    """Whether a race is over for some and not for others: it is stored as a whole, so some are outdated."""
    states = {row[2] for row in rows}
    return "accepted" in states and not states.isdisjoint(("trained", "failed"))


def _ids(rows: list[Row]) -> list[int]:
    return [cast(int, row[0]) for row in rows]


def _named(row: Row) -> set[int]:
    """The candidates that an opinion is about."""
    opinion = Opinion.from_json(row[1])
    return {*opinion.pair, *opinion.edits}


def _own_runs(source: Salvage) -> list[Row]:
    return list(source.rows["runs"].values())


def _union(table: str, first: Salvage, second: Salvage) -> list[Row]:
    return sorted({**second.rows[table], **first.rows[table]}.values())


def _lines(rows: dict[str, list[Row]], sources: tuple[Salvage, Salvage]) -> list[str]:
    lines = []
    for table in ("candidates", "runs", "opinions"):
        seen = len(_union(table, *sources))
        lines.append(f"{table}: kept {len(rows[table])} of the {seen} that can be read")
    if not any("settings" in source.complete for source in sources):
        lines.append("settings: some may be lost, then the same command says which")
    return lines
