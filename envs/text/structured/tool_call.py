"""A wish in everyday words becomes one tool call, written token by token.

The user asks for something ("somewhere to sleep") and describes the details in disguise ("the City of
Light", "half a dozen"); the agent must learn which tool is meant and what each phrase stands for, and
write ``tool name value name value ... end``. Argument order is free. The grammar guards only the form: a
missing argument, an unknown one or a value of the wrong type can be written, and the tool's JSON Schema
then says no.

The reference call is withheld: reward programs see how far the call agrees with it, in the parts of ToolRL
(Qian et al., "ToolRL: Reward is All Tool Learning Needs", 2025). A blind but grammatical call is right
about once in 350,000 times, so a reward on the exact match alone teaches nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, share
from ..instances import Instances
from ..token_task import TokenTask
from .tool_catalogue import FULL, ROOMS, Catalogue
from .tool_schemas import Verdicts


def _fields(catalogue: Catalogue) -> tuple[Field, ...]:
    names = catalogue.arguments
    return (
        category("wish", "what the user wants", tuple(catalogue.wishes)),
        *(
            category(
                f"{name}_phrase",
                f"the user's words for the argument {name}; none where it is not asked for",
                ("none", *catalogue.details[name]),
            )
            for name in names
        ),
        category("tool", "tool called", ("none", *catalogue.tools)),
        category(
            "argument_values",
            f"value written for each argument, in the order {', '.join(names)}",
            ("none", *catalogue.values),
            (len(names),),
        ),
        category("awaiting", "argument that is named and gets its value next", ("none", *names)),
        flag("tool_matches", "whether the tool called is the one that the user needs", observed=False),
        share(
            "names_matched",
            "arguments both named and asked for, as a share of those named or asked for",
            observed=False,
        ),
        share(
            "values_matched",
            "share of the arguments both named and asked for that hold the value meant; 0 without any",
            observed=False,
        ),
        flag(
            "schema_valid",
            "whether the tool would accept the call if it ended here: every required argument given, none "
            "unknown, every value of its argument's type",
            observed=False,
        ),
        flag("call_complete", "whether `end` has been written", observed=False),
        ILLEGAL_ACTIONS,
    )


def _spec(name: str, catalogue: Catalogue, horizon: int, level: str) -> TaskSpec:
    needs = (
        f"{tool} needs {' and '.join(needed)}, may take {may}"
        for tool, (needed, may) in catalogue.schemas.items()
    )
    return TaskSpec(
        name=name,
        goal=(
            "Write the one tool call that fulfils the user's wish: the tool, then each argument that the "
            "user mentions as a name and the value meant, in any order and nothing else, then `end`. "
            f"Schemas: {'; '.join(needs)}."
        ),
        fields=_fields(catalogue),
        action=ActionSpec(
            "discrete",
            len(catalogue.tokens),
            "the next token of the call",
            labels=catalogue.tokens,
            masked=True,
        ),
        horizon=horizon,
        tags=("text", "tool-use", level),
        metric="mean of tool match (0 or 1), share of names matched and share of values matched",
        ends_on_success=True,
        papers=(
            "Qian et al. 2025, ToolRL: Reward is All Tool Learning Needs",
            "Hu and Wu 2025, RL-Struct",
        ),
    )


class Call(TokenTask):
    """Calls of one catalogue's tools; subclassing fixes it: ``class Few(Call, name=..., catalogue=...)``.

    An instance is a wish, a phrase for each required argument, and a phrase or none for the optional one.
    """

    catalogue: ClassVar[Catalogue]
    instances: ClassVar[Instances]
    verdicts: ClassVar[Verdicts]
    has_held_out = True
    draws = 1
    state_names = ("wish", "phrases", "tool", "values", "awaiting")

    def __init_subclass__(
        cls, *, name: str = "", catalogue: Catalogue | None = None, horizon: int = 0, level: str = ""
    ) -> None:
        super().__init_subclass__()
        if catalogue is None:
            return
        cls.spec = _spec(name, catalogue, horizon, level)
        cls.catalogue, cls.grammar = catalogue, catalogue.grammar()
        cls.instances, cls.verdicts = Instances(catalogue.instance_count), Verdicts(catalogue)

    def _allocate(self) -> None:
        names = len(self.catalogue.arguments)
        self.wish = np.zeros(self.num_worlds, np.int64)
        self.phrases = np.zeros((self.num_worlds, names), np.int64)
        self.tool = np.zeros(self.num_worlds, np.int64)
        self.values = np.zeros((self.num_worlds, names), np.int64)
        self.awaiting = np.zeros(self.num_worlds, np.int64)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        words = self.catalogue
        numbers = self.instances.pick(draws[:, 0], self.split)
        wish, first, second, optional = np.unravel_index(numbers, words.instance_shape)
        tool = words.wished_tool[wish]
        self.wish[worlds] = wish
        self.phrases[worlds] = 0
        self.phrases[worlds, words.required[tool, 0]] = 1 + first
        self.phrases[worlds, words.required[tool, 1]] = 1 + second
        self.phrases[worlds, words.optional[tool]] = optional
        self.tool[worlds] = 0
        self.values[worlds] = 0
        self.awaiting[worlds] = 0

    def instance_key(self, world: int) -> Hashable:
        """The wish and the phrases."""
        return int(self.wish[world]), tuple(self.phrases[world].tolist())

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        first_name, first_value = self.catalogue.first_name, self.catalogue.first_value
        tools = np.flatnonzero(legal & (tokens < first_name))
        names = np.flatnonzero(legal & (tokens >= first_name) & (tokens < first_value))
        values = np.flatnonzero(legal & (tokens >= first_value) & (tokens < self.catalogue.end))
        self.tool[tools] = 1 + tokens[tools]
        self.awaiting[names] = 1 + tokens[names] - first_name
        self.values[values, self.awaiting[values] - 1] = 1 + tokens[values] - first_value
        self.awaiting[values] = 0

    def _meant_values(self) -> np.ndarray:
        """(B, arguments) int: the value meant for each argument, 0 where it is not asked for."""
        return self.catalogue.meaning[np.arange(self.phrases.shape[1]), self.phrases]

    def _agreement(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(B,) whether the tool matches, share of names matched, share of values matched."""
        asked = self.phrases > 0
        named = (self.values > 0) | (np.arange(1, 1 + asked.shape[1]) == self.awaiting[:, None])
        both = (named & asked).sum(axis=1)
        right = (asked & (self.values == self._meant_values())).sum(axis=1)
        return (
            self.tool == self.catalogue.wished_tool[self.wish],
            both / (named | asked).sum(axis=1),
            right / np.maximum(both, 1),
        )

    def _schema_valid(self) -> np.ndarray:
        return self.verdicts.accepted(self.tool, self.values) & (self.awaiting == 0)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        tool_matches, names_matched, values_matched = self._agreement()
        phrases = zip(self.catalogue.arguments, self.phrases.T, strict=True)
        return {
            "wish": self.wish.copy(),
            **{f"{name}_phrase": column.copy() for name, column in phrases},
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
        return self.complete() & exact & (self.tool == self.catalogue.wished_tool[self.wish])

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: mean of tool match, names matched and values matched."""
        tool_matches, names_matched, values_matched = self._agreement()
        return (tool_matches + names_matched + values_matched) / 3

    def scripted_actions(self) -> np.ndarray:
        """(B,) int64: the tool wished for, each argument asked for with the value meant, the end."""
        words = self.catalogue
        missing = (self.phrases > 0) & (self.values == 0)
        meant = self._meant_values()[self._everyone, self.awaiting - 1]
        return np.select(
            [self.complete(), self.tool == 0, self.awaiting > 0, missing.any(axis=1)],
            [
                words.end,
                words.wished_tool[self.wish] - 1,
                words.first_value + meant - 1,
                words.first_name + missing.argmax(axis=1),
            ],
            words.end,
        )

    def render_text(self, world: int) -> str:
        """The user's words and the call so far."""
        words = self.catalogue
        asked = [
            f"{name}: {('', *words.details[name])[phrase]}"
            for name, phrase in zip(words.arguments, self.phrases[world], strict=True)
            if phrase
        ]
        values = zip(words.arguments, self.values[world], strict=True)
        written = [f"{name}={words.values[value - 1]}" for name, value in values if value]
        if self.awaiting[world]:
            written.append(f"{words.arguments[self.awaiting[world] - 1]}=")
        call = f"{('', *words.tools)[self.tool[world]]}({', '.join(written)}" if self.tool[world] else ""
        ending = ")" if self.complete()[world] else ""
        return "\n".join([f"wish: {list(words.wishes)[self.wish[world]]}", *asked, f"call: {call}{ending}"])


@register
class EasyToolCall(Call, name="tool-call-easy", catalogue=ROOMS, horizon=12, level="easy"):
    """Two tools, three arguments with three values each."""


@register
class ToolCall(Call, name="tool-call", catalogue=FULL, horizon=16, level="hard"):
    """Four tools, four arguments with six values each."""
