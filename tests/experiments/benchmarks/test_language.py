import numpy as np
import pytest

from rewardsmith.agents.planning import PlanSettings
from rewardsmith.envs import task_class
from rewardsmith.experiments.benchmarks import language as benchmark
from rewardsmith.experiments.follow import follow
from rewardsmith.reward_gen.language import parse_command, program, recover

QUICK = PlanSettings(samples=16, knots=4, hold=5, rounds=2, elites=4)


@pytest.mark.parametrize("behaviour", benchmark.BEHAVIOURS, ids=lambda behaviour: behaviour.command)
def test_every_command_is_read(behaviour):
    task = task_class(behaviour.task)
    written = program(task.spec, parse_command(behaviour.command, task.spec))
    assert recover(written.text, task.spec) is not None


@pytest.mark.parametrize("target", benchmark.TARGETS, ids=lambda target: target.task)
def test_commands_with_a_gap_are_read(target):
    task = task_class(target.task)
    numbers = " ".join(f"{value:.3f}" for value in target.draw(np.random.default_rng(0)))
    assert f"{target.field} at" in parse_command(target.command.format(numbers), task.spec).to_json()


def test_following_a_reward_is_repeated_by_its_seed():
    task = task_class("point-maze-u")
    written = program(task.spec, {"ball_pos at [1.0, 0.0]": 1.0})
    run = follow(task, written, horizon=15, settings=QUICK, trusted=True)
    again = follow(task, written, horizon=15, settings=QUICK, trusted=True)
    assert run.steps == 15
    assert run.cpu_seconds > 0
    assert np.array_equal(run.reached.ball_pos, again.reached.ball_pos)


@pytest.mark.slow
def test_a_command_is_met_within_its_time():
    behaviour = benchmark.BEHAVIOURS[0]
    run = benchmark.obey(behaviour.task, behaviour.command, behaviour.steps, seed=0)
    assert behaviour.met(run.reached)
    assert run.cpu_seconds < benchmark.CPU_LIMIT
