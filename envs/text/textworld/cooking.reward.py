# Subgoals as they are reached, after the competition's own score, which LeDeepChef (Adolphs and Hofmann 2020)
# trains on: each ingredient held, cooked right and cut right, the meal made and eaten. The score alone can be
# gamed, since the engine makes a meal of raw ingredients and pays for eating it: haste costs more than that.
# What is read, opened or picked up stays so, and pays once.


def compute_reward(obs, action, next_obs, xp):
    read = xp.where(next_obs.recipe_read & ~obs.recipe_read, 0.5, 0.0)
    quests = 4.0 * (next_obs.score - obs.score)
    spoilt = xp.where(next_obs.lost & ~obs.lost, -0.5, 0.0)
    discovery = 0.6 * (next_obs.rooms_seen - obs.rooms_seen)

    unfinished = obs.to_take | (obs.to_cook > 0) | (obs.to_cut > 0)
    hurried = ~obs.recipe_read | xp.any(unfinished, axis=1)
    haste = xp.where((action == 7) & obs.possible[:, 7] & hurried, -1.5, 0.0)
    opened = (action >= 9) & (action <= 15)
    possible = xp.take_along_axis(obs.possible, xp.expand_dims(action, 1), axis=1)[:, 0]
    tools = xp.where(possible & ((action == 6) | opened), 0.1, 0.0)
    reward = read + quests + spoilt + discovery + haste + tools
    return reward, {
        "read": read,
        "quests": quests,
        "spoilt": spoilt,
        "discovery": discovery,
        "haste": haste,
        "tools": tools,
    }
