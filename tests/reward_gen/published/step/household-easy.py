def compute_dense_reward(self, action, obs):
    if self.illegal_actions > self.prev_illegal_actions:
        return -0.5
    steps = 0.0
    for done in (self.found, self.in_hand, self.at_wanted_place):
        steps += 1.0 if done else 0.0
    return steps if self.in_hand or not self.found else 0.9 * steps
