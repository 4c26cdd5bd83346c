"""A batch of worlds made smaller while episodes are under way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...envs import Worlds


def fewer_worlds(worlds: Worlds, kept: np.ndarray, seeds: Sequence[int], starts: np.ndarray) -> Worlds:
    """Worlds without reward that go on exactly as `kept` (n,) of `worlds` would.

    Args:
        worlds: the batch; it stays as it is.
        kept: which of its worlds go on, in this order.
        seeds: n, from which the kept worlds' generators started.
        starts: (n,) episodes that each of the kept worlds has started since.
    """
    kind = type(worlds.task)
    fewer = Worlds(kind, len(kept), horizon=worlds.horizon, threads=worlds.task.threads)
    fewer.seed([_advanced(seed, done, kind.draws) for seed, done in zip(seeds, starts, strict=True)])
    fewer.task.restore({name: rows[kept] for name, rows in worlds.task.snapshot().items()})
    fewer.reset(np.empty(0, np.int64))  # no new episode; the view is taken anew
    fewer.elapsed[:] = worlds.elapsed[kept]
    fewer.succeeded[:] = worlds.succeeded[kept]
    return fewer


def _advanced(seed: int, starts: int, draws: int) -> np.random.Generator:
    """The generator of `seed` after as many episodes' starts, each of which takes `draws` numbers."""
    generator = np.random.default_rng(seed)
    generator.random((starts, draws))
    return generator
