"""The Cooking Game: read the cookbook, gather two ingredients, prepare each as it says, and eat the meal.

Games of the First TextWorld Problems competition (Côté et al. 2018): six rooms, closed doors and a closed
fridge, and foods that must be cooked and cut. Frying what should be roasted, or cooking it twice, loses. The
commands stand for foods by their place on a list, and the recipe is a list of what is left to do, so that a
policy can cook what it has never seen, as LeDeepChef's does by such classes of commands (Adolphs and
Hofmann 2020).

The engine makes a meal of ingredients that are not prepared, and its score pays for eating it, though the
game cannot be won any more: an agent paid by the score alone soon does just that.
"""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import TaskSpec
from ..fields import category, flag, share
from .games import holds
from .world import SIDES, TextWorldTask, commands, map_fields

FOODS = 6
CONTAINERS = 3
COOKED = ("none", "fried", "roasted", "grilled")
CUT = ("none", "chopped", "sliced", "diced")
_FOODS = tuple(f"food {place + 1}" for place in range(FOODS))
_ACTION = commands(
    (
        "read the cookbook",
        "take the knife",
        "prepare meal",
        "eat meal",
        *(f"open the door {side}" for side in SIDES),
        *(f"open container {place + 1}" for place in range(CONTAINERS)),
        *(f"take {food}" for food in _FOODS),
        *(f"cook {food} with the {tool}" for tool in ("stove", "oven", "BBQ") for food in _FOODS),
        *(f"{verb} {food}" for verb in ("chop", "slice", "dice") for food in _FOODS),
    )
)
_READ = _ACTION.labels.index("read the cookbook")
# "raw" and "uncut" leave nothing to do.
_NUMBERS = {"raw": 0, "uncut": 0} | {way: ways.index(way) for ways in (COOKED, CUT) for way in ways[1:]}
_STATES = ("held", *COOKED[1:], *CUT[1:])


@register
class Cooking(TextWorldTask):
    """Two ingredients among up to six foods, in six rooms."""

    spec = TaskSpec(
        name="textworld-cooking",
        goal=(
            "Find the kitchen and read the cookbook. Take the two ingredients that it names, cook and cut "
            "each exactly as it says (the stove fries, the oven roasts, the BBQ grills; cutting takes the "
            "knife), prepare the meal in the kitchen and eat it. An ingredient that is cooked wrongly or "
            "twice, or cut wrongly, loses the game; a meal made too early can no longer be mended."
        ),
        fields=(
            *map_fields(_ACTION),
            flag("recipe_read", "whether the cookbook has been read"),
            flag("to_take", "whether each food is an ingredient not held; false until known", (FOODS,)),
            category("to_cook", "what is left to cook of each food; none until known", COOKED, (FOODS,)),
            category("to_cut", "what is left to cut of each food; none until known", CUT, (FOODS,)),
            flag("held", "whether the player holds each food", (FOODS,)),
            flag("lost", "whether an ingredient is spoilt", observed=False),
            share("score", "share of the game's quests that are complete", observed=False),
        ),
        action=_ACTION,
        horizon=50,
        tags=("text", "planning", "hard"),
        metric="share of the game's quests that are complete",
        ends_on_success=True,
        papers=(
            "Adolphs and Hofmann 2020, LeDeepChef: Deep Reinforcement Learning Agent for Families of "
            "Text-Based Games",
            "Côté et al. 2018, TextWorld: A Learning Environment for Text-based Games",
        ),
    )
    pool_name = "cooking"
    state_names = (*TextWorldTask.state_names, "read")

    def _allocate(self) -> None:
        super()._allocate()
        self.read = np.zeros(self.num_worlds, bool)
        self._recipes = np.array([_recipe(game["recipe"]) for game in self.pool.games])
        self._marks = np.stack([self.pool.marks(state, FOODS) for state in _STATES], axis=1)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        super()._begin(worlds, draws)
        self.read[worlds] = False

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        self.read |= legal & (actions == _READ)
        super()._act(actions, legal)

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: share of the game's quests that are complete."""
        return self.score()

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        states = holds(self.facts[:, None, None], self._marks[self.game])
        states = holds(self.facts[:, None, None], self._marks[self.game])
        held, cooked, cut = states[:, 0].copy(), _number(states[:, 1:4]), _number(states[:, 4:])
        ways = self._recipes[self.game]
        needed = (ways[:, 0] > 0) & self.read[:, None]
        return {
            **super().fields(),
            "recipe_read": self.read.copy(),
            "to_take": needed & ~held,
            "to_cook": np.where(needed & (ways[:, 1] != cooked), ways[:, 1], 0),
            "to_cut": np.where(needed & (ways[:, 2] != cut), ways[:, 2], 0),
            "held": held,
            "lost": self.failed.copy(),
            "score": self.score(),
        }

    def task_line(self, world: int) -> str:
        """The recipe, once it is read."""
        game = self.pool.games[self.game[world]]
        if not self.read[world]:
            return "You are hungry! Let's cook a delicious meal. The cookbook has the recipe."
        wanted = zip(game["foods"], game["recipe"], strict=True)
        return "Recipe: " + ", ".join(f"{' '.join(ways)} {food}" for food, ways in wanted if ways)


def _number(states: np.ndarray) -> np.ndarray:
    """(B, FOODS) int: which of `states` (B, n, FOODS) each food is in, from 1; 0 where in none."""
    return np.where(states.any(axis=1), 1 + states.argmax(axis=1), 0)


def _recipe(recipe: list[list[str] | None]) -> np.ndarray:
    """(3, FOODS) int: whether each food is an ingredient, how it is to be cooked and how to be cut."""
    found = np.zeros((3, FOODS), np.int64)
    for place, ways in enumerate(recipe):
        if ways is not None:
            found[:, place] = 1, _NUMBERS[ways[0]], _NUMBERS[ways[1]]
    return found
