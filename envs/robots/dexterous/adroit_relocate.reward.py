"""The shaped reward of DAPG's relocate (Rajeswaran et al., 2018).

Gymnasium-Robotics 1.2.1 to 1.4.2 add the distance to the ball where DAPG subtracts it; this is DAPG's sign.
"""


def compute_reward(obs, action, next_obs, xp):
    ball, palm, goal = next_obs.ball_pos, next_obs.palm_pos, next_obs.goal_pos
    ball_to_goal = xp.linalg.norm(ball - goal, axis=-1)
    reach = -0.1 * xp.linalg.norm(palm - ball, axis=-1)
    carrying = 1.0 - 0.5 * xp.linalg.norm(palm - goal, axis=-1) - 0.5 * ball_to_goal
    carry = xp.where(ball[..., 2] > 0.04, carrying, 0.0)
    arrived = xp.where(ball_to_goal < 0.1, 10.0, 0.0) + xp.where(ball_to_goal < 0.05, 20.0, 0.0)
    return reach + carry + arrived, {"reach": reach, "carry": carry, "arrived": arrived}
