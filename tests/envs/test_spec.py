import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs import ActionSpec, Field, TaskSpec

ACTION = ActionSpec("box", 2, "push")


def spec(*fields: Field) -> TaskSpec:
    return TaskSpec("some-task", "Do it.", fields, ACTION, 10)


@given(
    st.lists(
        st.builds(
            Field,
            name=st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
                lambda n: n not in {"as", "if", "in", "is", "or", "and", "def", "del", "for", "not", "try"}
            ),
            meaning=st.text(),
            shape=st.lists(st.integers(1, 4), max_size=2).map(tuple),
            unit=st.sampled_from(["", "m", "rad"]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda field: field.name,
    )
)
def test_specs_survive_json(fields):
    whole = TaskSpec("t", "goal", tuple(fields), ACTION, 10, tags=("a", "b"), ends_on_success=True)
    assert TaskSpec.from_json(whole.to_json()) == whole


@pytest.mark.parametrize("name", ["two words", "_hidden", "class", "1st", ""])
def test_a_fields_name_must_be_usable_as_an_attribute(name):
    with pytest.raises(ValueError, match="public Python identifier"):
        Field(name, "")


def test_categories_belong_to_categories_alone():
    with pytest.raises(ValueError, match="categories"):
        Field("token", "", kind="category")
    with pytest.raises(ValueError, match="categories"):
        Field("place", "", categories=3)
    with pytest.raises(ValueError, match="3 categories but 2 labels"):
        Field("token", "", kind="category", categories=3, labels=("a", "b"))


def test_names_do_not_repeat_and_the_policy_sees_something():
    with pytest.raises(ValueError, match="repeat"):
        spec(Field("x", ""), Field("x", ""))
    with pytest.raises(ValueError, match="at least one field"):
        spec(Field("x", "", observed=False))


def test_an_unknown_field_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"no field 'y'.*'x'"):
        spec(Field("x", "")).field("y")


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.booleans())
def test_choices_survive_json(choices, masked):
    action = ActionSpec("multi_discrete", len(choices), "turn", masked=masked, choices=tuple(choices))
    whole = TaskSpec("t", "goal", (Field("x", ""),), action, 10)
    assert TaskSpec.from_json(whole.to_json()) == whole


@pytest.mark.parametrize(
    ("action", "shape", "dtype", "mask_size"),
    [
        (ACTION, (2,), float, 2),
        (ActionSpec("discrete", 3, "pick"), (), int, 3),
        (ActionSpec("multi_discrete", 2, "turn", choices=(3, 4)), (2,), int, 7),
    ],
)
def test_an_action_knows_the_shape_of_what_is_done(action, shape, dtype, mask_size):
    assert (action.shape, action.dtype(0), action.mask_size) == (shape, dtype(0), mask_size)


@pytest.mark.parametrize(
    ("kind", "size", "choices"),
    [("multi_discrete", 2, (3,)), ("multi_discrete", 2, (3, 0)), ("discrete", 2, (3, 3)), ("box", 1, (3,))],
)
def test_choices_are_given_for_each_component_of_a_multi_discrete_action_alone(kind, size, choices):
    with pytest.raises(
        ValueError, match=f"a {kind} action of size {size} has . numbers of choices from 1 up"
    ):
        ActionSpec(kind, size, "turn", choices=choices)


def test_only_known_kinds_of_action_are_taken():
    with pytest.raises(ValueError, match=r"'multi_discrete'.*got 'several'"):
        ActionSpec("several", 2, "turn")


def test_only_choices_can_be_masked():
    with pytest.raises(ValueError, match="discrete"):
        ActionSpec("box", 2, "push", masked=True)
    with pytest.raises(ValueError, match="2 labels, got 1"):
        ActionSpec("box", 2, "push", labels=("x",))
