import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.eureka import Eureka
from rewardsmith.reward_gen.proposers.llm.library import Library, Solved
from rewardsmith.reward_gen.proposers.llm.operators import Operators
from rewardsmith.reward_gen.proposers.llm.styles import style_named
from rewardsmith.reward_gen.proposers.llm.text2reward import Text2Reward


def test_styles_have_names():
    assert style_named("eureka") == Eureka()
    assert style_named("text2reward") == Text2Reward()
    assert style_named("operators") == Operators()


def test_a_library_gives_the_examples_of_text2reward(tmp_path):
    Library([Solved(task_class("reach").spec, RewardProgram("x = 1\n"))]).save(tmp_path)
    library = style_named("text2reward", tmp_path).library
    assert [task.spec.name for task in library.solved] == ["reach"]


def test_an_unknown_style_and_a_library_for_nothing_are_one_line(tmp_path):
    with pytest.raises(UserError, match="eureka, text2reward, operators; got 'haiku'"):
        style_named("haiku")
    with pytest.raises(UserError, match="operators shows none"):
        style_named("operators", tmp_path)
