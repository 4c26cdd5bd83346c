"""For short plans in hand-pen-rotate: a pen that falls off the hand is lost, however it is turned.

Recorded with ``--seed 8``, a start from which it has to be turned by 0.62 rad.
"""


def compute_reward(obs, action, next_obs, xp):
    turn = -next_obs.angle_to_goal
    dropped = xp.where(next_obs.object_pos[..., 2] < 0.12, -10.0, 0.0)
    return turn + dropped, {"turn": turn, "dropped": dropped}
