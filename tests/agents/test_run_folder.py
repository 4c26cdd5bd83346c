import csv

import numpy as np
import pytest
import yaml
from stable_baselines3.common.callbacks import EvalCallback
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from rewardsmith.agents.agent import load_agent, make_agent
from rewardsmith.agents.algorithms import ALGORITHMS, default_algorithm
from rewardsmith.agents.evaluate import evaluate
from rewardsmith.agents.hyperparameters import resolve
from rewardsmith.agents.policies import NormalizedPolicy
from rewardsmith.agents.train import train
from rewardsmith.envs import UserError, Worlds
from rewardsmith.envs.sb3 import SB3VecEnv

SEEDS = range(2**31, 2**31 + 6)
ON_POLICY = {"n_envs": 4, "n_steps": 16, "batch_size": 32, "n_epochs": 2}
OFF_POLICY = {"n_envs": 4, "learning_starts": 40, "batch_size": 32}


def small(algo):
    return ON_POLICY if "ppo" in algo else OFF_POLICY


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_each_algorithm_trains_and_is_read_back_by_sb3_itself(
    tmp_path, tasks_by_algorithm, approach_reward, algo
):
    task = tasks_by_algorithm[algo]
    result = train(
        task,
        approach_reward,
        algo=algo,
        steps=320,
        seed=2,
        eval_seeds=SEEDS,
        out=tmp_path,
        hyperparameters=small(algo),
        device="cpu",
    )
    observation = Worlds(task, 8).encoder.space().sample()[None].repeat(8, axis=0)
    observation *= np.linspace(-1, 1, 8, dtype=np.float32)[:, None]
    expected = result.model.predict(observation, deterministic=True)[0]
    loaded = ALGORITHMS[algo].kind.load(tmp_path / "model.zip", device="cpu")
    assert loaded.num_timesteps == result.steps
    assert np.array_equal(loaded.predict(observation, deterministic=True)[0], expected)
    ours = load_agent(tmp_path / "model.zip", algo, device="cpu")
    assert evaluate(ours, task, SEEDS).to_dict() == result.evaluation.to_dict()


def test_an_agent_with_normalised_observations_comes_back_behind_its_normaliser(
    tmp_path, box_task, approach_reward
):
    result = train(
        box_task,
        approach_reward,
        steps=320,
        seed=2,
        eval_seeds=SEEDS,
        out=tmp_path,
        hyperparameters=ON_POLICY | {"normalize": True},
    )
    loaded = load_agent(str(tmp_path / "model.zip"), "ppo")
    assert isinstance(loaded, NormalizedPolicy)
    assert evaluate(loaded, box_task, SEEDS).to_dict() == result.evaluation.to_dict()


def test_masks_pass_through_the_normaliser(tmp_path, masked_task, approach_reward):
    hyperparameters = ON_POLICY | {"normalize": True}
    result = train(
        masked_task,
        approach_reward,
        steps=320,
        seed=2,
        eval_seeds=SEEDS,
        out=tmp_path,
        hyperparameters=hyperparameters,
    )
    loaded = load_agent(tmp_path / "model.zip", "maskable-ppo")
    assert evaluate(loaded, masked_task, SEEDS).to_dict() == result.evaluation.to_dict()


def test_evaluations_equal_those_of_sb3s_own_callback(tmp_path, box_task):
    """The oracle: the same agent, judged by SB3's EvalCallback on the same episodes and the sparse reward."""
    train(
        box_task,
        None,
        steps=192,
        seed=4,
        eval_seeds=SEEDS,
        out=tmp_path / "ours",
        hyperparameters=ON_POLICY,
        eval_every=64,
    )
    env = SB3VecEnv(Worlds(box_task, 4), 4)
    judge = SB3VecEnv(Worlds(box_task, len(SEEDS)), SEEDS[0])

    class Reseeded(EvalCallback):
        """SB3's, but on the same episodes at each evaluation and, as ours, after the update."""

        def _on_step(self):
            return True

        def _evaluate(self):
            self.n_calls = self.eval_freq
            judge.seed(SEEDS[0])
            super()._on_step()

        def _on_rollout_start(self):
            if self.num_timesteps:
                self._evaluate()

        _on_training_end = _evaluate

    callback = Reseeded(
        judge, n_eval_episodes=len(SEEDS), eval_freq=1, log_path=str(tmp_path / "theirs"), verbose=0
    )
    agent = make_agent("ppo", env, hyperparameters=resolve("ppo", box_task.spec, ON_POLICY), seed=4)
    agent.learn(192, callback)

    ours = np.load(tmp_path / "ours" / "evaluations.npz")
    theirs = np.load(tmp_path / "theirs" / "evaluations.npz")
    assert set(ours.files) == set(theirs.files)
    for key in theirs.files:
        assert ours[key].shape == theirs[key].shape, key
        assert ours[key].dtype.kind == theirs[key].dtype.kind, key
        assert np.array_equal(ours[key], theirs[key]), key


