"""``rewardsmith report``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from .written import listed


@dataclass(frozen=True)
class Report:
    """Write one page, ``report.html``, on an evolution or a benchmark, finished or not."""

    folder: Annotated[Path, tyro.conf.Positional]
    """The folder that was --out."""
    films: bool = True
    """Play the saved agents again and show what they do; they are pickles, so only from folders you trust."""

    def run(self) -> int:
        """Write the page, and print where it is."""
        from ..report import write_report

        print(listed([write_report(self.folder, self.films)]))
        return 0
