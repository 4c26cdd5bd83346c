"""A café: its menu, its regulars, and every conversation that an order can begin."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ...task import Split
from ..instances import Instances

OPTIONS = 6
MENU = {
    "drink": ("espresso", "latte", "tea", "cocoa", "mocha", "cider"),
    "cup": ("thimble", "small", "medium", "large", "bucket", "own mug"),
    "milk": ("no milk", "cow's milk", "oat milk", "soy milk", "almond milk", "coconut milk"),
    "snack": ("no snack", "scone", "croissant", "muffin", "toast", "pretzel"),
    "seat": ("window", "counter", "sofa", "terrace", "corner", "booth"),
    "paper": ("news", "novel", "crossword", "comic", "poem", "atlas"),
}
# What each regular always has, in the order of the menu. Two regulars share every option.
REGULARS = {
    "night owl": ("espresso", "thimble", "no milk", "no snack", "window", "news"),
    "novelist": ("espresso", "thimble", "cow's milk", "no snack", "counter", "novel"),
    "violinist": ("latte", "small", "oat milk", "scone", "counter", "crossword"),
    "gardener": ("latte", "small", "soy milk", "croissant", "window", "crossword"),
    "professor": ("tea", "medium", "almond milk", "croissant", "sofa", "novel"),
    "postman": ("tea", "large", "coconut milk", "scone", "sofa", "news"),
    "sailor": ("cocoa", "medium", "no milk", "muffin", "terrace", "comic"),
    "baker": ("cocoa", "large", "cow's milk", "muffin", "terrace", "poem"),
    "clockmaker": ("mocha", "bucket", "oat milk", "toast", "corner", "atlas"),
    "astronomer": ("mocha", "own mug", "soy milk", "pretzel", "corner", "atlas"),
    "ferryman": ("cider", "bucket", "almond milk", "pretzel", "booth", "poem"),
    "beekeeper": ("cider", "own mug", "coconut milk", "toast", "booth", "comic"),
}
# (regulars, parts) int: the option that each always has.
HABITS = np.array(
    [
        [words.index(word) for words, word in zip(MENU.values(), habits, strict=True)]
        for habits in REGULARS.values()
    ]
)
EVERYONE = (1 << len(REGULARS)) - 1
# (parts, options) int: the regulars who always have it, one bit each; then how many any set of bits names.
WHO_HAS = ((HABITS[:, :, None] == np.arange(OPTIONS)) << np.arange(len(REGULARS))[:, None, None]).sum(axis=0)
HEADCOUNT = np.array([bits.bit_count() for bits in range(EVERYONE + 1)], np.float64)


class Conversations(NamedTuple):
    """Every conversation with the same number of open parts: what the order leaves open, names, and means.

    Attributes:
        habits: (n, parts) int, what a regular would have.
        is_open: (n, parts) bool, the parts that the order leaves open.
        named: number of ways to name the other parts; each of them goes with each of the n.
        instances: numbers of all n * named conversations, in training and held out.
    """

    habits: np.ndarray
    is_open: np.ndarray
    named: int
    instances: Instances

    @classmethod
    def with_open(cls, number: int, parts: int) -> Conversations:
        """All that leave `number` of the first `parts` open; regulars who have the same there are one."""
        rows = {
            tuple(int(habits[part]) if part in left_open else -1 for part in range(parts))
            for left_open in combinations(range(parts), number)
            for habits in HABITS
        }
        habits, named = np.array(sorted(rows)), OPTIONS ** (parts - number)
        return cls(habits, habits >= 0, named, Instances(len(habits) * named))

    def pick(self, uniform: np.ndarray, split: Split) -> tuple[np.ndarray, np.ndarray]:
        """Numbers (n,) in [0, 1) -> (n, parts) int what the guest wants, (n, parts) bool what is open."""
        row, naming = np.divmod(self.instances.pick(uniform, split), self.named)
        is_open = self.is_open[row]
        place = (~is_open).cumsum(axis=1) - 1
        named = naming[:, None] // OPTIONS ** np.maximum(place, 0) % OPTIONS
        return np.where(is_open, self.habits[row], named), is_open
