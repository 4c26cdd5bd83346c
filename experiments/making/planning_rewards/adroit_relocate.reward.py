"""For short plans in adroit-relocate: reach weighs more than in the human reward, lift grows with the height.

Recorded with ``--seed 1524``, a start whose goal is low and near.
"""


def compute_reward(obs, action, next_obs, xp):
    reach = -2.0 * xp.linalg.norm(next_obs.palm_pos - next_obs.ball_pos, axis=-1)
    carry = -5.0 * xp.linalg.norm(next_obs.ball_pos - next_obs.goal_pos, axis=-1)
    lift = 10.0 * xp.minimum(next_obs.ball_pos[..., 2], 0.15)
    return reach + carry + lift, {"reach": reach, "carry": carry, "lift": lift}
