"""What every text task promises, whatever engine it runs on."""

import numpy as np
import pytest

from rewardsmith.envs import Worlds, demonstrate, task_class, task_names
from rewardsmith.envs.play import random_actions
from rewardsmith.reward_gen import open_reward

TASKS = pytest.mark.parametrize("name", task_names(lambda task: "text" in task.spec.tags))
EPISODES = 200


def first_episodes(kind, seed, act):
    """Play an episode in each world by `act(task, rng)`; whether it succeeded, and its human return."""
    rng = np.random.default_rng(seed)
    worlds = Worlds(kind, EPISODES, reward=open_reward("human", kind))
    worlds.seed(rng.spawn(EPISODES))
    worlds.reset()
    over, succeeded, returned = np.zeros(EPISODES, bool), np.zeros(EPISODES, bool), np.zeros(EPISODES)
    while not over.all():
        step = worlds.step(act(worlds.task, rng))
        succeeded |= (step.task_reward > 0) & ~over
        returned += np.where(over, 0.0, step.reward)
        over |= step.terminated | step.truncated
    return succeeded, returned


def by_script(task, rng):
    return task.scripted_actions()


def at_random(task, rng):
    masks = task.action_masks() if task.spec.action.masked else None
    return random_actions(task.spec.action, masks, task.num_worlds, rng)


@TASKS
def test_the_script_solves_every_instance_in_training_and_held_out(name):
    kind = task_class(name)
    assert demonstrate(kind, EPISODES, np.random.default_rng(0)).all()
    assert demonstrate(kind.held_out(), EPISODES, np.random.default_rng(0)).all()


@TASKS
def test_held_out_instances_are_never_drawn_in_training(name):
    starts = []
    for kind in (task_class(name), task_class(name).held_out()):
        task = kind(EPISODES)
        task.reset(np.arange(EPISODES), np.random.default_rng(1).random((EPISODES, task.draws)))
        starts.append({task.instance_key(world) for world in range(EPISODES)})
    assert not starts[0] & starts[1]


@TASKS
def test_the_human_reward_prefers_the_script_to_random_play(name):
    solved, script = first_episodes(task_class(name), 2, by_script)
    _, blind = first_episodes(task_class(name), 2, at_random)
    assert solved.all()
    assert script.mean() > blind.mean() + 2 * blind.std() / np.sqrt(EPISODES)


@TASKS
def test_the_spec_cites_a_paper_and_says_how_hard_it_is(name):
    spec = task_class(name).spec
    assert spec.papers
    assert len({"easy", "hard"} & set(spec.tags)) == 1


@TASKS
def test_a_world_reads_as_text_that_changes(name):
    task = task_class(name)(3)
    rng = np.random.default_rng(3)
    task.reset(np.arange(3), rng.random((3, task.draws)))
    texts = set()
    for _ in range(10):
        texts.add(task.render_text(0))
        task.step(at_random(task, rng))
    assert len(texts) > 1 and all(texts)
