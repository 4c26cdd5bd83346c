"""The connection to a Ray cluster (Moritz et al. 2018, arXiv:1712.05889), and the room on it."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from types import ModuleType

from ....envs import UserError

# Ray shares memory for what passes between tasks, which here is little; it takes no less than this.
_OBJECT_STORE_BYTES = 80 * 2**20


class RayCluster:
    """A connection to Ray that ends nothing but itself.

    A cluster that is already running goes on when the connection closes, with all that others run on it; one
    that the connection started ends with it.

    Args:
        address: ``host:port`` of a cluster that this machine belongs to, or ``auto`` for the one whose node
            runs here; ``local`` starts Ray on this machine alone; None takes ``RAY_ADDRESS``, or else
            ``local``.

    Raises:
        UserError: if Ray is not installed, or no cluster answers.
    """

    def __init__(self, address: str | None = None) -> None:
        self.ray = imported()
        self._own = not self.ray.is_initialized()
        if self._own:
            address = address or os.environ.get("RAY_ADDRESS") or "local"
            if address not in ("auto", "local"):
                _check_answers(address)
            with _signals_kept():
                self._connect(address)

    def room(self, cpus: float, gpus: float) -> int:
        """How many tasks of so many CPUs and GPUs the living nodes have room for, if they do nothing else."""
        return sum(_room_on(resources, cpus, gpus) for resources in self._nodes())

    def largest(self, gpus: float) -> float:
        """CPUs of the largest node that has so many GPUs."""
        return max((r.get("CPU", 0.0) for r in self._nodes() if r.get("GPU", 0.0) >= gpus), default=0.0)

    def described(self) -> str:
        """What the living nodes have, in a few words."""
        nodes = [f"{r.get('CPU', 0):g} CPUs and {r.get('GPU', 0):g} GPUs" for r in self._nodes()]
        return ", ".join(nodes) or "no node"

    def close(self) -> None:
        """Disconnect, unless the connection was there before."""
        if self._own and self.ray.is_initialized():
            self.ray.shutdown()

    def _nodes(self) -> list[dict[str, float]]:
        return [node["Resources"] for node in self.ray.nodes() if node["Alive"]]

    def _connect(self, address: str) -> None:
        own_cluster = {
            "num_cpus": len(os.sched_getaffinity(0)),
            "object_store_memory": _OBJECT_STORE_BYTES,
            "include_dashboard": False,
        }
        try:
            self.ray.init(
                address=address,
                log_to_driver=False,
                logging_level=logging.ERROR,
                **(own_cluster if address == "local" else {}),
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise _no_cluster(address, reason) from error


def _check_answers(address: str) -> None:
    """Raise a `UserError` if nothing listens at `address`, which Ray itself takes minutes to find out."""
    host, colon, port = address.rpartition(":")
    if not (host and colon and port.isdecimal()) or "/" in host:
        raise UserError(f"a Ray cluster's address is HOST:PORT, auto or local, got {address!r}")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
    except OSError as error:
        raise _no_cluster(address, str(error)) from error


def _no_cluster(address: str, reason: str) -> UserError:
    return UserError(
        f"expected a Ray cluster at {address}: {reason}; start a node on this machine with "
        "`ray start --head`, or with `ray start --address HOST:PORT` for a cluster elsewhere; "
        "if that has a token, set RAY_AUTH_MODE=token"
    )


def _room_on(resources: dict[str, float], cpus: float, gpus: float) -> int:
    shares = [resources.get(kind, 0.0) / asked for kind, asked in (("CPU", cpus), ("GPU", gpus)) if asked]
    # Ray counts in ten-thousandths, and 0.1 + 0.2 is a little more than 0.3.
    return int(min(shares) + 1e-6)


def imported() -> ModuleType:
    """Ray, which is an extra.

    Raises:
        UserError: if it is not installed.
    """
    # Read when Ray is imported.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise UserError("training on Ray needs the package ray: pip install 'rewardsmith[ray]'") from error
    return ray


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep our answer to SIGTERM, which Ray replaces by its own when it connects."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
