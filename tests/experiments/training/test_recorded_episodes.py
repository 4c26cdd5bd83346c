import pickle

import pytest

from rewardsmith.agents import selection_seeds, training_seed
from rewardsmith.experiments.training import Trained, TrainJob, run_job, run_together


def job(recorded: int, number: int = 0) -> TrainJob:
    seeds = selection_seeds(0, 6)
    return TrainJob(
        key=f"g0-c{number}",
        task="arithmetic-chain",
        reward=None,
        trusted=False,
        algo=None,
        steps=4096,
        seed=training_seed(0, "candidate", number),
        selection_seeds=seeds,
        final_seeds=seeds,
        recorded=recorded,
    )


@pytest.fixture(scope="module")
def alone() -> Trained:
    outcome = run_job(job(recorded=2))
    assert isinstance(outcome, Trained)
    return outcome


def test_a_job_keeps_as_many_episodes_of_each_outcome_as_it_asks_for(alone):
    kept, judged = alone.episodes, alone.evaluation.success
    assert kept.success.sum() == min(judged.sum(), 2)
    assert (~kept.success).sum() == min((~judged).sum(), 2)


def test_they_travel_between_processes(alone):
    assert pickle.loads(pickle.dumps(alone)).episodes.to_bytes() == alone.episodes.to_bytes()


def test_each_member_of_a_population_keeps_its_own():
    first, second = run_together([job(2, 0), job(2, 1)], lambda member, steps, success: None)
    assert first.episodes.to_bytes() != second.episodes.to_bytes()
    again, _ = run_together([job(2, 0), job(2, 1)], lambda member, steps, success: None)
    assert again.episodes.to_bytes() == first.episodes.to_bytes()


def test_nothing_is_kept_unasked_and_nothing_else_changes(alone):
    outcome = run_job(job(recorded=0))
    assert outcome.episodes is None
    assert outcome.evaluation.to_dict() == alone.evaluation.to_dict()
    assert outcome.trace.to_dict() == alone.trace.to_dict()
