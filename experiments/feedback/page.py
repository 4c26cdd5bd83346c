"""What the page shows of an experiment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...envs import TaskSpec, UserError, task_class
from ..store import Candidate, Store, ranked
from .pairs import Pair, pair_to_compare


@dataclass(frozen=True)
class Page:
    """All that one showing of the page needs.

    Attributes:
        task: the task.
        trained: all trained candidates, best first.
        pair: the two to compare; None where every pair worth it has been judged.
        opinions: how many are stored.
        left: candidates that the evolution may still propose; None where a race decides that.
    """

    task: TaskSpec
    trained: list[Candidate]
    pair: Pair | None
    opinions: int
    left: int | None


def read_page(store: Store, ids: tuple[int, int] | None = None) -> Page:
    """The page for `store`, with the candidates `ids` or, for None, the two most worth comparing.

    Raises:
        UserError: where the experiment has no two trained candidates, or none of these ids.
    """
    settings, candidates, opinions = store.settings(), store.candidates(), store.opinions()
    trained = ranked(candidates)
    _demand_two(settings, trained, store.folder)
    if ids is None:
        pair = pair_to_compare(candidates, {opinion.pair for opinion in opinions})
    else:
        pair = _pick(trained, ids[0]), _pick(trained, ids[1])
        if pair[0] is pair[1]:
            raise UserError(f"expected two different candidates, got {pair[0].name} twice")
    total = settings["generations"] * settings["samples"]
    left = None if settings["racing"] else max(0, total - len(candidates))
    return Page(task_class(settings["task"]).spec, trained, pair, len(opinions), left)


def _demand_two(settings: dict, trained: list[Candidate], folder: Path) -> None:
    if settings.get("kind") != "evolve":
        raise UserError(
            f"expected an evolution in {folder}, got a {settings.get('kind', 'new')} folder; people compare "
            "the candidates of `rewardsmith evolve`"
        )
    if settings["search"] == "iid":
        raise UserError(f"the evolution in {folder} is the iid control, whose proposals know of no feedback")
    if len(trained) < 2:
        found = "only one" if trained else "none"
        raise UserError(
            f"expected two trained candidates to compare in {folder}, found {found} yet; run its "
            "`rewardsmith evolve` command on until a generation is trained"
        )


def _pick(trained: list[Candidate], number: int) -> Candidate:
    for candidate in trained:
        if candidate.id == number:
            return candidate
    raise UserError(f"there is no trained candidate with the number {number}")
