"""The JSON Schemas of the tools of `tool-call`, and their verdicts on calls as a table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import fastjsonschema
import numpy as np

from .tool_catalogue import Catalogue

Call = dict[str, str | int]
# States of an argument in a call, as the schemas tell them apart.
ABSENT, FITTING, UNFIT = range(3)


def json_value(word: str) -> str | int:
    """A value as it stands in a call's JSON: a number where the word is one."""
    return int(word) if word.isdigit() else word


def argument_schema(catalogue: Catalogue, argument: str) -> dict[str, Any]:
    """JSON Schema of an argument's value: a whole number within bounds, or one of a few words."""
    words = sorted(catalogue.details[argument].values())
    if words[0].isdigit():
        return {"type": "integer", "minimum": int(words[0]), "maximum": int(words[-1])}
    return {"type": "string", "enum": words}


def call_schema(catalogue: Catalogue, tool: str) -> dict[str, Any]:
    """JSON Schema of the arguments that `tool` accepts."""
    required, optional = catalogue.schemas[tool]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": tool,
        "type": "object",
        "properties": {name: argument_schema(catalogue, name) for name in (*required, optional)},
        "required": list(required),
        "additionalProperties": False,
    }


class Verdicts:
    """What the compiled schemas say of every call that a catalogue's tokens can write.

    A schema looks at an argument only to see whether it is there and of its type, so the table holds one
    verdict for each combination of these, and one value speaks for all of the same state.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._arguments = np.arange(len(catalogue.arguments))
        self._states = _states(catalogue)
        self._accepted = np.zeros((1 + len(catalogue.tools), *[3] * len(self._arguments)), bool)
        for number, tool in enumerate(catalogue.tools, start=1):
            accepts = judge(call_schema(catalogue, tool))
            for states, call in _calls(catalogue, self._states):
                self._accepted[(number, *states)] = accepts(call)

    def accepted(self, tools: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Whether calls of `tools` (B,) with `values` (B, arguments), 0 for none, are accepted: (B,) bool."""
        states = self._states[self._arguments, values]
        return self._accepted[(tools, *states.T)]


def judge(schema: dict[str, Any]) -> Callable[[object], bool]:
    """A function that says whether `schema`, compiled by fastjsonschema, accepts its argument."""
    validate = fastjsonschema.compile(schema)

    def accepts(data: object) -> bool:
        try:
            validate(data)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return accepts


def _states(catalogue: Catalogue) -> np.ndarray:
    """(arguments, 1 + values) int64: what each value, or none, is to each argument."""
    states = []
    for name in catalogue.arguments:
        fits = judge(argument_schema(catalogue, name))
        states.append([ABSENT, *(FITTING if fits(json_value(word)) else UNFIT for word in catalogue.values)])
    return np.array(states)


def _calls(catalogue: Catalogue, states: np.ndarray) -> Iterator[tuple[tuple[int, ...], Call]]:
    """Every combination of the arguments' states, with a call that has it."""
    for combination in itertools.product((ABSENT, FITTING, UNFIT), repeat=len(catalogue.arguments)):
        call = {
            name: json_value(catalogue.values[int(np.flatnonzero(row == state)[0]) - 1])
            for name, row, state in zip(catalogue.arguments, states, combination, strict=True)
            if state != ABSENT
        }
        yield combination, call
