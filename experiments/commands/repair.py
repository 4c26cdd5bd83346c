"""``rewardsmith repair``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Repair:
    """Restore a damaged experiment from what is good of its store and of the store's backup.

    The damaged file is moved aside. Then the experiment's own command goes on from what was restored.
    """

    folder: Annotated[Path, tyro.conf.Positional]
    """The folder that was --out."""

    def run(self) -> int:
        """Repair, and print what was found and done."""
        from ..store.repair import repair

        print(*repair(self.folder), sep="\n")
        return 0
