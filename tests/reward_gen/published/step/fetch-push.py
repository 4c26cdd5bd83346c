import numpy as np


def compute_dense_reward(self, action, obs):
    block = self.obj1.position
    way = self.goal_position[:2] - block[:2]
    left = np.linalg.norm(way)
    # Pushing works from behind: stand on the side of the block that looks away from the goal.
    heading = way / max(left, 1e-6)
    behind = np.concatenate([block[:2] - 0.08 * heading, block[2:]])
    stance = np.sqrt(((self.robot.ee_position - behind) ** 2).sum())
    reward = -0.4 * stance - left
    for axis in range(3):
        reward -= 0.01 * abs(self.obj1.angular_velocity[axis])
    if left < 0.05:
        if np.linalg.norm(self.obj1.velocity) < 0.1:
            reward = 3.0
        else:
            reward += 1.0
    if np.any(np.abs(action) > 0.99):
        reward -= 0.05
    return reward
