"""Texts that stand in files beside the code, with named gaps."""

from __future__ import annotations

from pathlib import Path
from string import Template

_FOLDER = Path(__file__).with_name("prompts")


def fill(name: str, **values: object) -> str:
    """The text ``prompts/<name>`` with its gaps filled; a ``$`` inside a value stays as it is."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return Template(text).substitute(values).strip()


def fenced(text: str, language: str = "python") -> str:
    """`text` in a fence longer than any that it holds itself."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.strip()}\n{fence}"
