"""Examples in docstrings become code blocks; as plain text, Markdown would read ``>>>`` as quotations."""

from __future__ import annotations

from typing import Any

from griffe import Extension, Object


class Doctests(Extension):
    """Fences every doctest of a docstring, from its first ``>>>`` to the next blank line."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Called for each module, class, function and attribute, once it is read."""
        if obj.docstring is not None and ">>>" in obj.docstring.value:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(text: str) -> str:
    """The docstring with a fence around each example."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if not inside and line.lstrip().startswith(">>> "):
            lines += [_indent(line) + "```pycon"]
            inside = True
        elif inside and not line.strip():
            lines += [_indent(lines[-1]) + "```"]
            inside = False
        lines.append(line)
    return "\n".join([*lines, *([_indent(lines[-1]) + "```"] if inside else [])])


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
