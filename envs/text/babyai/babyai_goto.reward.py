# Progress towards the object named, as potential-based shaping: the distance before minus the distance after.


def compute_reward(obs, action, next_obs, xp):
    approach = 0.1 * (obs.target_distance - next_obs.target_distance)
    arrival = xp.where(next_obs.target_distance < 1.0, 1.0, 0.0)
    reward = approach + arrival
    return reward, {"approach": approach, "arrival": arrival}
