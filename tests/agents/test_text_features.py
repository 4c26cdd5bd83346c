"""Networks that read: made from plain words, learning, saved and loaded."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from sb3_contrib import MaskablePPO

from rewardsmith.agents import can_be_stacked, evaluate, load_agent, resolve, selection_seeds, train
from rewardsmith.agents.agent import make_agent
from rewardsmith.agents.command_scorer import CommandScorer
from rewardsmith.agents.text_features import EmbeddingBag, TokenEmbedding
from rewardsmith.envs import ActionSpec, Field, Task, TaskSpec, UserError, Worlds
from rewardsmith.envs.sb3 import SB3VecEnv
from rewardsmith.envs.spaces import ObservationEncoder
from rewardsmith.experiments import TrainJob
from rewardsmith.experiments.training.jobs import can_train_together

VERBS, NOUNS = ("eat", "wash", "drop"), ("apple", "plate")
WORDS = ("", *VERBS, *NOUNS)
COMMANDS = 5
SMALL = {"n_envs": 8, "n_steps": 16, "batch_size": 64, "n_epochs": 2}


class Menu(Task):
    """Pick the command that is asked for out of a shuffled list; a blank one is illegal."""

    spec = TaskSpec(
        name="menu",
        goal="Pick the command whose words are those asked for.",
        fields=(
            Field("verb", "verb asked for", kind="category", categories=3, labels=VERBS),
            Field("commands", "the list", (COMMANDS, 2), kind="category", categories=6, labels=WORDS),
            Field("noun", "noun asked for", kind="category", categories=2, labels=NOUNS),
            Field("hungry", "of no importance", kind="flag"),
            Field("pantry", "of no importance", (4,), kind="flag"),
        ),
        action=ActionSpec("discrete", COMMANDS, "a command's place in the list", masked=True),
        horizon=1,
        tags=("text", "toy"),
    )
    draws = 3 + 6 + COMMANDS

    def __init__(self, num_worlds, threads=1):
        super().__init__(num_worlds, threads)
        self.wanted, self.picked = np.zeros((2, num_worlds), int)
        self.listed = np.zeros((num_worlds, COMMANDS), int)

    def reset(self, worlds, draws):
        # Command 0 is blank; 1 to 6 are a verb and a noun. The one asked for takes the place of another.
        listed = np.concatenate(
            [1 + np.argsort(draws[:, 3:9])[:, : COMMANDS - 1], np.zeros((len(draws), 1))], 1
        )
        self.wanted[worlds] = listed[:, 0]
        self.listed[worlds] = np.take_along_axis(listed, np.argsort(draws[:, 9:]), axis=1)
        self.picked[worlds] = 0

    def step(self, actions):
        self.picked = self.listed[np.arange(self.num_worlds), actions]

    def action_masks(self):
        return self.listed > 0

    def success(self):
        return self.picked == self.wanted

    def fields(self):
        words = np.stack(
            [
                np.where(self.listed > 0, 1 + (self.listed - 1) // 2, 0),
                np.where(self.listed > 0, 4 + (self.listed - 1) % 2, 0),
            ],
            axis=2,
        )
        return {
            "verb": (self.wanted - 1) // 2,
            "commands": words,
            "noun": (self.wanted - 1) % 2,
            "hungry": self.picked % 2 == 1,
            "pantry": np.arange(4) < self.picked[:, None],
        }

    def snapshot(self):
        return {"wanted": self.wanted.copy(), "picked": self.picked.copy(), "listed": self.listed.copy()}

    def restore(self, state):
        self.wanted, self.picked, self.listed = (
            state[name].copy() for name in ("wanted", "picked", "listed")
        )


def made(task=Menu, algo="maskable-ppo", **override):
    env = SB3VecEnv(Worlds(task, 8), seed=0)
    return make_agent(algo, env, hyperparameters=resolve(algo, task.spec, SMALL | override), seed=0)


def observations(worlds, seed):
    task = Menu(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(seed).random((worlds, task.draws)))
    return task, torch.as_tensor(ObservationEncoder(Menu.spec).encode(task.fields()))


@pytest.mark.parametrize(("words", "kind"), [("embedding", TokenEmbedding), ("bag", EmbeddingBag)])
@pytest.mark.parametrize("algo", ["ppo", "maskable-ppo"])
def test_features_are_named_in_plain_words_and_learn(words, kind, algo):
    agent = made(algo=algo, features=words)
    extractor = agent.policy.features_extractor
    assert type(extractor) is kind
    before = {name: value.clone() for name, value in extractor.state_dict().items()}
    agent.learn(256)
    assert any(not torch.equal(before[name], value) for name, value in extractor.state_dict().items())


def test_embedding_is_a_look_up_of_word_and_position():
    extractor = made(features="embedding").policy.features_extractor
    task, batch = observations(6, 0)
    fields, read = task.fields(), extractor(batch)
    tables = {tuple(table.weight.shape): table for table in extractor.tables.values()}
    assert set(tables) == {(3, 16), (6, 16), (2, 16)}
    tokens = torch.cat(
        [
            tables[3, 16](torch.as_tensor(fields["verb"]).long())[:, None],
            tables[6, 16](torch.as_tensor(fields["commands"]).long()).flatten(1, 2),
            tables[2, 16](torch.as_tensor(fields["noun"]).long())[:, None],
        ],
        dim=1,
    )
    expected = torch.tanh(extractor.read(tokens + extractor.positions)).flatten(1)
    torch.testing.assert_close(read[:, : expected.shape[1]], expected)
    flags = np.concatenate([fields["hungry"][:, None], fields["pantry"]], axis=1)
    np.testing.assert_array_equal(read[:, expected.shape[1] :].detach().numpy(), flags)


def test_fields_of_the_same_words_share_a_table():
    word = {"kind": "category", "categories": 3, "labels": VERBS}
    spec = TaskSpec(
        "two", "", (Field("first", "", **word), Field("second", "", (2,), **word)), Menu.spec.action, 5
    )
    extractor = TokenEmbedding(ObservationEncoder(spec).space(), spec, width=4)
    assert len(extractor.tables) == 1 and extractor.features_dim == 3 * 4


def test_a_task_without_categories_is_passed_on():
    spec = TaskSpec("plain", "", (Field("hot", "", kind="flag"), Field("height", "")), Menu.spec.action, 5)
    batch = torch.randn(3, 2)
    for kind in (TokenEmbedding, EmbeddingBag):
        torch.testing.assert_close(kind(ObservationEncoder(spec).space(), spec)(batch), batch)


def test_a_bag_sums_the_embeddings_of_the_facts_that_hold():
    extractor = made(features="bag").policy.features_extractor
    task, batch = observations(6, 1)
    task.picked[:] = np.arange(6)
    batch = torch.as_tensor(ObservationEncoder(Menu.spec).encode(task.fields()))
    table = extractor.tables[3]
    expected = torch.stack([torch.tanh(table[: min(world, 4)].sum(dim=0)) for world in range(6)])
    torch.testing.assert_close(extractor(batch)[:, 3 * 32 : 4 * 32], expected)


def permuted(task, order):
    task.listed = task.listed[:, order]
    return torch.as_tensor(ObservationEncoder(Menu.spec).encode(task.fields())), task.action_masks()


def test_permuting_the_commands_permutes_the_probabilities_and_keeps_the_value():
    agent = made(policy="CommandScorer")
    assert type(agent.policy) is CommandScorer
    agent.learn(1024)
    task, batch = observations(20, 2)
    listed = task.listed.copy()
    with torch.no_grad():
        first = agent.policy.get_distribution(batch, task.action_masks()).distribution.probs
        value = agent.policy.predict_values(batch)
        assert (first.max(dim=1).values - first[first > 0].min()).max() > 1e-3
        for order in itertools.islice(itertools.permutations(range(COMMANDS)), 0, 120, 7):
            task.listed = listed.copy()
            batch, masks = permuted(task, list(order))
            probabilities = agent.policy.get_distribution(batch, masks).distribution.probs
            torch.testing.assert_close(probabilities, first[:, list(order)], atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(agent.policy.predict_values(batch), value, atol=1e-5, rtol=1e-4)


def test_a_blank_word_is_no_word():
    agent = made(policy="CommandScorer")
    extractor = agent.policy.features_extractor
    batch = observations(1, 3)[1]
    where = ObservationEncoder(Menu.spec).slices()["commands"]
    blank = torch.zeros(1, COMMANDS * 2, 6)
    blank[:, :, 0] = 1.0
    batch[:, where] = blank.flatten(1)
    commands = extractor(batch)[:, extractor.state_size :].view(COMMANDS, -1)
    expected = torch.tanh(extractor.read_command.bias).expand(COMMANDS, -1)
    torch.testing.assert_close(commands, expected)


def test_a_command_scorer_learns_to_read_and_comes_back_from_its_file(tmp_path):
    override = {"policy": "CommandScorer", "n_steps": 32, "n_envs": 32, "batch_size": 256, "n_epochs": 6}
    seeds = selection_seeds(0, 50)
    result = train(Menu, None, steps=12_288, seed=1, eval_seeds=seeds, out=tmp_path, hyperparameters=override)
    assert result.evaluation.success.mean() > 0.9
    assert "policy: CommandScorer" in (tmp_path / "hyperparameters.yml").read_text()
    again = load_agent(tmp_path / "model.zip", "maskable-ppo")
    assert isinstance(again, MaskablePPO) and type(again.policy) is CommandScorer
    assert np.array_equal(evaluate(again, Menu, seeds).success, result.evaluation.success)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"features": "words"}, "features is embedding or bag, got 'words'"),
        (
            {"features": "bag", "policy": "CommandScorer"},
            "features of its own; got maskable-ppo and features: bag",
        ),
        ({"algo": "ppo", "policy": "CommandScorer"}, "goes with maskable-ppo .*; got ppo"),
    ],
)
def test_words_that_do_not_fit_are_answered_in_one_line(override, message):
    with pytest.raises(UserError, match=message):
        made(**override)


def test_a_task_without_a_list_of_commands_is_named(masked_task):
    with pytest.raises(
        UserError, match=r"reads an observed category `commands` .* point-masked does not have"
    ):
        made(masked_task, policy="CommandScorer")


@pytest.mark.parametrize(
    ("algo", "override", "stacks"),
    [
        ("maskable-ppo", {}, True),
        ("ppo", {"policy_kwargs": "dict(net_arch=[8], activation_fn=nn.ReLU)"}, True),
        ("maskable-ppo", {"features": "embedding"}, False),
        ("ppo", {"features": "bag"}, False),
        ("maskable-ppo", {"policy": "CommandScorer"}, False),
        ("ppo", {"policy_kwargs": "dict(activation_fn=nn.GELU)"}, False),
        ("dqn", {}, False),
    ],
)
def test_only_plain_networks_can_be_stacked(algo, override, stacks):
    assert can_be_stacked(algo, Menu.spec, resolve(algo, Menu.spec, override)) is stacks


def test_jobs_with_other_networks_train_one_by_one():
    def jobs(**override):
        job = TrainJob("a", "tool-call", None, True, None, 4096, 1, (1,), (2,), hyperparameters=override)
        return [job, replace(job, key="b", seed=2)]

    assert can_train_together(jobs())
    assert not can_train_together(jobs(features="embedding"))
    assert not can_train_together([*jobs(), *jobs(gamma=0.5)])
    assert not can_train_together([])
