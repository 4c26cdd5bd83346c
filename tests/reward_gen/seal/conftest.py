import os
import time
from pathlib import Path

import pytest

from rewardsmith.reward_gen.seal import process

BOOTSTRAPS = Path(__file__).parent / "bootstraps"


@pytest.fixture
def bootstrap(monkeypatch):
    """name -> sealed processes are started by that file of `bootstraps` from now on."""
    return lambda name: monkeypatch.setattr(process, "BOOTSTRAP", BOOTSTRAPS / f"{name}.py")


def _children():
    pid = os.getpid()
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.fixture
def no_orphans():
    """Fails the test that leaves a child process behind."""
    before = _children()
    yield
    until = time.monotonic() + 2.0
    while _children() - before and time.monotonic() < until:
        time.sleep(0.01)
    assert _children() <= before
