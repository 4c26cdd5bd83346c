"""The parser used once on every kind of text that makes it import something."""

from __future__ import annotations

from ..checking.parsing import UnparsableError, parse

_TEXTS = (
    "é = 'ü'",
    r"x = '\N{BULLET} \u2022'",
    "x = (",
    "def f(:\n    pass",
    "x = f'{'",
    "x = '",
    "  x",
    "if x:\ny",
    "x = 1__0",
    "x = 1or 2",
    r"x = '\d'",
    "x = '\\N{no such}'",
    "x is 1",
    "\x00",
    "\ud800",
    "return",
    "(" * 300,
)


def warm_up_parser() -> None:
    """Parse right and wrong texts: behind the seal no module can be read from the disk any more."""
    for text in _TEXTS:
        try:
            parse(text)
        except UnparsableError as error:
            str(error)
