import numpy as np
from numpy.linalg import norm


def compute_dense_reward(self, action, obs):
    reach = -norm(self.robot.ee_position - self.obj1.position)
    slide = -np.abs(self.obj1.position - self.goal_position)[0]
    weights = np.array([0.5, 1.5])
    parts = {"reach": reach, "slide": slide}
    parts["effort"] = -0.01 * (action @ action)
    bonus = 5.0 if -slide <= 0.05 and not reach < -0.1 else 0.0
    return weights.dot(np.array([reach, slide])) + parts["effort"] + bonus, parts
