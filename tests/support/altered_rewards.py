"""Rewards of known faults, built on what a task's human reward pays."""

from rewardsmith.reward_gen import RewardProgram, resolve_reward


def on_top_of_human(task, body):
    """The human reward of `task`, with `body` between what it pays and what is returned."""
    text = resolve_reward("human", task).text.replace("def compute_reward", "def human_reward")
    head = "\n\ndef compute_reward(obs, action, next_obs, xp):\n"
    head += "    reward, terms = human_reward(obs, action, next_obs, xp)\n"
    rest = f"    reward = {body}\n    return reward, {{'all': reward}}\n"
    return RewardProgram(f"{text}{head}{rest}", "altered")
