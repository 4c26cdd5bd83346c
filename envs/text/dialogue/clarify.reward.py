# A profile reward beside a response reward, after Zhao et al. (2025): what the answers settle about the guest
# and what is right on the ticket. A needless question costs what a useful one earns, so that asking pays only
# where the order is ambiguous (Acikgoz et al. 2025, "SpeakRL"). All are progress, the state after minus the
# state before; serving is paid once, for a ticket that is right throughout.


def compute_reward(obs, action, next_obs, xp):
    profile = obs.unsettled - next_obs.unsettled
    response = next_obs.right_parts - obs.right_parts
    needless = obs.needless_questions - next_obs.needless_questions

    served = next_obs.served & ~obs.served
    complete = next_obs.right_parts >= next_obs.ticket.shape[1]
    service = xp.where(served & complete, 1.0, 0.0)
    reward = profile + response + needless + service
    terms = {"profile": profile, "response": response, "needless": needless, "service": service}
    return reward, terms
