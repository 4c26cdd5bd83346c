"""Ours, after Text2Reward's back flip (Xie et al., 2024): turn backward, then come down upright."""

DIRECTION = -1.0
FULL_TURN = 6.283185307179586


def compute_reward(obs, action, next_obs, xp):
    turned = DIRECTION * next_obs.torso_pitch
    turn = xp.clip(turned / FULL_TURN, -1.0, 1.0)
    upright_again = xp.exp(-4.0 * (turned - FULL_TURN) ** 2)
    stand = upright_again * xp.clip(next_obs.torso_height, 0.0, 1.1)
    foot_down = upright_again * xp.exp(-10.0 * next_obs.foot_height)
    control = -0.001 * xp.sum(action**2, axis=-1)
    reward = turn + 2.0 * stand + 2.0 * foot_down + control
    return reward, {"turn": turn, "stand": stand, "foot_down": foot_down, "control": control}
