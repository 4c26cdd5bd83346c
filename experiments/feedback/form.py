"""From the fields of the form to an opinion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...envs import UserError, random_transitions, task_class
from ...reward_gen import Rejected, RewardProgram, check
from ..store import Candidate
from ..store.opinions import Opinion, Preference

_PREFERENCES: dict[str, Preference] = {"a": "first", "b": "second", "equal": "equal"}
_PROBES = 64


def read_form(form: Mapping[str, str], pair: tuple[Candidate, Candidate], task: str) -> Opinion:
    """The opinion on `pair` that `form` holds; an edited program must pass the checks of `task`.

    Raises:
        UserError: nothing was preferred, a text is too long, or an edited program is refused.
    """
    chosen = form.get("preferred", "")
    if chosen not in _PREFERENCES:
        raise UserError("choose A, B or about the same first")
    edits = {c.id: text for c in pair if (text := _edited(form, c)) is not None}
    opinion = Opinion(
        first=pair[0].id,
        second=pair[1].id,
        preferred=_PREFERENCES[chosen],
        text=_unix_lines(form.get("comment", "")).strip(),
        edits=edits,
        generation=max(c.generation for c in pair),
    )
    for label, candidate in zip("AB", pair, strict=True):
        if candidate.id in edits:
            _demand_accepted(edits[candidate.id], label, task)
    return opinion


def _edited(form: Mapping[str, str], candidate: Candidate) -> str | None:
    """What the person made of the candidate's program; None where it was left alone or emptied."""
    text = _unix_lines(form.get(f"program-{candidate.id}", "")).strip()
    shown = candidate.program.text.strip() if candidate.program else ""
    return text + "\n" if text and text != _unix_lines(shown) else None


def _demand_accepted(text: str, label: str, task: str) -> None:
    kind = task_class(task)
    samples = random_transitions(kind, _PROBES, np.random.default_rng(0))
    verdict = check(RewardProgram(text), kind.spec, samples)
    if isinstance(verdict, Rejected):
        raise UserError(f"your edit of program {label} is refused ({verdict.stage}): {verdict.reason}")


def _unix_lines(text: str) -> str:
    # Browsers send a form's lines with CR LF.
    return text.replace("\r\n", "\n").replace("\r", "\n")
