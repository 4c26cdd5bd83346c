"""Coin Collector: somewhere in a maze of rooms lies a coin.

The official levels 110 and 120 of the challenge (Côté et al. 2018): a chain of 10 or 20 rooms with the coin
at its far end, and a dead end beside each. A random walker falls back too often to get far. Paying for each
room that is new in the episode carries it through, in mazes never seen as well (Yuan et al. 2018).
"""

from __future__ import annotations

from ...registry import register
from ...spec import TaskSpec
from .world import TextWorldTask, commands, map_fields

_ACTION = commands(("take coin",))
_PAPERS = (
    "Yuan et al. 2018, Counting to Explore and Generalize in Text-based Games",
    "Côté et al. 2018, TextWorld: A Learning Environment for Text-based Games",
)


def _spec(name: str, rooms: int, horizon: int, level: str) -> TaskSpec:
    return TaskSpec(
        name=name,
        goal=(
            f"Find the coin that lies in one of {rooms} rooms, far from the start, and take it. The command "
            "`take coin` is possible only where the coin is."
        ),
        fields=map_fields(_ACTION),
        action=_ACTION,
        horizon=horizon,
        tags=("text", "exploration", level),
        metric="rooms entered, as a share of all",
        ends_on_success=True,
        papers=_PAPERS,
    )


@register
class CoinEasy(TextWorldTask):
    """Level 110: the coin is 9 rooms away, among 20."""

    spec = _spec("textworld-coin-easy", 20, 50, "easy")
    pool_name = "coin_easy"


@register
class Coin(TextWorldTask):
    """Level 120: the coin is 19 rooms away, among 40."""

    spec = _spec("textworld-coin", 40, 80, "hard")
    pool_name = "coin"
