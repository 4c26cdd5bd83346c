"""What runs on the nodes: a task that trains a parcel, and the box that its news go to."""

from __future__ import annotations

import asyncio
import time
from typing import Any, NamedTuple

from ....envs import UserError
from ..room import is_disk_full
from ..travel import Parcel, Report, run_parcel

# Job's index -> (environment steps, success rate): the latest of each. Empty when a task has just begun.
News = dict[int, tuple[int, float]]
# Seconds after which what a full disk stopped may be tried again.
_PAUSE = 5.0


class Delivery(NamedTuple):
    """What a task comes to: the node it ran on, and what `run_parcel` gave."""

    node: str
    reports: list[Report] | UserError


class Postbox:
    """An actor that keeps the latest news until they are collected; no task ever waits for it."""

    def __init__(self) -> None:
        self._news: dict[int, News] = {}
        self._arrived = asyncio.Event()

    async def post(self, task: int, news: News) -> None:
        """Take what is new of `task`."""
        self._news[task] = self._news.get(task, {}) | news
        self._arrived.set()

    async def collect(self) -> dict[int, News]:
        """Wait for news, and hand over all there are, by task."""
        await self._arrived.wait()
        self._arrived.clear()
        news, self._news = self._news, {}
        return news


def train_parcel(parcel: Parcel, task: int, postbox: Any, threads: int) -> Delivery:
    """Train `parcel` on the node that Ray chose, telling `postbox` how it goes."""
    import ray

    def progress(index: int, steps: int, success: float) -> None:
        postbox.post.remote(task, {index: (steps, success)})

    postbox.post.remote(task, {})
    node = f"{ray.util.get_node_ip_address()} ({ray.get_runtime_context().get_node_id()[:8]})"
    try:
        return Delivery(node, run_parcel(parcel, progress, threads))
    except Exception as error:
        if is_disk_full(error):
            time.sleep(_PAUSE)
        raise
