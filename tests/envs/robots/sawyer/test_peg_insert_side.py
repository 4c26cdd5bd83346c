import numpy as np
import pytest

from rewardsmith.envs import FieldView, task_class
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program

TASK = task_class("peg-insert-side")
# Two regions beside the hole's face, seen from the goal: heads that run against the block are in them.
BESIDE_HOLE = [((0.085, -0.1, -0.12), (0.12, 0.1, -0.04)), ((0.085, -0.1, 0.03), (0.14, 0.1, 0.06))]


@pytest.mark.parametrize("corners", BESIDE_HOLE, ids=["below", "above"])
def test_a_head_beside_the_hole_is_worth_what_the_original_says(corners, oracle):
    official, rng = oracle("peg-insert-side"), np.random.default_rng(0)
    draws = rng.random(TASK.draws)
    official.reset(draws)
    env, action, states, rewards, heads = official.env, np.zeros(4, np.float32), [], [], []
    for _ in range(20):
        head = env._target_pos + rng.uniform(*corners)
        env._set_obj_xyz(head + np.array([0.1, 0.0, 0.0]))
        rewards.append(env.step(action)[1])
        states.append(official.physics())
        heads.append(env._get_site_pos("pegHead") - env._target_pos)
    task = TASK(20)
    task.reset(np.arange(20), np.tile(draws, (20, 1)))
    task.set_physics(np.array(states), np.zeros_like(task.batch.warmstart), np.zeros((20, 3)))
    view = FieldView(task.fields())
    compute_reward = compile_program(RewardProgram(TASK.human_reward_path().read_text()), TASK.spec)
    reward, terms = compute_reward(view, np.zeros((20, 4)), view)
    assert reward == pytest.approx(rewards, abs=1e-6)
    distance = np.linalg.norm(np.array(heads) * [1, 2, 2], axis=-1)
    assert np.ptp(terms["inserted"]) > 0.05 and (distance > TASK.success_radius).all()
