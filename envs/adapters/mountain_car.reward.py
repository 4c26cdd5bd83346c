"""Pay the car's energy: the potential one of the hill and the kinetic one (our own)."""

# The slope pulls with 0.0025 cos(3 x), which is the gradient of this height's energy.
GRAVITY = 0.0025
TOP_SPEED = 0.07


def compute_reward(obs, action, next_obs, xp):
    gained = energy(next_obs, xp) - energy(obs, xp)
    arrived = 1.0 * (next_obs.position >= 0.45)
    return 10.0 * gained + arrived, {"gained": gained, "arrived": arrived}


def energy(state, xp):
    """Potential and kinetic energy, in units of the fastest car's."""
    potential = GRAVITY / 3.0 * (1.0 + xp.sin(3.0 * state.position))
    kinetic = 0.5 * state.velocity**2
    return (potential + kinetic) / (0.5 * TOP_SPEED**2)
