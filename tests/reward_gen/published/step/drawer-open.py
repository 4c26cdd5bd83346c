import numpy as np

REACH, PULL = 0.3, 1.7


def compute_dense_reward(self, action: np.ndarray, obs: np.ndarray) -> float:
    hand, handle = self.robot.ee_position, self.obj1.position
    to_handle = np.linalg.norm(hand - handle)
    still_shut = abs(self.goal_position[1] - handle[1])
    reward = REACH * np.exp(-to_handle / 0.1)
    # Far away the fingers had better be open; at the handle pulling is what counts.
    if to_handle > 0.08:
        reward += 0.1 * self.robot.gripper_openness
        return reward
    elif hand[2] > handle[2] and still_shut > 0.02:
        reward += 0.5
    else:
        reward += PULL * max(0.0, 1.0 - still_shut / 0.2)
    return float(reward) - 0.02 * float(np.abs(action).max())
