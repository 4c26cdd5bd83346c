import numpy as np
import pytest

from rewardsmith.agents.planning import PlanSettings, plan
from rewardsmith.envs import ActionSpec, Field, Task, TaskSpec, UserError, task_class

FEW = PlanSettings(samples=16, knots=4, hold=2, rounds=2, elites=4)


class Puck(Task):
    """A puck on a line that a bounded force pushes; right of 1 is the goal, left of -1 a precipice."""

    spec = TaskSpec(
        name="puck",
        goal="Push the puck to 1.",
        fields=(Field("position", "where the puck is"), Field("speed", "how fast it is")),
        action=ActionSpec("box", 1, "force"),
        horizon=60,
    )
    draws = 1

    def __init__(self, num_worlds, threads=1):
        super().__init__(num_worlds, threads)
        self.position, self.speed = np.zeros((2, num_worlds))

    def reset(self, worlds, draws):
        self.position[worlds], self.speed[worlds] = 0.2 * draws[:, 0], 0.0

    def step(self, actions):
        self.speed += 0.1 * actions[:, 0]
        self.position += 0.1 * self.speed

    def fields(self):
        return {"position": self.position.copy(), "speed": self.speed.copy()}

    def success(self):
        return self.position >= 1.0

    def terminated(self):
        return self.position <= -1.0

    def snapshot(self):
        return {"position": self.position.copy(), "speed": self.speed.copy()}

    def restore(self, state):
        self.position[:], self.speed[:] = state["position"], state["speed"]


def ahead(obs, action, next_obs):
    return next_obs.position - obs.position


def behind(obs, action, next_obs):
    return 1.0 - next_obs.position


def played(objective, settings=FEW, seed=0, task=Puck, **options):
    rng = np.random.default_rng(seed)
    return plan(task, objective, np.full(task.draws, 0.5), rng, settings, **options)


def test_finds_the_goal_and_stops_there():
    episode = played(ahead)
    assert episode.succeeded
    assert len(episode.actions) < Puck.spec.horizon
    assert episode.score >= 0.9
    assert episode.actions.dtype == np.float32
    assert np.abs(episode.actions).max() <= 1.0


def test_comes_close_to_the_fastest_way():
    episode = played(ahead, PlanSettings(samples=64, knots=6, hold=3, rounds=4, elites=8))
    # From 0.1, full force needs the first n with 0.01 n (n + 1) / 2 >= 0.9.
    assert 13 <= len(episode.actions) <= 15


def test_played_again_the_actions_lead_to_the_same_end():
    episode = played(ahead)
    puck = Puck(1)
    puck.reset(np.arange(1), episode.draws[None])
    for action in episode.actions[:-1]:
        puck.step(action[None])
        assert not puck.success()[0]
    puck.step(episode.actions[-1][None])
    assert puck.success()[0]


def test_an_end_is_avoided_where_it_costs_what_would_have_come():
    far = PlanSettings(samples=64, knots=10, hold=3, rounds=3, elites=8)
    episode = played(behind, far)
    assert not episode.succeeded
    assert len(episode.actions) == Puck.spec.horizon


def test_more_search_scores_more():
    little = PlanSettings(samples=2, knots=6, hold=2, rounds=1, elites=1)
    much = PlanSettings(samples=64, knots=6, hold=2, rounds=3, elites=8)
    scores = [[played(ahead, s, seed, horizon=10).score for seed in range(5)] for s in (little, much)]
    assert np.mean(scores[0]) < np.mean(scores[1])


def test_same_seed_same_actions_whatever_the_threads():
    name = task_class("hopper-stand")
    episodes = [
        played(
            lambda obs, action, next_obs: next_obs.torso_height,
            PlanSettings(samples=6, knots=2, hold=2, rounds=1, elites=2, threads=threads),
            task=name,
            horizon=6,
        )
        for threads in (1, 1, 3)
    ]
    assert np.array_equal(episodes[0].actions, episodes[1].actions)
    assert np.array_equal(episodes[0].actions, episodes[2].actions)
    assert not np.array_equal(played(ahead, seed=1).actions[:4], played(ahead, seed=2).actions[:4])


def test_progress_and_horizon():
    steps = []
    episode = played(ahead, horizon=5, progress=lambda count, world: steps.append((count, world.metric()[0])))
    assert [count for count, _ in steps] == [1, 2, 3, 4, 5]
    assert len(episode.actions) == 5
    assert not episode.succeeded


def test_choices_cannot_be_planned():
    with pytest.raises(UserError, match="real vectors; those of tool-call are choices"):
        played(ahead, task=task_class("tool-call"))


@pytest.mark.parametrize("wrong", [{"elites": 0}, {"elites": 65}, {"rounds": 0}, {"hold": 0}])
def test_settings_are_checked(wrong):
    with pytest.raises(UserError, match="expected"):
        PlanSettings(**wrong)
