"""What `tool-call` speaks of: wishes, phrases and tools, in words and as tables of their numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..token_task import Grammar

# Phrases stand in another order than the sorted words that they mean, so that a category's number is no key.
WISHES = {
    "somewhere to sleep": "book_room",
    "I have to stay at home after all": "cancel_room",
    "gather my friends": "send_invite",
    "do not let them forget": "send_reminder",
    "a bed for the trip": "book_room",
    "ask them to join me": "send_invite",
    "give the keys back": "cancel_room",
    "nudge them once more": "send_reminder",
}
# Argument -> phrase -> value. Each argument has its own type, whose words are exactly its values.
DETAILS = {
    "city": {
        "the Eternal City": "rome",
        "the Big Apple": "new_york",
        "the City of Light": "paris",
        "the Windy City": "chicago",
        "the City of a Hundred Spires": "prague",
        "the Fair City": "dublin",
    },
    "contact": {
        "my dentist": "lee",
        "my landlord": "novak",
        "my cousin": "amira",
        "my coach": "sam",
        "my boss": "garcia",
        "my neighbour": "bo",
    },
    "date": {
        "the day before Thursday": "wednesday",
        "the first day of the weekend": "saturday",
        "the day after Sunday": "monday",
        "the last working day": "friday",
        "the day before Wednesday": "tuesday",
        "the day after Wednesday": "thursday",
    },
    "guests": {
        "half a dozen": "6",
        "a couple": "2",
        "a handful": "5",
        "two pairs": "4",
        "as many as a week has days": "7",
        "a trio": "3",
    },
}
# Tool -> the arguments it requires and the one it may take. Two tools share each schema, so that a wrong
# tool can be a fault of intent alone.
SCHEMAS = {
    "book_room": (("city", "date"), "guests"),
    "cancel_room": (("city", "date"), "guests"),
    "send_invite": (("contact", "date"), "city"),
    "send_reminder": (("contact", "date"), "city"),
}


@dataclass(frozen=True)
class Catalogue:
    """Tools that may be called, and the words in which they are wished for.

    In every table 0 stands for "none": no tool, no phrase, no value.

    Attributes:
        wishes: wish -> tool that fulfils it.
        details: argument -> phrase -> the value it stands for; as many phrases for every argument.
        schemas: tool -> the two arguments that it requires and the one that it may take.
    """

    wishes: Mapping[str, str]
    details: Mapping[str, Mapping[str, str]]
    schemas: Mapping[str, tuple[tuple[str, str], str]]

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """All arguments of all tools."""
        return tuple(self.details)

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """All tools, in alphabetical order."""
        return tuple(sorted(self.schemas))

    @cached_property
    def values(self) -> tuple[str, ...]:
        """All values of all arguments, argument after argument."""
        return tuple(value for phrases in self.details.values() for value in sorted(phrases.values()))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words of a call: tools, names of arguments, values and the end."""
        return (*self.tools, *(f"{name}=" for name in self.arguments), *self.values, "end")

    @property
    def first_name(self) -> int:
        """Number of the first token that names an argument."""
        return len(self.tools)

    @property
    def first_value(self) -> int:
        """Number of the first token that is a value."""
        return self.first_name + len(self.arguments)

    @property
    def end(self) -> int:
        """Number of the end token."""
        return self.first_value + len(self.values)

    @cached_property
    def wished_tool(self) -> np.ndarray:
        """(wishes,) int64: the tool that fulfils each wish."""
        return np.array([1 + self.tools.index(tool) for tool in self.wishes.values()])

    @cached_property
    def meaning(self) -> np.ndarray:
        """(arguments, 1 + phrases) int64: the value that each phrase stands for."""
        numbers = {value: number for number, value in enumerate(self.values, start=1)}
        rows = (self.details[name].values() for name in self.arguments)
        return np.array([[0, *(numbers[value] for value in row)] for row in rows])

    @cached_property
    def required(self) -> np.ndarray:
        """(1 + tools, 2) int64: the arguments that each tool requires."""
        needed = (self.schemas[tool][0] for tool in self.tools)
        return np.array([(0, 0), *(tuple(map(self.arguments.index, names)) for names in needed)])

    @cached_property
    def optional(self) -> np.ndarray:
        """(1 + tools,) int64: the argument that each tool may take."""
        return np.array([0, *(self.arguments.index(self.schemas[tool][1]) for tool in self.tools)])

    @cached_property
    def instance_shape(self) -> tuple[int, ...]:
        """Numbers of wishes, of phrases for either required argument, of phrases or none for the other."""
        with_none = self.meaning.shape[1]
        return len(self.wishes), with_none - 1, with_none - 1, with_none

    @property
    def instance_count(self) -> int:
        """Number of different things that a user may ask for."""
        return math.prod(self.instance_shape)

    def grammar(self) -> Grammar:
        """Node 0 wants a tool, 1 + names a name or the end, 1 + sets + names a value; the last is complete.

        `names` is the set of names used so far, one bit each: no argument can be given twice.
        """
        sets = 1 << len(self.arguments)
        done = 1 + 2 * sets
        arrows = [(0, tool, 1) for tool in range(self.first_name)] + [(done, self.end, done)]
        for names in range(sets):
            unused = [bit for bit in range(len(self.arguments)) if not names >> bit & 1]
            arrows += [(1 + names, self.first_name + bit, 1 + sets + (names | 1 << bit)) for bit in unused]
            arrows += [(1 + sets + names, value, 1 + names) for value in range(self.first_value, self.end)]
            arrows += [(1 + names, self.end, done)]
        return Grammar.of_arrows(done + 1, len(self.tokens), arrows)


FULL = Catalogue(WISHES, DETAILS, SCHEMAS)
ROOMS = Catalogue(
    {wish: tool for wish, tool in WISHES.items() if tool.endswith("_room")},
    {name: dict(list(DETAILS[name].items())[:3]) for name in ("city", "date", "guests")},
    {tool: schema for tool, schema in SCHEMAS.items() if tool.endswith("_room")},
)
