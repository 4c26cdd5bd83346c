"""A wish in everyday words becomes one tool call, written token by token.

The user asks for something ("somewhere to sleep") and describes the details in disguise ("the City of
Light", "half a dozen"); the agent must learn which tool is meant and what each phrase stands for, and
write ``tool name value name value ... end``. Argument order is free. The grammar guards only the form: a
missing argument, an unknown one or a value of the wrong type can be written, and the schema then says no.

The reference call is withheld: reward programs see how far the call agrees with it, in the parts of ToolRL
(Qian et al., "ToolRL: Reward is All Tool Learning Needs", 2025). A blind but grammatical call is right
about once in 130,000 times, so a reward on the exact match alone teaches nothing.
"""

from __future__ import annotations

import numpy as np

from ..registry import register
from ..spec import ActionSpec, Field, TaskSpec
from .array_task import choose
from .fields import ILLEGAL_ACTIONS
from .token_task import Grammar, TokenTask

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
ARGUMENTS = tuple(DETAILS)
TOOLS = tuple(sorted(set(WISHES.values())))
VALUES = tuple(value for phrases in DETAILS.values() for value in sorted(phrases.values()))
# Tool -> the arguments it requires and the one it may take. Two tools share each schema, so that a wrong
# tool can be a fault of intent alone.
SCHEMAS = {
    "book_room": (("city", "date"), "guests"),
    "cancel_room": (("city", "date"), "guests"),
    "send_invite": (("contact", "date"), "city"),
    "send_reminder": (("contact", "date"), "city"),
}
TOKENS = (*TOOLS, *(f"{name}=" for name in ARGUMENTS), *VALUES, "end")

_FIRST_NAME, _FIRST_VALUE = len(TOOLS), len(TOOLS) + len(ARGUMENTS)
_END = len(TOKENS) - 1

# Index 0 of each table stands for "none": no tool yet, no phrase, no value, no argument awaiting.
_WISHED_TOOL = np.array([1 + TOOLS.index(tool) for tool in WISHES.values()])
_MEANING = np.array(
    [[0, *(1 + VALUES.index(value) for value in DETAILS[name].values())] for name in ARGUMENTS]
)
_OPTIONAL = np.array([0, *(ARGUMENTS.index(SCHEMAS[tool][1]) for tool in TOOLS)])
_REQUIRED = np.array(
    [[tool == "" or name in SCHEMAS[tool][0] for name in ARGUMENTS] for tool in ("", *TOOLS)]
)
_TAKEN = _REQUIRED | (np.arange(len(ARGUMENTS)) == _OPTIONAL[:, None])
_FITS = np.array([[True, *(value in DETAILS[name].values() for value in VALUES)] for name in ARGUMENTS])
_AWAITED = np.eye(1 + len(ARGUMENTS), dtype=bool)[:, 1:]


def _grammar() -> Grammar:
    """Node 0 wants a tool, 1 + names a name or the end, 17 + names a value; the last is the complete call.

    `names` is the set of names used so far, one bit each: no argument can be given twice.
    """
    sets = 1 << len(ARGUMENTS)
    done = 1 + 2 * sets
    arrows = [(0, tool, 1) for tool in range(len(TOOLS))] + [(done, _END, done)]
    for names in range(sets):
        unused = [bit for bit in range(len(ARGUMENTS)) if not names >> bit & 1]
        arrows += [(1 + names, _FIRST_NAME + bit, 1 + sets + (names | 1 << bit)) for bit in unused]
        arrows += [(1 + sets + names, value, 1 + names) for value in range(_FIRST_VALUE, _END)]
        arrows += [(1 + names, _END, done)]
    return Grammar.of_arrows(done + 1, len(TOKENS), arrows)


def _category(name: str, meaning: str, words: tuple[str, ...], shape: tuple[int, ...] = ()) -> Field:
    return Field(name, meaning, shape, kind="category", categories=len(words), labels=words)


def _phrase(name: str) -> Field:
    meaning = f"the user's words for the argument {name}; none where it is not asked for"
    return _category(f"{name}_phrase", meaning, ("none", *DETAILS[name]))


def _hidden_flag(name: str, meaning: str) -> Field:
    return Field(name, meaning, kind="flag", observed=False)


def _hidden_share(name: str, meaning: str) -> Field:
    return Field(name, meaning, low=0.0, high=1.0, observed=False)


_FIELDS = (
    _category("wish", "what the user wants", tuple(WISHES)),
    *(_phrase(name) for name in ARGUMENTS),
    _category("tool", "tool called", ("none", *TOOLS)),
    _category(
        "argument_values",
        f"value written for each argument, in the order {', '.join(ARGUMENTS)}",
        ("none", *VALUES),
        (len(ARGUMENTS),),
    ),
    _category("awaiting", "argument that is named and gets its value next", ("none", *ARGUMENTS)),
    _hidden_flag("tool_matches", "whether the tool called is the one that the user needs"),
    _hidden_share(
        "names_matched", "arguments both named and asked for, as a share of those named or asked for"
    ),
    _hidden_share(
        "values_matched",
        "share of the arguments both named and asked for that hold the value meant; 0 without any",
    ),
    _hidden_flag(
        "schema_valid",
        "whether the tool would accept the call if it ended here: every required argument given, none "
        "unknown, every value of its argument's type",
    ),
    _hidden_flag("call_complete", "whether `end` has been written"),
    ILLEGAL_ACTIONS,
)


