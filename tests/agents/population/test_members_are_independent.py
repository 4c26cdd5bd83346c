"""A member's numbers are the same, bit for bit, whoever its fellows are and whichever process updates it."""

import pytest
import torch

from rewardsmith.agents.hyperparameters import resolve
from rewardsmith.agents.population import PopulationPPO, PopulationWorlds, make_member
from rewardsmith.agents.threads import torch_threads

UPDATES = 2
SIZES = {
    "whole blocks": {"n_envs": 4, "n_steps": 16, "batch_size": 32, "policy_kwargs": {"net_arch": [64, 64]}},
    "odd sizes": {"n_envs": 3, "n_steps": 7, "batch_size": 5, "policy_kwargs": {"net_arch": [17, 5, 33]}},
    "normalized": {"n_envs": 5, "n_steps": 9, "batch_size": 15, "normalize": True},
}


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    ("kind", "algo"),
    [("box", "ppo"), ("discrete", "ppo"), ("masked", "maskable-ppo"), ("masked_multi", "maskable-ppo")],
)
def test_a_members_numbers_do_not_depend_on_its_fellows(request, approach_reward, kind, algo, sizes):
    task = request.getfixturevalue(f"{kind}_task")
    chosen = resolve(algo, task.spec, {"n_epochs": 2} | SIZES[sizes])

    def learnt(seeds, threads=1):
        # One thread for torch, as `train_population` sees to: MKL may add in another order with more.
        with torch_threads(1):
            return trained(seeds, threads)

    def trained(seeds, threads):
        ppo = PopulationPPO([make_member(algo, task.spec, chosen, seed) for seed in seeds], threads=threads)
        worlds = PopulationWorlds(task, [approach_reward] * len(seeds), seeds, chosen["n_envs"])
        for _ in range(UPDATES):
            ppo.collect(worlds)
            ppo.update(1.0)
        ppo.close()
        return list(ppo.export(seeds.index(7)).policy.state_dict().values())

    alone = learnt([7])
    assert len(alone) > 4
    processes = 2 if kind == "box" else 1
    for seeds, threads in (([7, 50], 1), ([90, 50, 7], 1), ([20, 7, 50, 90, 120], processes)):
        together = learnt(seeds, threads)
        assert all(torch.equal(a, b) for a, b in zip(alone, together, strict=True)), (seeds, threads)
