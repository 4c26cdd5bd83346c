"""Turn a faucet shut: Meta-World's faucet-close (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base
from .faucet import FaucetTask


@register
class FaucetClose(FaucetTask):
    """A faucet whose handle must be turned to the left (-x)."""

    spec = base.sawyer_spec(
        "faucet-close",
        "Turn the faucet's handle to -x until its tip is within 7 cm of the goal position.",
        Field("handle_pos", "right side of the tip of the faucet's handle", (3,), "m"),
        tags=("hard",),
    )
    direction = -1
    sensors = (site_pos("handle_site_pos", "handleStartClose"),)
    start_low = np.array([-0.1, 0.8, 0.0])
    start_high = np.array([0.1, 0.85, 0.0])
