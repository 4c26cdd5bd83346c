# Sub-goals in turn, as in HiPER (Peng et al. 2026), where an errand of ALFWorld (Shridhar et al. 2021) is
# credited sub-goal by sub-goal: found, carried, treated, delivered. Each is paid as the state after minus
# the state before, so that undoing costs what doing earned. Looking into a place for the first time pays a
# little until the thing is found: there are few places, so that is bounded, too.


def compute_reward(obs, action, next_obs, xp):
    def gained(before, after):
        return xp.where(after, 1.0, 0.0) - xp.where(before, 1.0, 0.0)

    delivered_before = obs.at_wanted_place & obs.treated
    delivered_now = next_obs.at_wanted_place & next_obs.treated

    looked = xp.sum(xp.where(next_obs.searched & ~obs.searched, 1.0, 0.0), axis=1)
    searched = xp.where(obs.found, 0.0, 0.05 * looked)
    found = 0.5 * gained(obs.found, next_obs.found)
    # What is delivered counts as carried: putting it down there must not cost anything.
    carried = gained(obs.in_hand | delivered_before, next_obs.in_hand | delivered_now)
    treated = gained(obs.treated, next_obs.treated)
    delivered = 2.0 * gained(delivered_before, delivered_now)
    reward = searched + found + carried + treated + delivered
    return reward, {
        "searched": searched,
        "found": found,
        "carried": carried,
        "treated": treated,
        "delivered": delivered,
    }
