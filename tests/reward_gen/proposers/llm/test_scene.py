import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prompt_tasks import ROBOT, TEXT

from rewardsmith.envs import ActionSpec, Field, TaskSpec, task_class, task_names
from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.proposers.llm.scene import grouped, scene
from rewardsmith.reward_gen.verdict import Rejected


def declared(text):
    """Attribute -> type, of all classes of a scene."""
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    fields = [node for found in classes for node in found.body if isinstance(node, ast.AnnAssign)]
    return [(field.target.id, ast.unparse(field.annotation)) for field in fields]


def with_fields(*fields):
    return TaskSpec("some", "Do it.", fields, ActionSpec("box", 1, "push"), 5)


@pytest.mark.parametrize("name", task_names())
def test_the_scene_of_every_task_is_python_and_declares_each_field_once(name):
    spec = task_class(name).spec
    found = declared(scene(spec))
    assert sorted(attribute for attribute, _ in found) == sorted(field.name for field in spec.fields)


def test_types_tell_kind_and_shape():
    assert dict(declared(scene(ROBOT))) == {
        "hand_pos": "Float[B, 3]",
        "lever_pos": "Float[B, 3]",
        "goal_pos": "Float[B, 3]",
        "grip": "Float[B]",
        "touching": "Bool[B]",
    }
    assert dict(declared(scene(TEXT)))["letters"] == "Int[B, 3]"


def test_what_belongs_to_one_entity_stands_in_one_class():
    spec = with_fields(
        Field("hand_init_pos", "", (3,), "m"),
        Field("hand_pos", "", (3,), "m"),
        Field("hand_vel", "", (3,), "m/s"),
        Field("open", "", kind="flag"),
        Field("values_matched", "share"),
    )
    names = {entity: [field.name for field in fields] for entity, fields in grouped(spec).items()}
    assert names == {
        "": ["open", "values_matched"],
        "hand": ["hand_init_pos", "hand_pos", "hand_vel"],
    }


def test_an_entity_may_be_called_like_the_scene_itself():
    text = scene(with_fields(Field("scene_pos", "", (3,), "m"), Field("action_pos", "", (3,), "m")))
    assert "class SceneState:" in text
    assert "class Scene(SceneState, ActionState):" in text


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_meaning_can_be_told(meaning):
    spec = with_fields(Field("level", meaning))
    assert declared(scene(spec)) == [("level", "Float[B]")]


def test_an_answer_may_repeat_the_annotations():
    text = (
        "def compute_reward(obs: Scene, action: Action, next_obs: Scene, xp)"
        " -> tuple[Float[B], dict[str, Float[B]]]:\n"
        '    right: Float[B] = next_obs.right\n    return right, {"right": right}\n'
    )
    assert not isinstance(check_static(text, TEXT), Rejected)
