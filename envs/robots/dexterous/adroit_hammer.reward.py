"""The shaped reward of DAPG's hammer (Rajeswaran et al., 2018).

Gymnasium-Robotics 1.2.1 to 1.4.2 add the distance to the hammer where DAPG subtracts it; this is DAPG's sign.
"""


def compute_reward(obs, action, next_obs, xp):
    head, nail = next_obs.hammer_head_pos, next_obs.nail_pos
    nail_to_goal = xp.linalg.norm(nail - next_obs.goal_pos, axis=-1)
    reach = -0.1 * xp.linalg.norm(next_obs.palm_pos - next_obs.hammer_pos, axis=-1)
    aim = -xp.linalg.norm(head - nail, axis=-1)
    drive = -10.0 * nail_to_goal
    haste = -1e-2 * next_obs.total_speed
    lifted = xp.where((next_obs.hammer_pos[..., 2] > 0.04) & (head[..., 2] > 0.04), 2.0, 0.0)
    driven = xp.where(nail_to_goal < 0.02, 25.0, 0.0) + xp.where(nail_to_goal < 0.01, 75.0, 0.0)
    terms = {"reach": reach, "aim": aim, "drive": drive, "haste": haste, "lifted": lifted, "driven": driven}
    return reach + aim + drive + haste + lifted + driven, terms
