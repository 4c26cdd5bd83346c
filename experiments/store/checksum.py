"""Checksums of rows and of whole tables: what the disk gives back is what was written, or it is an error.

A row's checksum tells a changed row. A table's total is the sum of its rows' checksums (mod 2^256), an
incremental multiset hash as in Bellare and Micciancio 1997, "A new paradigm for collision-free hashing": it
tells lost and outdated rows as well, and costs a change no more than the rows that it touches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = "0" * 64
_MODULUS = 1 << 256


def row_checksum(table: str, values: Sequence[object]) -> str:
    """SHA-256 of one row, 64 hexadecimal digits; equal rows of two tables differ in it."""
    found = hashlib.sha256(table.encode())
    for value in values:
        content = str(value).encode()
        found.update(f";{type(value).__name__}:{len(content)}:".encode())
        found.update(content)
    return found.hexdigest()


def total(checksums: Iterable[str], before: str = EMPTY) -> str:
    """The total `before` with these rows' `checksums` added, in any order."""
    return _hex(sum((int(one, 16) for one in checksums), int(before, 16)))


def without(before: str, checksum: str) -> str:
    """The total `before` with one row taken out."""
    return _hex(int(before, 16) - int(checksum, 16))


def _hex(value: int) -> str:
    return f"{value % _MODULUS:064x}"
