"""Text that was written by others, as it is safe to look at."""

from __future__ import annotations

import unicodedata

# Other, but for line breaks and tabs: controls, and marks that turn the direction of writing around.
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    r"""`text` with every character that a reader would not see written as its escape.

    Marks that turn the direction of writing around make a program read otherwise than it runs (Boucher and
    Anderson 2023, "Trojan Source: Invisible Vulnerabilities"); a lone surrogate fits in no file.

    >>> visible("a = 1 \u202e # b\r\n")
    'a = 1 \\u202e # b\n'
    """
    return "".join(_written(character) for character in text.replace("\r\n", "\n"))


def _written(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode()
