# The sub-goals of an errand (Shridhar et al. 2021, "ALFWorld") in turn: found, carried, delivered. Each is
# paid as the state after minus the state before, so that undoing costs what doing earned. Looking into a
# place for the first time pays a little until the thing is found.


def compute_reward(obs, action, next_obs, xp):
    def gained(before, after):
        return xp.where(after, 1.0, 0.0) - xp.where(before, 1.0, 0.0)

    looked = xp.sum(xp.where(next_obs.searched & ~obs.searched, 1.0, 0.0), axis=1)
    searched = xp.where(obs.found, 0.0, 0.05 * looked)
    found = 0.5 * gained(obs.found, next_obs.found)
    # What is delivered counts as carried: putting it down there must not cost anything.
    carried = gained(obs.in_hand | obs.at_wanted_place, next_obs.in_hand | next_obs.at_wanted_place)
    delivered = 2.0 * gained(obs.at_wanted_place, next_obs.at_wanted_place)
    reward = searched + found + carried + delivered
    return reward, {"searched": searched, "found": found, "carried": carried, "delivered": delivered}
