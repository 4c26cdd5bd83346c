"""The styles of asking by name, as on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from ....envs import UserError
from .eureka import Eureka
from .library import Library
from .operators import Operators
from .style import Style
from .text2reward import Text2Reward

StyleName = Literal["eureka", "text2reward", "operators"]


def style_named(name: StyleName | str, library: Path | None = None) -> Style:
    """The style called `name`.

    Args:
        name: ``eureka``, ``text2reward`` or ``operators``.
        library: folder of solved tasks for the examples of ``text2reward``; None takes the human rewards
            of all other tasks.

    Raises:
        UserError: there is no such style, or it shows no examples, or the folder is no library.
    """
    if name not in get_args(StyleName):
        raise UserError(f"a style is one of {', '.join(get_args(StyleName))}; got {name!r}")
    if name == "text2reward":
        return Text2Reward(library=None if library is None else Library.read(library))
    if library is not None:
        raise UserError(f"a library gives examples to the style text2reward; {name} shows none: leave it out")
    return Operators() if name == "operators" else Eureka()
