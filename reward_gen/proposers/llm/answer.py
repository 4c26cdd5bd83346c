"""Reading a chat completion: the answer, or why it must not be parsed, and the tokens that it cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What a response's body holds.

    Attributes:
        text: the answer; empty where there is none.
        fault: why it must not be parsed; empty where nothing is wrong.
        tokens: ``prompt_tokens`` and ``completion_tokens``, as far as the server counted them.
    """

    text: str
    fault: str
    tokens: dict[str, float]


def read_body(body: str, request: Mapping[str, Any]) -> Answer:
    """The answer to `request` in the body of a response of status 200."""
    try:
        data = json.loads(body)
    except ValueError:
        return Answer("", f"the server sent no JSON: {first_line(body)!r}", {})
    choices = data.get("choices") if isinstance(data, dict) else None
    if not isinstance(choices, list):
        return Answer("", f"the server sent no chat completion: {first_line(body)!r}", {})
    tokens = _tokens(data.get("usage"))
    if not choices:
        return Answer("", "the server sent no choices; ask again, or another model", tokens)
    choice = choices[0] if isinstance(choices[0], dict) else {}
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content = message.get("content")
    text = content if isinstance(content, str) else ""
    return Answer(text, _fault(text, choice.get("finish_reason"), message.get("refusal"), request), tokens)


def _fault(text: str, finish_reason: object, refusal: object, request: Mapping[str, Any]) -> str:
    if isinstance(refusal, str) and refusal.strip():
        return f"the model refused: {first_line(refusal)}"
    if finish_reason == "length":
        limit = request.get("max_tokens", "the server's limit of")
        return f"the answer was cut off after {limit} tokens; answer more briefly, or raise max_tokens"
    if finish_reason == "content_filter":
        return "the server's content filter held the answer back"
    return "" if text.strip() else "the answer is empty"


def _tokens(usage: object) -> dict[str, float]:
    counted = usage if isinstance(usage, dict) else {}
    names = ("prompt_tokens", "completion_tokens")
    known = {name: counted.get(name) for name in names}
    return {name: float(count) for name, count in known.items() if isinstance(count, int) and count >= 0}


def first_line(text: str, limit: int = 200) -> str:
    """`text` on one line, cut to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit] + " ..."
