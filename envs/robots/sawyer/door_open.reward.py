"""Meta-World's shaped reward for door-open (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

import math


def compute_reward(obs, action, next_obs, xp):
    effort = (xp.clip(action[..., 3], -1.0, 1.0) + 1.0) / 2.0
    ready = ready_to_open(next_obs.hand_pos, next_obs.handle_pos, xp)
    grab = 2.0 * hamacher_product(ready, effort, xp)

    # Open by 2 degrees at least, and then as far as 120 degrees, of which the last half radian is free.
    ajar = xp.where(next_obs.door_angle < -math.pi / 90.0, 0.2 + 0.0 * ready, 0.0 * ready)
    to_open = 2.0 * math.pi / 3.0 + next_obs.door_angle
    opened = ajar + 0.8 * long_tail(to_open, 0.5, math.pi / 3.0, xp)

    shaped = grab + 8.0 * opened
    done = xp.abs(next_obs.handle_pos[..., 0] - next_obs.goal_pos[..., 0]) <= 0.08
    reward = xp.where(done, 10.0 + 0.0 * shaped, shaped)
    return reward, {"grab": grab, "opened": opened}


def ready_to_open(hand, handle, xp):
    """How near the hand is to the gap between handle and door, while above a funnel around the handle."""
    edge = handle + xp.array((-0.05, 0.0, 0.0))
    radius = xp.sqrt((hand[..., 0] - edge[..., 0]) ** 2 + (hand[..., 1] - edge[..., 1]) ** 2)
    outside = radius > 0.12
    funnel = 0.04 * xp.log(xp.where(outside, radius - 0.12, 1.0 + 0.0 * radius)) + 0.4
    floor = xp.where(outside, funnel, 0.0 * radius)
    too_low = floor - hand[..., 2]
    above_floor = xp.where(
        too_low <= 0.0,
        1.0 + 0.0 * too_low,
        long_tail(too_low, 0.01, xp.maximum(floor / 2.0, 1e-12), xp),
    )
    to_gap = xp.linalg.norm(hand - edge - xp.array((0.05, 0.03, -0.01)), axis=-1)
    return hamacher_product(above_floor, long_tail(to_gap, 0.06, 0.5, xp), xp)


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