def _schemas() -> str:
    needs = (
        f"{tool} needs {' and '.join(needed)}, may take {may}" for tool, (needed, may) in SCHEMAS.items()
    )
    return "; ".join(needs)


@register
class ToolCall(TokenTask):
    """Four tools, four arguments with six values each, two or three arguments asked for."""

    spec = TaskSpec(
        name="tool-call",
        goal=(
            "Write the one tool call that fulfils the user's wish: the tool, then each argument that the "
            "user mentions as a name and the value meant, in any order and nothing else, then `end`. "
            f"Schemas: {_schemas()}."
        ),
        fields=_FIELDS,
        action=ActionSpec("discrete", len(TOKENS), "the next token of the call", labels=TOKENS, masked=True),
        horizon=16,
        tags=("text", "tool-use"),
        metric="mean of tool match (0 or 1), share of names matched and share of values matched",
        ends_on_success=True,
    )
    draws = 2 + len(ARGUMENTS)
    grammar = _grammar()
    state_names = ("wish", "phrases", "tool", "values", "awaiting")

    def _allocate(self) -> None:
        self.wish = np.zeros(self.num_worlds, np.int64)
        self.phrases = np.zeros((self.num_worlds, len(ARGUMENTS)), np.int64)
        self.tool = np.zeros(self.num_worlds, np.int64)
        self.values = np.zeros((self.num_worlds, len(ARGUMENTS)), np.int64)
        self.awaiting = np.zeros(self.num_worlds, np.int64)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        wish = choose(draws[:, 0], len(WISHES))
        tool = _WISHED_TOOL[wish]
        asked = _REQUIRED[tool].copy()
        asked[np.arange(len(tool)), _OPTIONAL[tool]] = draws[:, 1] < 0.5
        self.wish[worlds] = wish
        self.phrases[worlds] = np.where(asked, 1 + choose(draws[:, 2:], _MEANING.shape[1] - 1), 0)
        self.tool[worlds] = 0
        self.values[worlds] = 0
        self.awaiting[worlds] = 0

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        tools = np.flatnonzero(legal & (tokens < _FIRST_NAME))
        names = np.flatnonzero(legal & (tokens >= _FIRST_NAME) & (tokens < _FIRST_VALUE))
        values = np.flatnonzero(legal & (tokens >= _FIRST_VALUE) & (tokens < _END))
        self.tool[tools] = 1 + tokens[tools]
        self.awaiting[names] = 1 + tokens[names] - _FIRST_NAME
        self.values[values, self.awaiting[values] - 1] = 1 + tokens[values] - _FIRST_VALUE
        self.awaiting[values] = 0

    def _meant_values(self) -> np.ndarray:
        """(B, arguments) int: the value meant for each argument, 0 where it is not asked for."""
        return _MEANING[np.arange(len(ARGUMENTS)), self.phrases]

    def _agreement(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(B,) whether the tool matches, share of names matched, share of values matched."""
        named, asked = (self.values > 0) | _AWAITED[self.awaiting], self.phrases > 0
        both = (named & asked).sum(axis=1)
        right = (asked & (self.values == self._meant_values())).sum(axis=1)
        return (
            self.tool == _WISHED_TOOL[self.wish],
            both / (named | asked).sum(axis=1),
            right / np.maximum(both, 1),
        )

    def _schema_valid(self) -> np.ndarray:
        given = self.values > 0
        fits = _FITS[np.arange(len(ARGUMENTS)), self.values]
        accepted = np.where(given, _TAKEN[self.tool] & fits, ~_REQUIRED[self.tool])
        return accepted.all(axis=1) & (self.awaiting == 0)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        tool_matches, names_matched, values_matched = self._agreement()
        return {
            "wish": self.wish.copy(),
            **{f"{name}_phrase": self.phrases[:, column].copy() for column, name in enumerate(ARGUMENTS)},
            "tool": self.tool.copy(),
            "argument_values": self.values.copy(),
            "awaiting": self.awaiting.copy(),
            "tool_matches": tool_matches,
            "names_matched": names_matched,
            "values_matched": values_matched,
            "schema_valid": self._schema_valid(),
            "call_complete": self.complete(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the call is complete and names the tool meant and all values meant, nothing else."""
        exact = (self.values == self._meant_values()).all(axis=1)
        return self.complete() & exact & (self.tool == _WISHED_TOOL[self.wish])

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: mean of tool match, names matched and values matched."""
        tool_matches, names_matched, values_matched = self._agreement()
        return (tool_matches + names_matched + values_matched) / 3

    def render_text(self, world: int) -> str:
        """The user's words and the call so far."""
        asked = [
            f"{name}: {('', *DETAILS[name])[phrase]}"
            for name, phrase in zip(ARGUMENTS, self.phrases[world], strict=True)
            if phrase
        ]
        values = zip(ARGUMENTS, self.values[world], strict=True)
        written = [f"{name}={VALUES[value - 1]}" for name, value in values if value]
        if self.awaiting[world]:
            written.append(f"{ARGUMENTS[self.awaiting[world] - 1]}=")
        call = f"{('', *TOOLS)[self.tool[world]]}({', '.join(written)}" if self.tool[world] else ""
        ending = ")" if self.complete()[world] else ""
        return "\n".join([f"wish: {list(WISHES)[self.wish[world]]}", *asked, f"call: {call}{ending}"])
