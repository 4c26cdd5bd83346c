"""Ask or act: a café order that sometimes names everything and sometimes says only "as usual".

The guest is one of twelve regulars, nobody says which. What the order names is meant for today and tells
nothing about the guest; what it leaves open is what this regular always has. The barista may ask about any
part before writing it on the ticket, and must tell when to: a part that the order names, or that the answers
so far already settle, needs no question. The regulars' habits overlap, so one answer often settles two parts.

Success is a ticket that is right in every part without a needless question: who never asks guesses, and who
always asks tries the guest's patience. To balance asking with acting is the aim of Acikgoz et al. ("SpeakRL",
2025); a reward for the profile inferred beside one for the response is the idea of Zhao et al. ("Teaching
Language Models to Evolve with Users", 2025).

Held out are conversations: orders that, with what the guest wants, never occur in training. Every habit and
every word of an order occurs there.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..array_task import ArrayTask
from ..fields import ILLEGAL_ACTIONS, category, flag
from .cafe import EVERYONE, HEADCOUNT, MENU, OPTIONS, REGULARS, WHO_HAS, Conversations

# Of an episode's draws the first chooses how many parts are open: none in half of the episodes.
_CLEAR = 0.5


def _spec(name: str, level: str, parts: tuple[str, ...], most_open: int) -> TaskSpec:
    count, order = len(parts), f"in the order {', '.join(parts)}"
    menu = "; ".join(f"{part}: {', '.join(MENU[part])}" for part in parts)
    options = tuple(f"option {number}" for number in range(1, 1 + OPTIONS))
    habits = "; ".join(f"{regular}: {', '.join(words[:count])}" for regular, words in REGULARS.items())
    return TaskSpec(
        name=name,
        goal=(
            "Write the ticket of a café guest: one option for every part, then serve. The order leaves up to "
            f"{most_open} parts open, which are then as this regular always has them. Ask about a part only "
            "where neither the order nor the answers settle it: a ticket counts if it is right in every "
            f"part and no question was needless. Menu: {menu}. Regulars: {habits}."
        ),
        fields=(
            category("order", f"option named for each part, {order}", ("as usual", *options), (count,)),
            category("answers", f"option told on asking, {order}", ("not asked", *options), (count,)),
            category("ticket", f"option written down, {order}", ("blank", *options), (count,)),
            _count(
                "unsettled",
                "parts that are neither named, nor told, nor alike for all regulars who fit the answers",
                most_open,
            ),
            _count(
                "fitting_regulars", "regulars whose habits fit the answers about open parts", len(REGULARS)
            ),
            _count("needless_questions", "questions about parts that were already settled", count),
            _count("right_parts", "parts written as the guest wants them", count),
            flag("served", "whether the ticket has been served", observed=False),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec(
            "discrete",
            count * (1 + OPTIONS) + 1,
            "a question about a part, an option for a part (each part is written once), or to serve, which "
            "takes a full ticket",
            labels=(
                *(f"Which {part}, please?" for part in parts),
                *(f"{part}: {option}" for part in parts for option in MENU[part]),
                "serve",
            ),
            masked=True,
        ),
        horizon=2 * count + 2,
        tags=("text", "dialogue", level),
        metric="share of the parts that are right",
        ends_on_success=True,
        papers=(
            "Acikgoz et al. 2025, SpeakRL: Synergizing Reasoning, Speaking, and Acting in Language Models "
            "with Reinforcement Learning",
            "Zhao et al. 2025, Teaching Language Models to Evolve with Users: Dynamic Profile Modeling for "
            "Personalized Alignment",
        ),
    )


def _count(name: str, meaning: str, most: int) -> Field:
    return Field(name, meaning, low=0.0, high=float(most), observed=False)


class Cafe(ArrayTask):
    """The café with part of the menu: ``class Bar(Cafe, name=..., level=..., parts=..., most_open=...)``.

    Args of the subclass statement:
        name: name of the task's spec.
        level: ``easy`` or ``hard``.
        parts: how many parts of the menu an order has.
        most_open: most parts that an order leaves open.
    """

    parts: ClassVar[tuple[str, ...]]
    conversations: ClassVar[tuple[Conversations, ...]]
    draws = 2
    has_held_out = True
    state_names = ("wanted", "is_open", "asked", "ticket", "needless", "served")

    def __init_subclass__(
        cls, *, name: str = "", level: str = "", parts: int = 0, most_open: int = 0
    ) -> None:
        super().__init_subclass__()
        if not name:
            return
        cls.parts = tuple(MENU)[:parts]
        cls.conversations = tuple(Conversations.with_open(number, parts) for number in range(1 + most_open))
        cls.spec = _spec(name, level, cls.parts, most_open)

    def _allocate(self) -> None:
        shape = (self.num_worlds, len(self.parts))
        self.wanted = np.zeros(shape, np.int64)
        self.is_open = np.zeros(shape, bool)
        self.asked = np.zeros(shape, bool)
        self.ticket = np.zeros(shape, np.int64)
        self.needless = np.zeros(self.num_worlds)
        self.served = np.zeros(self.num_worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        ambiguous = len(self.conversations) - 1
        left_open = np.ceil((draws[:, 0] - _CLEAR).clip(0.0) / (1.0 - _CLEAR) * ambiguous)
        for number, conversations in enumerate(self.conversations):
            here = left_open == number
            wanted, is_open = conversations.pick(draws[here, 1], self.split)
            self.wanted[worlds[here]] = wanted
            self.is_open[worlds[here]] = is_open
        self.asked[worlds] = False
        self.ticket[worlds] = 0
        self.needless[worlds] = 0.0
        self.served[worlds] = False

    def _alike(self) -> np.ndarray:
        """(B, parts) int: the regulars who always have what the guest wants there, one bit each."""
        return WHO_HAS[np.arange(len(self.parts)), self.wanted]

    def _fitting(self) -> np.ndarray:
        """(B,) int: the regulars who fit what was told about open parts, one bit each."""
        told = self.asked & self.is_open
        return np.bitwise_and.reduce(np.where(told, self._alike(), EVERYONE), axis=1)

    def _settled(self) -> np.ndarray:
        """(B, parts) bool: named, or all who fit have the same there; the guest is one of them."""
        return ~self.is_open | (self._fitting()[:, None] & ~self._alike() == 0)

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        count = len(self.parts)
        asks = np.flatnonzero(legal & (actions < count))
        part = actions[asks]
        self.needless[asks] += self._settled()[asks, part]
        self.asked[asks, part] = True

        serve = actions == self.spec.action.size - 1
        writes = np.flatnonzero(legal & (actions >= count) & ~serve)
        part, option = np.divmod(actions[writes] - count, OPTIONS)
        self.ticket[writes, part] = 1 + option
        self.served |= legal & serve

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: blank parts can be asked about, once, and written; a full ticket served."""
        blank = self.ticket == 0
        return np.concatenate(
            [blank & ~self.asked, blank.repeat(OPTIONS, axis=1), ~blank.any(axis=1, keepdims=True)], axis=1
        )

    def _right(self) -> np.ndarray:
        return self.ticket == 1 + self.wanted

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        return {
            "order": np.where(self.is_open, 0, 1 + self.wanted),
            "answers": np.where(self.asked, 1 + self.wanted, 0),
            "ticket": self.ticket.copy(),
            "unsettled": (~self._settled()).sum(axis=1).astype(np.float64),
            "fitting_regulars": HEADCOUNT[self._fitting()],
            "needless_questions": self.needless.copy(),
            "right_parts": self._right().sum(axis=1).astype(np.float64),
            "served": self.served.copy(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the ticket is served, all is as wanted, and no question was needless."""
        return self.served & self._right().all(axis=1) & (self.needless == 0)

    def terminated(self) -> np.ndarray:
        """(B,) bool: a served ticket ends the episode, right or wrong."""
        return self.served.copy()

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: share of the parts that are right."""
        return self._right().mean(axis=1)

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: ask about the first unsettled part, else write the first blank one, else serve."""
        unsettled, blank = ~self._settled(), self.ticket == 0
        part = blank.argmax(axis=1)
        write = len(self.parts) + part * OPTIONS + self.wanted[self._everyone, part]
        act = np.where(blank.any(axis=1), write, self.spec.action.size - 1)
        return np.where(unsettled.any(axis=1), unsettled.argmax(axis=1), act)

    def instance_key(self, world: int) -> Hashable:
        """What the guest wants, and which parts the order leaves open."""
        return tuple(self.wanted[world].tolist()), tuple(self.is_open[world].tolist())

    def render_text(self, world: int) -> str:
        """The order, the questions with their answers, and the ticket."""
        wanted = [MENU[part][option] for part, option in zip(self.parts, self.wanted[world], strict=True)]
        named = [word for word, is_open in zip(wanted, self.is_open[world], strict=True) if not is_open]
        rest = ["the rest as usual"] if self.is_open[world].any() else []
        asked = [
            f"Which {part}, please? {word.capitalize()}."
            for part, word, told in zip(self.parts, wanted, self.asked[world], strict=True)
            if told
        ]
        written = [
            f"{part}: {MENU[part][option - 1]}"
            for part, option in zip(self.parts, self.ticket[world], strict=True)
            if option
        ]
        ticket = f"ticket: {', '.join(written) or 'blank'}"
        lines = [f"Good morning! {', '.join([*named, *rest]).capitalize()}, please.", *asked, ticket]
        return "\n".join([*lines, "served"] if self.served[world] else lines)


@register
class Clarify(Cafe, name="clarify", level="hard", parts=6, most_open=2):
    """Six parts, up to two of them open."""


@register
class ClarifyEasy(Cafe, name="clarify-easy", level="easy", parts=3, most_open=1):
    """Three parts, at most one of them open."""
