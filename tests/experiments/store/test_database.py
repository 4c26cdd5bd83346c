import json
import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from rewardsmith.envs import Evaluation, TrainingTrace, UserError
from rewardsmith.experiments import Candidate, Run, Store
from rewardsmith.reward_gen import RewardProgram


def evaluation(rate: float = 0.5) -> Evaluation:
    success = np.arange(4) < 4 * rate
    return Evaluation(np.arange(4), success, success * 1.0, np.full(4, 10))


def trace() -> TrainingTrace:
    return TrainingTrace(np.array([10, 20]), np.array([0.0, 0.5]), {"reach": np.ones((2, 3))})


def candidate(number: int = 0, **changes) -> Candidate:
    program = RewardProgram("def compute_reward(obs, action, next_obs, xp): ...")
    whole = {"id": number, "generation": 0, "state": "trained", "answer": "raw ` answer", "program": program}
    return Candidate(**{**whole, "evaluation": evaluation(), "trace": trace(), "parents": (1, 2), **changes})


def test_candidates_survive_the_store(tmp_path):
    written = [
        candidate(0),
        candidate(1, state="rejected", program=None, evaluation=None, trace=None, reason="no"),
    ]
    Store(tmp_path).put(written)
    read = Store(tmp_path).candidates()
    assert [c.to_json() for c in read] == [c.to_json() for c in written]
    assert read[0].parents == (1, 2)
    assert read[0].evaluation.success_rate == 0.5


def test_runs_survive_the_store_and_come_baselines_first(tmp_path):
    written = [Run("sparse", 0, reason="crashed"), Run("human", 1, evaluation(), trace(), seconds=2.5)]
    for run in reversed(written):
        Store(tmp_path).put_run(run)
    assert [(r.method, r.seed, r.to_json()) for r in Store(tmp_path).runs()] == [
        (r.method, r.seed, r.to_json()) for r in written
    ]


def test_a_run_of_an_older_store_has_no_duration():
    run = Run("human", 1, evaluation(), trace(), seconds=2.5)
    older = json.loads(run.to_json())
    del older["seconds"]
    assert Run.from_json("human", 1, json.dumps(older)).to_json() == replace(run, seconds=None).to_json()


def test_one_lucky_episode_does_not_outweigh_the_metric():
    lucky = Evaluation(np.arange(20), np.arange(20) < 1, np.zeros(20), np.full(20, 10))
    near = Evaluation(np.arange(20), np.zeros(20, bool), np.full(20, 0.7), np.full(20, 10))
    flat = TrainingTrace(np.array([10, 20]), np.zeros(2))
    assert candidate(evaluation=near, trace=flat).rank > candidate(evaluation=lucky, trace=flat).rank


def test_better_success_ranks_higher_then_earlier_success_then_the_metric():
    early = TrainingTrace(np.array([10, 20]), np.array([0.5, 0.5]))
    assert candidate(evaluation=evaluation(1.0)).rank > candidate(trace=early).rank > candidate().rank
    assert candidate().rank > candidate(evaluation=None, trace=None).rank


def test_a_folder_belongs_to_one_experiment(tmp_path):
    Store(tmp_path).bind({"task": "reach", "seed": 0, "horizon": None})
    Store(tmp_path).bind({"task": "reach", "seed": 0, "horizon": None})
    with pytest.raises(UserError, match="seed was 0 there and is 1 now"):
        Store(tmp_path).bind({"task": "reach", "seed": 1, "horizon": None})


def test_a_foreign_file_is_refused_and_left_alone(tmp_path):
    (tmp_path / Store.FILE).write_text("my diary, which is not a database at all")
    with pytest.raises(UserError, match="SQLite cannot use"):
        Store(tmp_path)
    assert (tmp_path / Store.FILE).read_text().startswith("my diary")


def test_a_folder_without_a_store_is_not_made_one_by_reading(tmp_path):
    with pytest.raises(UserError, match="--out"):
        Store.existing(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_failed_transaction_leaves_nothing_behind(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(sqlite3.IntegrityError):
        store.put([candidate(0), candidate(1, state=None)])
    assert store.candidates() == []
