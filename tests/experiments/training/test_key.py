import dataclasses
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import UserError
from rewardsmith.experiments import TrainJob
from rewardsmith.experiments.training import key, versions
from rewardsmith.experiments.training.key import job_key
from rewardsmith.reward_gen import RewardProgram

TEXT = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""
JOB = TrainJob(
    key="g0-c0",
    task="arithmetic-chain",
    reward=RewardProgram(TEXT),
    trusted=False,
    algo=None,
    steps=4096,
    seed=7,
    selection_seeds=(10, 11),
    final_seeds=(20, 21),
)
SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5, unique=True).map(tuple)
# Every field that the outcome depends on, with values that it may take.
MATTERS = {
    "task": st.sampled_from(["arithmetic-chain", "tool-call", "drawer-open", "fetch-reach"]),
    "reward": st.none() | st.text(max_size=20).map(lambda end: RewardProgram(f"{TEXT}# {end}")),
    "algo": st.sampled_from(["ppo", "maskable-ppo"]),
    "steps": st.integers(1, 10**9),
    "seed": st.integers(0, 2**31),
    "selection_seeds": SEEDS,
    "final_seeds": SEEDS,
    "horizon": st.integers(1, 1000),
    "hyperparameters": st.fixed_dictionaries(
        {"learning_rate": st.floats(1e-6, 1e-1), "n_steps": st.integers(1, 4096)}
    ),
    "recorded": st.integers(0, 5),
}
# Every field that it does not depend on.
CHANGES_NOTHING = {
    "key": st.text(min_size=1, max_size=10),
    "out": st.none() | st.text("ab/", min_size=1, max_size=8).map(Path),
    "trusted": st.booleans(),
}


def resolved(job: TrainJob) -> TrainJob:
    """The same job with its defaults spelt out, so that unequal jobs are unequal in what they mean."""
    spec, algo = key.task_class(job.task).spec, job.algo or "maskable-ppo"
    chosen = key.agents.resolve(algo, spec, job.hyperparameters)
    horizon = job.horizon or spec.horizon
    return dataclasses.replace(job, algo=algo, hyperparameters=chosen, horizon=horizon)


def test_every_field_of_a_job_is_known_to_matter_or_not():
    assert {field.name for field in dataclasses.fields(TrainJob)} == set(MATTERS) | set(CHANGES_NOTHING)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_any_one_ingredient_that_changes_changes_the_key(data):
    name = data.draw(st.sampled_from(sorted(MATTERS)))
    other = dataclasses.replace(JOB, **{name: data.draw(MATTERS[name])})
    assert (job_key(other) == job_key(JOB)) == (resolved(other) == resolved(JOB))


@settings(deadline=None, max_examples=20)
@given(st.fixed_dictionaries(CHANGES_NOTHING), st.text(max_size=9), st.text(max_size=9))
def test_names_folders_and_trust_change_no_key(changes, name, origin):
    other = dataclasses.replace(JOB, reward=RewardProgram(TEXT, name, origin), **changes)
    assert job_key(other) == job_key(JOB)


def test_defaults_count_as_what_they_stand_for():
    spec = key.task_class(JOB.task).spec
    chosen = key.agents.resolve("maskable-ppo", spec)
    spelt = dataclasses.replace(JOB, algo="maskable-ppo", horizon=spec.horizon, hyperparameters=chosen)
    assert job_key(spelt) == job_key(JOB)


@pytest.mark.parametrize("name", ["python", "rewardsmith", "rewardsmith code", "torch", "mujoco"])
def test_another_version_is_another_key(monkeypatch, name):
    before, known = job_key(JOB), versions.versions()
    monkeypatch.setattr(key, "versions", lambda: {**known, name: "another"})
    assert job_key(JOB) != before


def test_the_code_counts_where_it_trains_and_not_where_it_proposes(monkeypatch, tmp_path):
    def digest_after(changed: str) -> str:
        path = tmp_path / changed
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.read_text() + "#" if path.exists() else "#")
        return versions._code_digest()

    (tmp_path / "experiments/training").mkdir(parents=True)
    for name in ("jobs.py", "entry.py"):
        (tmp_path / "experiments/training" / name).touch()
    monkeypatch.setattr(versions, "_ROOT", tmp_path)
    first = digest_after("envs/text/task.py")
    for ignored in (
        "reward_gen/proposers/llm/ask.py",
        "envs/text/task.reward.py",
        "envs/__pycache__/task.pyc",
        "experiments/plots.py",
    ):
        assert digest_after(ignored) == first
    counted = [
        digest_after(place)
        for place in (
            "envs/text/task.py",
            "agents/configs/ppo.yml",
            "reward_gen/running/compile.py",
            "experiments/training/jobs.py",
        )
    ]
    assert len({first, *counted}) == 5


def test_a_hyperparameter_that_is_no_plain_value_is_refused_in_one_line():
    odd = dataclasses.replace(JOB, hyperparameters={"policy_kwargs": {"activation_fn": object()}})
    with pytest.raises(UserError, match=r"cannot be cached: hyperparameters are texts, numbers"):
        job_key(odd)


OWN_TASK = """
import gymnasium
from cached_helpers import threshold
from rewardsmith import Field, Obs, gym_task

gym_task(
    "cached-cart",
    "CartPole-v1",
    goal="Keep the pole upright.",
    action="Push the cart.",
    fields={Field("cart", "position of the cart"): Obs[0], Field("pole", "angle of the pole"): Obs[2]},
    success=lambda fields: abs(fields.pole) < threshold(),
    horizon=20,
    probe_steps=50,
)
"""
HELPERS = "def threshold():\n    return 0.1\n"


def test_an_own_tasks_file_and_what_it_imports_count(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "cached_helpers", raising=False)
    task, helpers = tmp_path / "cart.py", tmp_path / "cached_helpers.py"
    task.write_text(textwrap.dedent(OWN_TASK))
    helpers.write_text(HELPERS)
    job = dataclasses.replace(JOB, task=f"{task}:cached-cart")
    keys = [job_key(job)]
    for path in (task, helpers):
        path.write_text(path.read_text() + "# changed\n")
        keys.append(job_key(job))
    assert len(set(keys)) == 3
    code = dict(key.ingredients(job)["task_code"])
    assert set(code) == {"cart.py", "cached_helpers.py", "gymnasium"}
    assert code["gymnasium"] == versions.version_of("gymnasium")
