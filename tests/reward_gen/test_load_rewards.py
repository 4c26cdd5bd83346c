from pathlib import Path

import pytest

from rewardsmith.envs.errors import UserError
from rewardsmith.envs.task import Task
from rewardsmith.reward_gen.load import open_reward, resolve_reward
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import CompiledReward
from rewardsmith.reward_gen.seal.sealed import SealedReward


@pytest.fixture
def arm_task(arm_spec, tmp_path):
    class ArmTask(Task):
        spec = arm_spec
        draws = 0

        @classmethod
        def human_reward_path(cls) -> Path:
            return tmp_path / "arm.reward.py"

    return ArmTask


def test_each_kind_of_source_is_understood(arm_task, reach_text, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(reach_text)
    arm_task.human_reward_path().write_text(reach_text)
    assert resolve_reward("sparse", arm_task) is None
    for source in ("human", str(file), file, reach_text, RewardProgram(reach_text)):
        assert resolve_reward(source, arm_task).text == reach_text
    assert resolve_reward(file, arm_task).name == "mine"


@pytest.mark.parametrize(
    ("source", "reason"),
    [("humna", "got 'humna'"), ("absent.py", "cannot be read"), ("human", "without a human reward")],
)
def test_a_source_that_is_none_says_what_to_do(source, reason, arm_task):
    with pytest.raises(UserError, match=reason):
        resolve_reward(source, arm_task)


def test_other_rewards_that_come_with_a_task_have_names_too(arm_task, reach_text):
    arm_task.human_reward_path().write_text(reach_text)
    tempting = arm_task.human_reward_path().with_name("arm.proxy.reward.py")
    tempting.write_text(f"# Tempting.\n{reach_text}")
    assert list(arm_task.shipped_rewards()) == ["human", "proxy"]
    assert resolve_reward("proxy", arm_task).text == tempting.read_text()
    assert isinstance(open_reward("proxy", arm_task), CompiledReward)
    with pytest.raises(UserError, match="comes with proxy, too"):
        resolve_reward("prxy", arm_task)


def test_only_our_own_rewards_are_trusted(arm_task, arm_samples, reach_text):
    arm_task.human_reward_path().write_text(reach_text)
    assert open_reward("sparse", arm_task) is None
    assert isinstance(open_reward("human", arm_task), CompiledReward)
    assert isinstance(open_reward(reach_text, arm_task, trusted=True), CompiledReward)
    for sealed in (open_reward(reach_text, arm_task), open_reward("human", arm_task, trusted=False)):
        assert isinstance(sealed, SealedReward)
        sealed(*arm_samples(2))
        sealed.close()
