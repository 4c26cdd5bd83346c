"""Meta-World's shaped reward for coffee-button (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004407496, 0.400270538, 0.150740492)


def compute_reward(obs, action, next_obs, xp):
    tcp_to_button = xp.linalg.norm(next_obs.button_pos - next_obs.tcp_pos, axis=-1)
    tcp_to_button_at_start = xp.linalg.norm(next_obs.button_pos - xp.array(TCP_AT_START), axis=-1)
    near_button = long_tail(tcp_to_button, 0.05, tcp_to_button_at_start, xp)

    button_to_goal = xp.abs(next_obs.goal_pos[..., 1] - next_obs.button_pos[..., 1])
    # 3 cm is the button's travel.
    pressed = long_tail(button_to_goal, 0.005, 0.03, xp)

    approach = 2.0 * hamacher_product(next_obs.gripper_openness, near_button, xp)
    press = xp.where(tcp_to_button <= 0.05, 8.0 * pressed, 0.0 * pressed)
    return approach + press, {"approach": approach, "press": press}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
