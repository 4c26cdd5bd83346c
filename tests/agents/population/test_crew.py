import os
import signal

import pytest

from rewardsmith.agents.hyperparameters import resolve
from rewardsmith.agents.population import PopulationPPO, PopulationWorlds, make_member


@pytest.fixture
def two_members(box_task):
    chosen = resolve("ppo", box_task.spec, {"n_envs": 2, "n_steps": 8, "batch_size": 8, "n_epochs": 1})
    ppo = PopulationPPO([make_member("ppo", box_task.spec, chosen, seed) for seed in (1, 2)], threads=2)
    yield ppo, PopulationWorlds(box_task, [None, None], [1, 2], 2)
    ppo.close()


def test_a_helper_that_dies_is_an_error_and_no_endless_wait(two_members):
    ppo, worlds = two_members
    ppo.collect(worlds)
    ppo.update(1.0)
    os.kill(ppo.helper_pids[0], signal.SIGKILL)
    with pytest.raises(RuntimeError, match="ended with exit code -9"):
        for _ in range(2):
            ppo.update(1.0)


def test_closing_ends_the_helpers(two_members):
    ppo, _ = two_members
    (pid,) = ppo.helper_pids
    os.kill(pid, 0)
    ppo.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
