import numpy as np
import pytest

from rewardsmith.envs import ActionSpec, Field, TaskSpec
from rewardsmith.reward_gen import Findings, LLMProposer

SPEC = TaskSpec("toy", "Move to 1.", (Field("position", "place"),), ActionSpec("box", 1, "push"), 10)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def propose():
    """Asks a server, or nobody, for `n` programs for a toy task."""

    def ask(server=None, n=1, *, model="tiny", seed=0, **settings):
        settings = {"base_url": server and server.url, "deadline": 5.0, **settings}
        proposer = LLMProposer(model, **settings)
        return proposer.propose(SPEC, Findings(), n, np.random.default_rng(seed))

    return ask


@pytest.fixture
def good():
    """An answer that holds a program for the toy task."""
    return (
        "Here it is.\n```python\ndef compute_reward(obs, action, next_obs, xp):\n"
        "    near = xp.exp(-xp.abs(next_obs.position - 1.0))\n"
        '    return near, {"near": near}\n```\n'
    )
