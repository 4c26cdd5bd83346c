import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewardsmith.envs import UserError, task_class, task_names
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.llm.anonymous import hidden_names, hide_spec
from rewardsmith.reward_gen.proposers.llm.library import Library, Solved, shipped_library


def nearest(name, count=3):
    return [task.spec.name for task in shipped_library().similar(task_class(name).spec, count)]


@pytest.mark.parametrize("name", task_names())
def test_no_task_is_shown_its_own_human_reward_nor_that_of_its_variants(name):
    task = task_class(name)
    own = task.shipped_rewards()
    shown = [solved.program.text for solved in shipped_library().others(task.spec)]
    assert shown
    assert "human" not in own or own["human"].read_text(encoding="utf-8") not in shown


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(task_names()))
def test_hiding_the_names_gives_no_answer_away(name):
    spec = task_class(name).spec
    hidden = hide_spec(spec, hidden_names(spec))
    assert shipped_library().others(hidden) == shipped_library().others(spec)


def test_the_twin_of_an_official_suite_is_no_other_task():
    assert "drawer-open" not in nearest("metaworld-drawer-open", 200)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("drawer-open", "drawer-close"),
        ("hopper-run", "walker2d-run"),
        ("fetch-push", "fetch-pick-and-place"),
        ("door-open", "door-close"),
    ],
)
def test_similar_tasks_come_first(name, expected):
    assert nearest(name)[0] == expected


def test_no_program_is_shown_twice():
    texts = [task.program.text for task in shipped_library().similar(task_class("reach").spec, 500)]
    assert len(texts) == len(set(texts)) > 30


def test_a_library_is_a_folder(tmp_path):
    library = Library(shipped_library().solved[:3])
    library.save(tmp_path)
    again = Library.read(tmp_path)
    assert [task.spec for task in again.solved] == sorted(
        (t.spec for t in library.solved), key=lambda s: s.name
    )
    assert {task.program.text for task in again.solved} == {task.program.text for task in library.solved}


def test_an_empty_library_has_nothing_to_show():
    assert Library(()).similar(task_class("reach").spec, 2) == ()
    spec = task_class("reach").spec
    assert Library([Solved(spec, RewardProgram("x = 1"))]).similar(spec, 2) == ()


@pytest.mark.parametrize("spec", [None, "{", json.dumps({"name": "x"}), json.dumps([1])])
def test_a_library_that_cannot_be_read_is_one_line(tmp_path, spec):
    (tmp_path / "x.reward.py").write_text("x = 1\n")
    if spec is not None:
        (tmp_path / "x.json").write_text(spec)
    with pytest.raises(UserError, match=r"expected a task's spec.*x\.json") as caught:
        Library.read(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_programs_is_no_library(tmp_path):
    with pytest.raises(UserError, match="expected a library"):
        Library.read(tmp_path)
