import ast

import numpy as np
import pytest
import torch

from rewardsmith.envs import task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.published import UntranslatableError
from rewardsmith.reward_gen.published.batched_style import read_batched_style
from rewardsmith.reward_gen.running.compile import compile_program

HEAD = "import torch\n\ndef compute_reward(goal_pos, object_pos, joint_vel, actions, scale: float = 2.0):\n"


@pytest.mark.parametrize(
    "value",
    [
        "torch.norm(goal_pos, dim=-1)",
        "torch.norm(goal_pos, 1, -1)",
        "goal_pos.norm(p=2, dim=1)",
        "torch.linalg.norm(goal_pos, dim=-1)",
        "torch.clamp(goal_pos[:, 0], max=0.2)",
        "goal_pos[:, 0].clamp(-0.1, 0.1)",
        "torch.sigmoid(scale * goal_pos[:, 1])",
        "torch.max(goal_pos, dim=-1)[0]",
        "torch.min(goal_pos, dim=-1).values",
        "torch.max(goal_pos, object_pos).mean(dim=-1)",
        "joint_vel.std(dim=-1)",
        "torch.var(joint_vel, dim=-1, unbiased=False)",
        "(goal_pos > 0).float().sum(-1) - (object_pos[:, 0] > 0).float()",
        "torch.cat([goal_pos, object_pos], -1).pow(2).sum(dim=-1)",
        "torch.stack([goal_pos[:, 0], object_pos[:, 0]], dim=1).prod(1)",
        "torch.atan2(goal_pos[:, 0], goal_pos[:, 1]) + torch.acos(goal_pos[:, 2].clamp(-1, 1))",
        "torch.where(goal_pos[:, 0] > 0, torch.ones_like(goal_pos[:, 0]), torch.tensor(-1.0, device='cpu'))",
        "torch.zeros(goal_pos.shape[0], device=goal_pos.device) + torch.sum(actions * actions, 1)",
        "(goal_pos * object_pos).sum(dim=-1, keepdim=True).squeeze(-1)",
    ],
)
def test_torch_words_mean_what_they_mean_in_torch(value, arm_spec, arm_samples):
    text = f"{HEAD}    x = {value}\n    return x, {{'x': x}}\n"
    states = arm_samples(20)
    fields = states.next_obs.arrays()
    space = {}
    exec(text, space)
    names = ("goal_pos", "object_pos", "joint_vel")
    tensors = [torch.tensor(fields[name]) for name in names]
    expected, _ = space["compute_reward"](*tensors, torch.tensor(states.action))
    got, terms = compile_program(RewardProgram(read_batched_style(ast.parse(text), arm_spec)), arm_spec)(
        *states
    )
    np.testing.assert_allclose(got, expected.double().numpy(), atol=1e-6)
    np.testing.assert_array_equal(terms["x"], got)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "def compute_reward(goal_poss): return torch.abs(goal_poss)",
            r"no goal_poss \(did you mean goal_pos",
        ),
        ("def compute_reward(root_states): return root_states", "no root_states; it has .*object_pos"),
        ("def compute_reward(goal_pos): return torch.lerp(goal_pos)", "torch.lerp has no counterpart"),
        (
            "def compute_reward(goal_pos): return torch.nn.functional.relu(goal_pos)",
            "torch.nn.functional.relu",
        ),
        ("def compute_reward(goal_pos): return goal_pos.mul_(2)", r"\.mul_\(\) changes a tensor in place"),
        ("def compute_reward(goal_pos): return goal_pos.sum().item()", r"\.item\(\) takes a tensor out"),
        ("import isaacgym\ndef compute_reward(goal_pos): return goal_pos", "it imports isaacgym"),
        ("def compute_reward(*all_of_it): return 0", "name each one"),
    ],
)
def test_what_cannot_be_translated_is_named(text, reason, arm_spec):
    with pytest.raises(UntranslatableError, match=reason):
        read_batched_style(ast.parse(text), arm_spec)


def test_the_seconds_of_a_step_and_the_state_before_it_have_names():
    spec = task_class("reach").spec
    text = "def compute_reward(hand_pos, prev_hand_pos, dt): return (hand_pos - prev_hand_pos)[:, 0] / dt, {}"
    done = read_batched_style(ast.parse(text), spec)
    assert "prev_hand_pos = obs.hand_pos" in done
    assert f"dt = {spec.step_seconds}" in done
