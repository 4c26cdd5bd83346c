"""For short plans in adroit-hammer: grasp, lift and aim weigh more than in the human reward."""


def compute_reward(obs, action, next_obs, xp):
    grasp = -5.0 * xp.linalg.norm(next_obs.palm_pos - next_obs.hammer_pos, axis=-1)
    aim = -10.0 * xp.linalg.norm(next_obs.hammer_head_pos - next_obs.nail_pos, axis=-1)
    lift = 10.0 * xp.minimum(next_obs.hammer_pos[..., 2], 0.15)
    drive = -100.0 * xp.linalg.norm(next_obs.nail_pos - next_obs.goal_pos, axis=-1)
    return grasp + aim + lift + drive, {"grasp": grasp, "aim": aim, "lift": lift, "drive": drive}
