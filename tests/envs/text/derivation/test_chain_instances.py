import numpy as np
import pytest
from text_play import started

from rewardsmith.envs.text.derivation.arithmetic_chain import (
    ArithmeticChain,
    ArithmeticChainEasy,
    ArithmeticChainHard,
)

LEVELS = pytest.mark.parametrize("level", [ArithmeticChainEasy, ArithmeticChain, ArithmeticChainHard])


@LEVELS
def test_every_opening_is_drawn_in_one_split_alone(level):
    keys = []
    for kind in (level, level.held_out()):
        task = started(kind, 20_000, 13)
        keys.append({task.instance_key(world) for world in range(20_000)})
    assert not keys[0] & keys[1]
    assert len(keys[0] | keys[1]) == level.instances.count


@LEVELS
def test_held_out_chains_need_no_operation_that_training_never_shows(level):
    shown = []
    for kind in (level, level.held_out()):
        task = started(kind, 4000, 14)
        windows = set()
        for _ in range(level.length):
            seen = task.fields()
            windows |= set(
                zip(*(seen[name].tolist() for name in ("operator", "operand", "running_result")), strict=True)
            )
            task.step(task.scripted_actions())
        shown.append(windows)
    assert shown[1] <= shown[0]


def test_the_answer_stands_in_no_field_before_it_is_graded():
    """Two chains that differ only in what is still to come show the same fields."""
    draws = np.random.default_rng(15).random((200, ArithmeticChain.draws))
    task, other = ArithmeticChain(200), ArithmeticChain(200)
    task.reset(np.arange(200), draws)
    draws[:, 1:] = np.random.default_rng(16).random((200, ArithmeticChain.draws - 1))
    other.reset(np.arange(200), draws)
    for step in range(2):
        for name, values in task.fields().items():
            np.testing.assert_array_equal(values, other.fields()[name], err_msg=f"{name}, step {step}")
        digits = task.scripted_actions()
        task.step(digits)
        other.step(digits)
