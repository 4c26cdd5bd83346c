"""The driver's end of the `Postbox`."""

from __future__ import annotations

from typing import Any

from .cluster import RayCluster
from .tasks import News, Postbox


class Mailbox:
    """News of tasks, which come in while the driver waits for their results.

    Attributes:
        postbox: what tasks post to.
        ready: reference that Ray can wait for; ready when there are news.
    """

    def __init__(self, cluster: RayCluster) -> None:
        self._ray = cluster.ray
        # On this very node: it cannot be lost without the driver, and news never stay on the way.
        here = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            self._ray.get_runtime_context().get_node_id(), soft=False
        )
        actor = self._ray.remote(Postbox).options(num_cpus=0, scheduling_strategy=here)
        self.postbox: Any = actor.remote()
        self.ready: Any = self.postbox.collect.remote()

    def collect(self) -> dict[int, News]:
        """What is new since the last time, by task; waits where nothing is."""
        news = self._ray.get(self.ready)
        self.ready = self.postbox.collect.remote()
        return news
