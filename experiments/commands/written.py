"""How a command says what it has written."""

from __future__ import annotations

from pathlib import Path


def listed(paths: list[Path]) -> str:
    """One path a line."""
    return "written:\n" + "\n".join(f"  {path}" for path in paths)
