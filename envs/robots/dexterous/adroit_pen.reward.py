"""The shaped reward of DAPG's pen (Rajeswaran et al., 2018), as in Gymnasium-Robotics."""


def compute_reward(obs, action, next_obs, xp):
    offset = xp.linalg.norm(next_obs.pen_offset, axis=-1)
    alignment = xp.sum(next_obs.pen_direction * next_obs.wanted_direction, axis=-1)
    in_place = offset < 0.075
    turned = xp.where(in_place & (alignment > 0.9), 10.0, 0.0) + xp.where(
        in_place & (alignment > 0.95), 50.0, 0.0
    )
    dropped = xp.where(next_obs.pen_pos[..., 2] < 0.075, -5.0, 0.0)
    terms = {"place": -offset, "alignment": alignment, "turned": turned, "dropped": dropped}
    return alignment - offset + turned + dropped, terms
