"""Turn a faucet open: Meta-World's faucet-open (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import site_pos
from . import base
from .faucet import FaucetTask


@register
class FaucetOpen(FaucetTask):
    """A faucet whose handle must be turned to the right (+x)."""

    spec = base.sawyer_spec(
        "faucet-open",
        "Turn the faucet's handle to +x: bring the point 4 cm to the left (-x) of handle_pos and 3 cm above "
        "it to within 7 cm of the goal position.",
        Field("handle_pos", "left side of the tip of the faucet's handle", (3,), "m"),
        tags=("hard",),
    )
    direction = 1
    judged_offset = np.array([-0.04, 0.0, 0.03])
    sensors = (site_pos("handle_site_pos", "handleStartOpen"),)
    start_low = np.array([-0.05, 0.8, 0.0])
    start_high = np.array([0.05, 0.85, 0.0])
