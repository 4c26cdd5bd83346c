"""Who answers the router's questions: what they cost, and how often they are right about what."""

from __future__ import annotations

import numpy as np

KINDS = ("a sum", "a rhyme", "a map", "an old law")
DIFFICULTIES = ("easy", "tricky", "fiendish")
# Who can be asked -> price in coins, and the chance to be right on an easy, tricky, fiendish question.
HELPERS = {
    "think": (1, {"a sum": (1.0, 0.5, 0.2), "a rhyme": (1.0, 0.4, 0.2),
                  "a map": (0.6, 0.3, 0.2), "an old law": (0.4, 0.3, 0.2)}),
    "student": (2, {"a sum": (1.0, 1.0, 0.5), "a rhyme": (0.6, 0.4, 0.2),
                    "a map": (1.0, 0.6, 0.3), "an old law": (1.0, 0.5, 0.2)}),
    "poet": (3, {"a sum": (0.5, 0.3, 0.2), "a rhyme": (1.0, 1.0, 1.0),
                 "a map": (0.6, 0.4, 0.2), "an old law": (0.7, 0.4, 0.3)}),
    "navigator": (3, {"a sum": (1.0, 0.7, 0.4), "a rhyme": (0.4, 0.3, 0.2),
                      "a map": (1.0, 1.0, 1.0), "an old law": (0.6, 0.3, 0.2)}),
    "judge": (4, {"a sum": (0.8, 0.5, 0.2), "a rhyme": (0.7, 0.5, 0.3),
                  "a map": (0.6, 0.4, 0.2), "an old law": (1.0, 1.0, 1.0)}),
    "professor": (6, {"a sum": (1.0, 1.0, 1.0), "a rhyme": (1.0, 0.9, 0.7),
                      "a map": (1.0, 0.9, 0.8), "an old law": (1.0, 0.9, 0.8)}),
}  # fmt: skip
PRICES = np.array([price for price, _ in HELPERS.values()])
# (helpers, kinds * difficulties): a question's matter is its kind and difficulty as one number.
COMPETENCE = np.array([[skill[kind] for kind in KINDS] for _, skill in HELPERS.values()]).reshape(
    len(HELPERS), -1
)
MATTERS = len(KINDS) * len(DIFFICULTIES)
CHEAPEST_SURE = np.where(COMPETENCE == 1.0, PRICES[:, None], PRICES.max() + 1).argmin(axis=0)


def skills(name: str) -> str:
    """What a helper costs and knows, in words."""
    price, skill = HELPERS[name]
    lines = ", ".join(f"{kind} {'/'.join(f'{chance:g}' for chance in skill[kind])}" for kind in KINDS)
    return f"{name} ({price}): {lines}"
