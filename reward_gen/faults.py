"""An exception inside a program -> one line that says where and why."""

from __future__ import annotations

import types

from .verdict import RewardFault

FILENAME = "<reward>"
LONGEST_REASON = 300
_HINTS = {
    "truth value of an array": "every field is a batch: write xp.where(condition, a, b) instead of `if`",
    "read-only": "arguments are read-only: write into a copy, x.copy()",
    "could not be broadcast": "fields have shape (B, ...): reduce with axis=-1, index with [:, i]",
    "only length-1 arrays": "float() and int() take one number: keep the array, or reduce it first",
    "only 0-dimensional arrays": "float() and int() take one number: keep the array, or reduce it first",
    "must be real number, not": "math takes one number: use xp for arrays",
}


def fault_of(error: BaseException) -> RewardFault:
    """What `error`, raised by a program's own code, means for the program."""
    if isinstance(error, RewardFault):
        return error
    if isinstance(error, MemoryError):
        text = "it needs more memory than it may have; avoid (B, B) arrays and large tables"
    else:
        text = f"{type(error).__name__}: {error}"
        text += next((f"; {hint}" for part, hint in _HINTS.items() if part in text), "")
    line = _line(error.__traceback__)
    return RewardFault("runtime", one_line(f"line {line}: {text}" if line else text))


def one_line(text: str) -> str:
    """Printable, on one line, of bounded length: a program's own words are not to be trusted."""
    plain = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST_REASON])
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST_REASON else plain[: LONGEST_REASON - 3] + "..."


def _line(trace: types.TracebackType | None) -> int:
    """The program's own line in which the error arose, 0 where there is none."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILENAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
