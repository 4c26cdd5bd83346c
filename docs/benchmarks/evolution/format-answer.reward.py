def compute_reward(obs, action, next_obs, xp):
    # Goal: Answer which animal of which colour is meant, in the required format: `<think>`, exactly as many thoughts as wanted, `</think>`, `<answer>`, the colour, the animal, `</answer>`, `end`, and nothing else. Any token may follow any other, up to 12.

    illegal_actions_small_distance = xp.abs(next_obs.illegal_actions)

    # 1 when illegal_actions is at zero, falling with distance on a scale of 0.69.
    illegal_actions_small = 1.0 - xp.tanh(illegal_actions_small_distance / 0.69)
    illegal_actions_small_paid = 2.5 * illegal_actions_small

    # 1 when illegal_actions is at zero, falling with distance on a scale of 0.35.
    illegal_actions_small_2 = xp.exp(-illegal_actions_small_distance / 0.35)
    illegal_actions_small_2_paid = 0.28 * illegal_actions_small_2

    tags_placed_closing_on_length_error_before = xp.abs(obs.tags_placed - obs.length_error)

    tags_placed_closing_on_length_error_after = xp.abs(next_obs.tags_placed - next_obs.length_error)

    # Progress of tags_placed towards length_error in this step; 1 for 0.034 or more.
    tags_placed_closing_on_length_error = xp.clip((tags_placed_closing_on_length_error_before - tags_placed_closing_on_length_error_after) / 0.034, -1.0, 1.0)
    tags_placed_closing_on_length_error_paid = 1.5 * tags_placed_closing_on_length_error

    # The rise of answer_right in this step; 1 for 0.05 or more.
    answer_right_rises = xp.clip((next_obs.answer_right - obs.answer_right) / 0.05, -1.0, 1.0)
    answer_right_rises_paid = 2.2 * answer_right_rises
    reward = illegal_actions_small_paid + illegal_actions_small_2_paid + tags_placed_closing_on_length_error_paid + answer_right_rises_paid
    return reward, {
        "illegal_actions_small": illegal_actions_small_paid,
        "illegal_actions_small_2": illegal_actions_small_2_paid,
        "tags_placed_closing_on_length_error": tags_placed_closing_on_length_error_paid,
        "answer_right_rises": answer_right_rises_paid,
    }
# genome: [{"weight": 2.5, "measure": {"kind": "near", "a": "illegal_actions", "shape": "tanh", "scale": 0.69}}, {"weight": 0.28, "measure": {"kind": "near", "a": "illegal_actions", "shape": "exp", "scale": 0.35}}, {"weight": 1.5, "measure": {"kind": "progress", "a": "tags_placed", "b": "length_error", "scale": 0.034}}, {"weight": 2.2, "measure": {"kind": "change", "a": "answer_right", "scale": 0.05}}]
