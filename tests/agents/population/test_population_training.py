import numpy as np
import pytest
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO

from rewardsmith.agents.evaluate import evaluate
from rewardsmith.agents.population import DivergedError, MemberFailure, train_population
from rewardsmith.agents.train import TrainResult, train
from rewardsmith.envs import UserError

SMALL = {"n_envs": 4, "n_steps": 16, "batch_size": 32, "n_epochs": 2}
ADAM_OF_ITS_OWN = {"optimizer_kwargs": {"betas": (0.5, 0.9), "eps": 1e-5}}
SEEDS = range(2**31, 2**31 + 6)


class TiredError(Exception):
    """What `FailsAfter` raises."""


class FailsAfter:
    """A reward that works for some calls and then no more."""

    def __init__(self, reward, calls):
        self.reward, self.calls = reward, calls

    def __call__(self, obs, action, next_obs):
        self.calls -= 1
        if self.calls < 0:
            raise TiredError("no more")
        return self.reward(obs, action, next_obs)


class InTwoPhases:
    """A reward asked first and collected later, that notes in what order all of them were."""

    def __init__(self, name, reward, diary, fails_in=None):
        self.name, self.reward, self.diary, self.fails_in = name, reward, diary, fails_in

    def __call__(self, obs, action, next_obs):
        raise AssertionError("it can be asked in two phases")

    def submit(self, obs, action, next_obs):
        self.diary.append(f"submit {self.name}")
        if self.fails_in == "submit":
            raise TiredError("no more")
        self.answer = self.reward(obs, action, next_obs)

    def collect(self):
        self.diary.append(f"collect {self.name}")
        if self.fails_in == "collect":
            raise TiredError("no more")
        return self.answer


def weights(result):
    return list(result.model.policy.state_dict().values())


def assert_same_results(ours, theirs):
    assert all(torch.equal(a, b) for a, b in zip(weights(ours), weights(theirs), strict=True))
    assert ours.trace.to_dict() == theirs.trace.to_dict()
    assert ours.evaluation.to_dict() == theirs.evaluation.to_dict()


def assert_played_alike(ours, theirs):
    assert np.array_equal(ours.success, theirs.success)
    assert np.array_equal(ours.length, theirs.length)
    assert np.allclose(ours.metric, theirs.metric, atol=1e-5)


@pytest.mark.parametrize("own", [{}, {"normalize": True}])
@pytest.mark.parametrize("kind", ["box", "masked"])
def test_each_member_has_the_trace_and_the_weights_of_its_run_alone(request, approach_reward, kind, own):
    task = request.getfixturevalue(f"{kind}_task")
    arguments = {"steps": 256, "eval_seeds": SEEDS, "hyperparameters": SMALL | own, "eval_every": 70}
    together = train_population(task, [approach_reward, None], seeds=[1, 50], **arguments)
    for result, reward, seed in zip(together, [approach_reward, None], [1, 50], strict=True):
        alone = train(task, reward, seed=seed, **arguments)
        assert result.steps == alone.steps == 256
        assert result.trace.steps.tolist() == alone.trace.steps.tolist()
        assert np.array_equal(result.trace.success, alone.trace.success)
        assert result.trace.terms.keys() == alone.trace.terms.keys()
        for name, values in alone.trace.terms.items():
            assert np.allclose(result.trace.terms[name], values, atol=1e-5), name
        assert_played_alike(result.evaluation, alone.evaluation)
        assert all(
            torch.allclose(a, b, rtol=0, atol=1e-5)
            for a, b in zip(weights(result), weights(alone), strict=True)
        )


@pytest.mark.parametrize(("kind", "threads"), [("box", 1), ("masked", 1), ("box", 2)])
def test_a_member_that_fails_leaves_with_its_reason_and_the_others_notice_nothing(
    request, approach_reward, kind, threads
):
    task = request.getfixturevalue(f"{kind}_task")
    failing = FailsAfter(approach_reward, 25)
    arguments = {
        "steps": 320,
        "eval_seeds": SEEDS,
        "hyperparameters": SMALL | {"normalize": True, "batch_size": 15, "n_envs": 3},
        "fault_types": (TiredError,),
    }
    rewards, seeds = [approach_reward, failing, None], [1, 20, 40]
    with_it = train_population(task, rewards, seeds=seeds, threads=threads, **arguments)
    without_it = train_population(task, [approach_reward, None], seeds=[1, 40], **arguments)
    failure = with_it[1]
    assert isinstance(failure, MemberFailure)
    assert isinstance(failure.cause, TiredError)
    assert failure.steps == 2 * 3 * 16
    assert_same_results(with_it[0], without_it[0])
    assert_same_results(with_it[2], without_it[1])


def test_a_population_whose_members_all_fail_ends_with_their_reasons(box_task, approach_reward):
    results = train_population(
        box_task,
        [FailsAfter(approach_reward, 3), FailsAfter(approach_reward, 3)],
        seeds=[1, 2],
        steps=128,
        eval_seeds=SEEDS,
        hyperparameters=SMALL,
        fault_types=(TiredError,),
    )
    assert [type(result.cause) for result in results] == [TiredError, TiredError]


def test_an_exception_that_is_no_fault_passes_through(box_task, approach_reward):
    with pytest.raises(TiredError):
        train_population(
            box_task,
            [FailsAfter(approach_reward, 3)],
            seeds=[1],
            steps=128,
            eval_seeds=SEEDS,
            hyperparameters=SMALL,
        )


