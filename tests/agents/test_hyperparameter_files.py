import inspect

import pytest
from stable_baselines3.common.utils import LinearSchedule
from torch import nn

from rewardsmith.agents.algorithms import ALGORITHMS
from rewardsmith.agents.hyperparameters import agent_arguments, normalizer_arguments, resolve
from rewardsmith.agents.literals import read_schedule, read_value
from rewardsmith.envs import UserError
from rewardsmith.envs.spaces import action_space


@pytest.fixture
def spec(box_task):
    return box_task.spec


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_every_algorithm_has_a_file_whose_keys_sb3_knows(algo, tasks_by_algorithm):
    spec = tasks_by_algorithm[algo].spec
    arguments = agent_arguments(resolve(algo, spec), action_space(spec.action))
    assert set(arguments) <= set(inspect.signature(ALGORITHMS[algo].kind.__init__).parameters)


def test_the_most_specific_section_wins_whatever_the_order(tmp_path, spec):
    file = tmp_path / "mine.yml"
    file.write_text(
        "point-box: {gamma: 0.9}\n"
        "other-task: {gamma: 0.1, n_steps: 3}\n"
        "point: {gamma: 0.8, n_epochs: 4, clip_range: 0.1}\n"
        "toy: {n_epochs: 5}\n"
        "default: {gamma: 0.7, n_epochs: 6, vf_coef: 0.25}\n"
    )
    chosen = resolve("ppo", spec, file)
    assert (chosen["gamma"], chosen["n_epochs"]) == (0.9, 5)
    assert (chosen["clip_range"], chosen["vf_coef"]) == (0.1, 0.25)
    untouched = resolve("ppo", spec)
    assert chosen["n_steps"] == untouched["n_steps"] and chosen["n_envs"] == untouched["n_envs"]


def test_a_gymnasium_id_names_a_section_as_in_rl_zoo3(tmp_path, spec):
    file = tmp_path / "zoo.yml"
    file.write_text("rewardsmith/PointBox-v0:\n  gamma: 0.5\n  policy_kwargs: 'dict(net_arch=[8])'\n")
    assert resolve("ppo", spec, str(file))["gamma"] == 0.5


def test_a_flat_file_and_a_mapping_override_alike(tmp_path, spec):
    file = tmp_path / "flat.yml"
    file.write_text("gamma: 0.5\npolicy_kwargs: {net_arch: [8]}\n")
    assert resolve("ppo", spec, file) == resolve(
        "ppo", spec, {"gamma": 0.5, "policy_kwargs": {"net_arch": [8]}}
    )


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"gama": 0.9}, "ppo has no hyperparameter 'gama'; did you mean gamma"),
        ({"buffer_size": 10}, "ppo has no hyperparameter 'buffer_size'"),
        ({"noise_std": 0.1}, "ppo has no hyperparameter 'noise_std'"),
        ({"seed": 3}, "ppo has no hyperparameter 'seed'"),
    ],
)
def test_an_unknown_key_is_answered_with_near_ones(spec, override, message):
    with pytest.raises(UserError, match=message):
        resolve("ppo", spec, override)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("manipulaton: {gamma: 0.9}", "sections manipulaton, none of them for point-box"),
        ("gamma: [0.9", "is not YAML"),
        ("- gamma", "holds hyperparameters as `key: value` lines, got list"),
        ("toy: {gama: 0.9}", "no hyperparameter 'gama'"),
        ("gamma: 0.9\ntoy: {n_steps: 4}", "no hyperparameter 'toy'"),
    ],
)
def test_a_faulty_file_is_answered_in_one_line(tmp_path, spec, content, message):
    file = tmp_path / "faulty.yml"
    file.write_text(content)
    with pytest.raises(UserError, match=message) as caught:
        resolve("ppo", spec, file)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path, spec):
    with pytest.raises(UserError, match=r"found none"):
        resolve("ppo", spec, tmp_path / "nowhere.yml")


def test_schedules_fall_linearly_to_zero():
    schedule = read_schedule("lin_3e-4")
    assert isinstance(schedule, LinearSchedule)
    assert [schedule(remaining) for remaining in (1.0, 0.5, 0.0)] == pytest.approx([3e-4, 1.5e-4, 0.0])
    assert read_schedule("3e-4") == read_schedule(0.0003) == 3e-4
    with pytest.raises(UserError, match="lin_<number>"):
        read_schedule("linear")


def test_values_in_rl_zoo3_text_are_read():
    assert read_value("dict(net_arch=dict(pi=[8, 8], vf=[16]), activation_fn=nn.ELU, ortho_init=False)") == {
        "net_arch": {"pi": [8, 8], "vf": [16]},
        "activation_fn": nn.ELU,
        "ortho_init": False,
    }
    assert read_value({"activation_fn": "nn.Tanh", "log_std_init": "-1"}) == {
        "activation_fn": nn.Tanh,
        "log_std_init": -1.0,
    }
    assert read_value("auto") == "auto" and read_value(None) is None and read_value(7) == 7


@pytest.mark.parametrize(
    "text",
    [
        "dict(net_arch=__import__('os').getcwd())",
        "dict(activation_fn=nn.Module)",
        "dict(a=open('x'))",
        "dict(**{})",
        "dict([64])",
        "[x for x in (1,)]",
        "{'a': 1 +}",
        "{**{}}",
    ],
)
def test_text_that_is_no_literal_is_refused_unread(text):
    with pytest.raises(UserError, match="expected literals"):
        read_value(text)


def test_normalisation_is_asked_for_as_in_rl_zoo3():
    assert normalizer_arguments({"gamma": 0.9}) is None
    assert normalizer_arguments({"gamma": 0.9, "normalize": False}) is None
    assert normalizer_arguments({"gamma": 0.9, "normalize": True}) == {"gamma": 0.9}
    only_reward = {"gamma": 0.9, "normalize": "dict(norm_obs=False, norm_reward=True)"}
    assert normalizer_arguments(only_reward) == {"gamma": 0.9, "norm_obs": False, "norm_reward": True}
    with pytest.raises(UserError, match="normalize is true, false or dict"):
        normalizer_arguments({"normalize": "yes please"})


def test_action_noise_has_the_size_of_the_action(spec):
    chosen = resolve("td3", spec, {"noise_type": "ornstein-uhlenbeck", "noise_std": 0.3})
    noise = agent_arguments(chosen, action_space(spec.action))["action_noise"]
    assert noise().shape == (spec.action.size,)
    with pytest.raises(UserError, match="noise_type is normal or ornstein-uhlenbeck, got 'pink'"):
        agent_arguments({"noise_type": "pink"}, action_space(spec.action))
