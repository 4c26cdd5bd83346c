"""Leap while spinning, then come down upright: the human reward alone lets short plans end in a fall."""

DIRECTION = 1.0
FULL_TURN = 6.283185307179586
GRAVITY = 9.81
# Height of the torso in m at which a turning hopper can set its foot down.
LANDING_HEIGHT = 0.9


def compute_reward(obs, action, next_obs, xp):
    turned = DIRECTION * next_obs.torso_pitch
    fall = xp.maximum(next_obs.torso_height - LANDING_HEIGHT, 0.0)
    up = next_obs.upward_speed
    flight = xp.maximum(up + xp.sqrt(up**2 + 2.0 * GRAVITY * fall), 0.0) / GRAVITY
    ballistic = turned + DIRECTION * next_obs.pitch_rate * flight
    turn = xp.clip(ballistic / FULL_TURN, -1.0, 1.0)
    upright_again = xp.exp(-4.0 * (turned - FULL_TURN) ** 2)
    land = upright_again * (xp.clip(next_obs.torso_height, 0.0, 1.1) + xp.exp(-10.0 * next_obs.foot_height))
    return turn + 4.0 * land, {"turn": turn, "land": land}
