import math

import numpy as np


def compute_dense_reward(self, action, obs):
    upright = math.cos(self.robot.torso.angle)
    speed = np.clip(self.robot.forward_velocity, -1.0, 4.0)
    if self.robot.torso.height < 0.7 or abs(self.robot.torso.angle) > 0.6:
        return -1.0
    if 0.0 < speed < 0.5:
        speed *= 0.5
    shake = np.mean(self.robot.joint_velocities**2)
    return speed + 0.3 * upright - 1e-3 * shake - 1e-2 * np.linalg.norm(action, ord=2)
