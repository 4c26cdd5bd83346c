"""How a request differs from those on a tape, for a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN = 60


def closest(request: Mapping[str, Any], recorded: Sequence[Mapping[str, Any]]) -> str:
    """How `request` differs from the one of `recorded` that is most like it."""
    if not recorded:
        return "the cassette is empty"
    found = min((differences(request, other) for other in recorded), key=len)
    return "; ".join(found) if found else "it was made in another round"


def differences(request: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """A clause for each field in which `request` differs from `other`, which was recorded.

    >>> differences({"model": "a", "seed": 1}, {"model": "b", "seed": 1})
    ["model was 'b' and is 'a'"]
    """
    found = []
    for name in sorted({*request, *other} - {"messages"}):
        if request.get(name) != other.get(name):
            found.append(f"{name} was {_shown(other.get(name))} and is {_shown(request.get(name))}")
    return found + _messages(request.get("messages"), other.get("messages"))


def _messages(now: Any, then: Any) -> list[str]:
    if now == then:
        return []
    if not (isinstance(now, list) and isinstance(then, list) and len(now) == len(then)):
        return ["the number of messages differs"]
    return [
        f"messages[{number}] {_first_change(_content(old), _content(new))}"
        for number, (old, new) in enumerate(zip(then, now, strict=True))
        if old != new
    ]


def _content(message: Any) -> str:
    return str(message.get("content", "")) if isinstance(message, Mapping) else str(message)


def _first_change(then: str, now: str) -> str:
    pairs = zip([*then.splitlines(), ""], [*now.splitlines(), ""], strict=False)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return f"line {number} was {_shown(old)} and is {_shown(new)}"
    return "has another role"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