def test_curves_are_written_with_every_term(tmp_path, box_task, approach_reward):
    for _ in range(2):
        result = train(
            box_task,
            approach_reward,
            steps=320,
            seed=2,
            eval_seeds=SEEDS,
            out=tmp_path,
            hyperparameters=ON_POLICY,
        )
    with (tmp_path / "progress.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["eval/success_rate"]]
    assert [int(row["time/total_timesteps"]) for row in rows] == result.trace.steps.tolist()
    for name in ("reward", "closer", "far"):
        logged = [[float(row[f"terms/{name}/{s}"]) for s in ("min", "mean", "max")] for row in rows]
        assert np.allclose(logged, result.trace.terms[name])
    board = EventAccumulator(str(tmp_path)).Reload()
    assert [event.step for event in board.Scalars("terms/closer/mean")] == result.trace.steps.tolist()
    assert len(list(tmp_path.glob("events.out.tfevents.*"))) == 1


def test_the_folder_holds_what_is_promised_and_nothing_partial(tmp_path, box_task):
    train(box_task, None, steps=64, seed=0, eval_seeds=SEEDS, out=tmp_path, hyperparameters=ON_POLICY)
    names = {path.name for path in tmp_path.iterdir() if "tfevents" not in path.name}
    assert names == {"model.zip", "evaluations.npz", "progress.csv", "hyperparameters.yml"}


def test_the_kept_hyperparameters_can_be_given_again(tmp_path, box_task):
    train(box_task, None, steps=64, seed=0, eval_seeds=SEEDS, out=tmp_path, hyperparameters=ON_POLICY)
    kept = tmp_path / "hyperparameters.yml"
    assert resolve("ppo", box_task.spec, kept) == yaml.safe_load(kept.read_text())
    assert resolve("ppo", box_task.spec, kept)["n_steps"] == ON_POLICY["n_steps"]


@pytest.mark.parametrize(
    ("algo", "task_of", "message"),
    [
        ("sac", "dqn", "sac takes box actions, the task's are discrete; choose ppo or dqn"),
        (
            "td3",
            "maskable-ppo",
            "td3 takes box actions, the task's are masked; choose ppo or maskable-ppo or dqn",
        ),
        ("dqn", "ppo", "dqn takes discrete or masked actions, the task's are box; choose ppo or sac or td3"),
        (
            "maskable-ppo",
            "dqn",
            "maskable-ppo takes masked or masked multi-discrete actions, the task's are discrete; "
            "choose ppo or dqn",
        ),
    ],
)
def test_an_algorithm_that_cannot_take_the_actions_is_refused(tasks_by_algorithm, algo, task_of, message):
    with pytest.raises(UserError, match=f"^{message}$"):
        train(tasks_by_algorithm[task_of], None, algo=algo, steps=64, seed=0, eval_seeds=SEEDS)


@pytest.mark.parametrize(
    ("kind", "actions", "fitting"),
    [("multi", "multi-discrete", "ppo"), ("masked_multi", "masked multi-discrete", "ppo or maskable-ppo")],
)
@pytest.mark.parametrize("algo", ["dqn", "sac", "td3"])
def test_several_choices_at_once_are_for_on_policy_algorithms(request, algo, kind, actions, fitting):
    task = request.getfixturevalue(f"{kind}_task")
    with pytest.raises(UserError, match=f"the task's are {actions}; choose {fitting}$"):
        train(task, None, algo=algo, steps=64, seed=0, eval_seeds=SEEDS)


def test_defaults_suit_the_actions(tasks_by_algorithm):
    for algo in ("ppo", "maskable-ppo"):
        assert default_algorithm(tasks_by_algorithm[algo].spec) == algo
    assert default_algorithm(tasks_by_algorithm["dqn"].spec) == "ppo"


def test_a_missing_agent_is_an_error(tmp_path):
    with pytest.raises(UserError, match="expected a trained agent at"):
        load_agent(tmp_path / "model.zip", "ppo")
