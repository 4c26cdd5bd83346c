"""Commands that look at an experiment: ``rewardsmith plot`` and ``rewardsmith feedback``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from ...envs import UserError
from .written import listed


@dataclass(frozen=True)
class Plot:
    """Draw the plots of an experiment or a benchmark again, as PNG and PDF."""

    folder: Annotated[Path, tyro.conf.Positional]
    """The folder that was --out."""
    fields: tuple[str, str] | None = None
    """Two values of the state for the reward landscape, such as ``hand_pos[2] opened``; none takes those that
    move the reward most."""

    def run(self) -> int:
        """Draw, and print where the pictures are."""
        from ..plots import save_folder

        paths = save_folder(self.folder, self.fields)
        if not paths:
            raise UserError(
                f"{self.folder} holds no finished training yet; run its command on until one is done"
            )
        print(listed(paths))
        return 0


@dataclass(frozen=True)
class Feedback:
    """Open a page that shows the agents of two candidates; what you say there enters the next prompt."""

    folder: Annotated[Path, tyro.conf.Positional]
    """The folder that was --out of an evolution, running or not."""
    port: int = 8765
    """Port on 127.0.0.1; 0 takes a free one."""
    open: bool = True
    """Open the page in the browser."""

    def run(self) -> int:
        """Serve the page until Ctrl-C."""
        from ..feedback import serve

        serve(self.folder, self.port, open_page=self.open)
        return 0
