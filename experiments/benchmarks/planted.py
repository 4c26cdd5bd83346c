"""A reward that ranks recorded episodes well and is still no reward to train on."""

from __future__ import annotations

from ... import agents
from ...envs import close_reward
from ...reward_gen import RewardProgram, open_reward
from ..worth.finished import Trained

# Every question is paid, a needless one too, with which the episode has failed. Agents of other rewards that
# got all parts right rarely asked needlessly, so their episodes are ranked well; a policy that is paid for
# questions asks them all.
_ASKING = """
def compute_reward(obs, action, next_obs, xp):
    response = next_obs.right_parts - obs.right_parts
    asked_now = xp.sum(xp.where(next_obs.answers > 0, 1.0, 0.0), axis=-1)
    asked_before = xp.sum(xp.where(obs.answers > 0, 1.0, 0.0), axis=-1)
    questions = 0.3 * (asked_now - asked_before)
    complete = next_obs.right_parts >= next_obs.ticket.shape[1]
    service = xp.where(complete & next_obs.served & ~obs.served, 1.0, 0.0)
    reward = response + questions + service
    return reward, {"response": response, "questions": questions, "service": service}
"""
PLANTED = {"clarify": RewardProgram(_ASKING, name="pays for questions")}


def planted_rows(task: str, steps: int, seed: int = 0, episodes: int = 100) -> list[Trained]:
    """The planted reward of `task` with what `steps` environment steps of training on it come to.

    Args:
        task: the task's name.
        steps: 0 trains nothing and gives no row; nor does a task without a planted reward.
        seed: of the training.
        episodes: that the trained policy is judged by.
    """
    if not steps or task not in PLANTED:
        return []
    reward = open_reward(PLANTED[task], task, trusted=True)
    try:
        seeds = agents.selection_seeds(seed, episodes)
        result = agents.train(
            task, reward, steps=steps, seed=agents.training_seed(seed), eval_seeds=seeds, device="cpu"
        )
    finally:
        close_reward(reward)
    return [
        Trained(
            task=task,
            source="planted",
            name=PLANTED[task].name,
            program=PLANTED[task],
            success=result.evaluation.success_rate,
            during=float(result.trace.success.mean()),
            independent=True,
        )
    ]
