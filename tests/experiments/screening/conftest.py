import numpy as np
import pytest

from rewardsmith.agents.recording import Recorder
from rewardsmith.envs import Episodes, Worlds, random_transitions, task_class
from rewardsmith.envs.play import random_actions


def play(name: str, scripted: bool, count: int) -> Episodes:
    """Episodes of the task's script, or of random play."""
    worlds = Worlds(task_class(name), count)
    rng = np.random.default_rng(0)
    worlds.seed([np.random.default_rng([scripted, i]) for i in range(count)])
    worlds.reset()
    recorder, playing = Recorder(), np.ones(count, bool)
    while playing.any():
        before = worlds.view
        drawn = random_actions(worlds.spec.action, worlds.action_masks(), count, rng)
        actions = worlds.task.scripted_actions() if scripted else drawn
        step = worlds.step(actions)
        flags = {"terminated": step.terminated, "succeeded": step.succeeded}
        recorder.add(before, actions, worlds.view, playing=playing, **flags)
        ended = step.terminated | step.truncated
        playing &= ~ended
        if ended.any():
            worlds.reset(np.flatnonzero(ended))
    recorder.end_round(count)
    return recorder.episodes()


@pytest.fixture(scope="session")
def pools() -> dict[str, Episodes]:
    """Six scripted and six random episodes of a text task and of a robot task."""
    return {
        name: Episodes.concatenate([play(name, True, 6), play(name, False, 6)])
        for name in ("tool-call", "button-press")
    }


@pytest.fixture(scope="session")
def samples():
    return {
        name: random_transitions(task_class(name), 64, np.random.default_rng(0))
        for name in ("tool-call", "button-press")
    }
