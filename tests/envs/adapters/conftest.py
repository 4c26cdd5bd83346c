"""What tests declare is forgotten after them, so that no other test meets it."""

import sys

import gymnasium
import pytest

from rewardsmith.envs import registry


@pytest.fixture(autouse=True)
def forget_declarations(monkeypatch, tmp_path):
    registry.discover()
    monkeypatch.setattr(registry, "_TASKS", dict(registry._TASKS))
    ids = set(gymnasium.registry)
    yield
    for name in set(gymnasium.registry) - ids:
        if name.startswith("rewardsmith/"):
            del gymnasium.registry[name]
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]