def test_a_member_that_diverges_leaves_and_the_others_notice_nothing(box_task, approach_reward):
    def boundless(obs, action, next_obs):
        return np.full(len(action), np.inf), {}

    arguments = {"steps": 192, "eval_seeds": SEEDS, "hyperparameters": SMALL}
    both = train_population(box_task, [boundless, approach_reward], seeds=[1, 20], **arguments)
    (alone,) = train_population(box_task, [approach_reward], seeds=[20], **arguments)
    assert isinstance(both[0].cause, DivergedError)
    assert_same_results(both[1], alone)


def test_rewards_that_work_elsewhere_are_all_asked_before_the_first_is_waited_for(box_task, approach_reward):
    diary = []
    rewards = [InTwoPhases(name, approach_reward, diary) for name in "abc"]
    arguments = {"steps": 64, "eval_seeds": SEEDS, "hyperparameters": SMALL}
    in_two_phases = train_population(box_task, rewards, seeds=[1, 2, 3], **arguments)
    assert diary == ["submit a", "submit b", "submit c", "collect a", "collect b", "collect c"] * 16
    called = train_population(box_task, [approach_reward] * 3, seeds=[1, 2, 3], **arguments)
    for one, other in zip(in_two_phases, called, strict=True):
        assert_same_results(one, other)


@pytest.mark.parametrize("phase", ["submit", "collect"])
def test_a_fault_in_either_phase_is_the_members_own(box_task, approach_reward, phase):
    rewards = [InTwoPhases("a", approach_reward, [], phase), InTwoPhases("b", approach_reward, [])]
    arguments = {"steps": 64, "eval_seeds": SEEDS, "hyperparameters": SMALL, "fault_types": (TiredError,)}
    failure, result = train_population(box_task, rewards, seeds=[1, 2], **arguments)
    assert isinstance(failure.cause, TiredError)
    assert isinstance(result, TrainResult)
    assert rewards[0].diary == ["submit a", "collect a"][: 1 if phase == "submit" else 2]


@pytest.mark.parametrize(("kind", "sb3"), [("box", PPO), ("masked", MaskablePPO)])
def test_a_members_file_is_an_ordinary_sb3_file(request, approach_reward, tmp_path, kind, sb3):
    task = request.getfixturevalue(f"{kind}_task")
    folders = [tmp_path / "a", tmp_path / "b"]
    results = train_population(
        task,
        [approach_reward, None],
        seeds=[1, 30],
        steps=128,
        eval_seeds=SEEDS,
        hyperparameters=SMALL,
        out=folders,
    )
    for folder, result in zip(folders, results, strict=True):
        loaded = sb3.load(folder / "model.zip")
        assert loaded.num_timesteps == 128
        assert_played_alike(evaluate(loaded, task, SEEDS), result.evaluation)
        written = np.load(folder / "evaluations.npz")
        assert written["timesteps"].tolist() == result.trace.steps.tolist()
        assert (folder / "progress.csv").read_text().count("\n") > 1


def test_the_normalizer_is_written_beside_the_agent(box_task, approach_reward, tmp_path):
    from rewardsmith.agents.agent import load_agent

    (result,) = train_population(
        box_task,
        [approach_reward],
        seeds=[1],
        steps=128,
        eval_seeds=SEEDS,
        hyperparameters=SMALL | {"normalize": True},
        out=[tmp_path],
    )
    played = evaluate(load_agent(tmp_path / "model.zip", "ppo"), box_task, SEEDS)
    assert_played_alike(played, result.evaluation)


def test_progress_names_the_member(box_task, approach_reward):
    seen = []
    train_population(
        box_task,
        [approach_reward, None],
        seeds=[1, 2],
        steps=128,
        eval_seeds=SEEDS,
        hyperparameters=SMALL,
        progress=lambda member, steps, success: seen.append((member, steps)),
    )
    assert seen[-2:] == [(0, 128), (1, 128)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rewards": [], "seeds": []}, "at least one reward"),
        ({"seeds": [1]}, "1 seeds"),
        ({"seeds": [1, SEEDS[0]]}, "training seed"),
        ({"algo": "sac", "hyperparameters": None}, "ppo or maskable-ppo"),
        ({"eval_every": 0}, "eval_every"),
        ({"steps": 10}, "one rollout takes"),
        ({"hyperparameters": [SMALL]}, "each of 2 rewards"),
        ({"hyperparameters": [SMALL, SMALL | {"batch_size": 16}]}, "share batch_size"),
        ({"hyperparameters": [SMALL, SMALL | {"policy_kwargs": "dict(net_arch=[8])"}]}, "share net_arch"),
        ({"hyperparameters": SMALL | {"policy_kwargs": "dict(activation_fn=nn.GELU)"}}, "nn.Tanh or nn.ReLU"),
        ({"hyperparameters": [SMALL, SMALL | {"policy_kwargs": ADAM_OF_ITS_OWN}]}, "share betas"),
        ({"hyperparameters": SMALL | {"use_sde": True}}, "gSDE"),
        ({"device": "abacus"}, "device that torch can use"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line(box_task, changes, message):
    arguments = {
        "rewards": [None, None],
        "seeds": [1, 2],
        "steps": 64,
        "eval_seeds": SEEDS,
        "hyperparameters": SMALL,
    } | changes
    with pytest.raises(UserError, match=message) as error:
        train_population(box_task, arguments.pop("rewards"), **arguments)
    assert "\n" not in str(error.value)
