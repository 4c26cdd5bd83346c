import numpy as np
import pytest

from rewardsmith.agents.evaluate import Evaluator
from rewardsmith.agents.hyperparameters import resolve
from rewardsmith.agents.population import PopulationEvaluator, PopulationPPO, evaluation, make_member

SEEDS = range(2**31, 2**31 + 5)


@pytest.mark.parametrize("most_worlds", [1, 4, 6, 1024])
@pytest.mark.parametrize(
    ("kind", "algo"), [("box", "ppo"), ("masked", "maskable-ppo"), ("masked_multi", "maskable-ppo")]
)
def test_all_members_are_evaluated_as_each_alone_however_many_worlds_there_are(
    request, monkeypatch, kind, algo, most_worlds
):
    monkeypatch.setattr(evaluation, "MOST_WORLDS", most_worlds)
    task = request.getfixturevalue(f"{kind}_task")
    chosen = resolve(algo, task.spec, {"n_envs": 4, "n_steps": 16})
    ppo = PopulationPPO([make_member(algo, task.spec, chosen, seed) for seed in (1, 2)])
    together = PopulationEvaluator(task, SEEDS).play(ppo)
    for row, (ours, our_returns) in enumerate(together):
        theirs, their_returns = Evaluator(task, SEEDS).play(ppo.export(row))
        assert np.array_equal(ours.seeds, theirs.seeds)
        assert np.array_equal(ours.success, theirs.success)
        assert np.array_equal(ours.length, theirs.length)
        assert np.allclose(ours.metric, theirs.metric, atol=1e-5)
        assert np.allclose(our_returns, their_returns)
