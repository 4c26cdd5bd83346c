"""One reward per task, written three times: in each published style, and by hand for the batch."""

import ast
from pathlib import Path

import numpy as np
import pytest

from rewardsmith.agents import selection_seeds, train
from rewardsmith.envs import task_class
from rewardsmith.reward_gen import open_reward, resolve_reward
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.published import style_of, translate
from rewardsmith.reward_gen.published.agreement import STATES, disagreement, random_states
from rewardsmith.reward_gen.published.step_style import read_step_style
from rewardsmith.reward_gen.running.compile import compile_program

HERE = Path(__file__).parent
TASKS = sorted(path.stem for path in (HERE / "by_hand").glob("*.py"))
STYLES = ("step", "batched")


def source(style, task):
    return (HERE / style / f"{task}.py").read_text()


def paid(text, task, states):
    return compile_program(RewardProgram(text), task.spec)(*states)


@pytest.mark.parametrize("name", TASKS)
def test_a_published_reward_pays_what_its_batched_version_pays(name):
    task = task_class(name)
    states = random_states(task, 200)
    step = read_step_style(ast.parse(source("step", name)), task.spec)
    forms = [step.looped, step.vectorised, translate(source("batched", name), task).text]
    expected, terms = paid(source("by_hand", name), task, states)
    for text in forms:
        reward, found = paid(text, task, states)
        np.testing.assert_allclose(reward, expected, atol=1e-6)
        assert list(found) == list(terms)


def test_the_batched_form_is_taken_where_it_agrees_behind_the_seal():
    done = translate(source("step", "reach"), task_class("reach"), states=100)
    assert (done.style, done.form, done.note) == ("step", "vectorised", "")


def test_a_form_that_pays_something_else_is_found_out():
    task = task_class("reach")
    right = source("by_hand", "reach")
    wrong = disagreement(right, right.replace("4.0", "4.1"), task.spec, random_states(task, 50))
    assert wrong.startswith("the reward differs by up to")


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", TASKS)
def test_they_agree_on_ten_thousand_states(style, name):
    assert STATES == 10_000
    task = task_class(name)
    done = translate(source(style, name), task)
    assert (done.style, done.form, done.note) == (style, "vectorised", "")
    assert disagreement(source("by_hand", name), done.text, task.spec, random_states(task)) == ""


@pytest.mark.parametrize("task", TASKS)
def test_the_style_shows_in_the_signature(task):
    assert [style_of(source(style, task)) for style in (*STYLES, "by_hand")] == ["step", "batched", None]


def test_a_file_in_a_published_style_is_a_reward(tmp_path):
    file = tmp_path / "theirs.py"
    file.write_text(source("batched", "reach"))
    program = resolve_reward(file, "reach")
    assert program.name == "theirs"
    assert program.text == translate(source("batched", "reach"), task_class("reach")).text
    states = random_states(task_class("reach"), 8)
    with open_reward(file, "reach") as reward:
        assert reward(*states)[0].shape == (8,)


@pytest.mark.slow
def test_an_agent_trains_on_a_translated_reward():
    task = task_class("reach")
    with open_reward(HERE / "step" / "reach.py", task) as reward:
        trained = train(task, reward, steps=20_000, seed=0, eval_seeds=selection_seeds(0, 5))
    assert 15_000 <= trained.steps <= 20_000
