import numpy as np
import pytest

from rewardsmith.envs import ActionSpec, Field, FieldView, TaskSpec, Transition, UserError
from rewardsmith.experiments import plots

SPEC = TaskSpec(
    "made-up",
    "be somewhere",
    (
        Field("place", "where it is", (2,), unit="m"),
        Field("heat", "how hot it is"),
        Field("mode", "what it does", kind="category", categories=3),
        Field("done", "whether it is over", kind="flag"),
    ),
    ActionSpec("discrete", 2, "go or stay"),
    horizon=10,
)


def view(place: float) -> FieldView:
    line = np.linspace(0, place, 5)
    return FieldView(
        {
            "place": np.stack([line, line], axis=1),
            "heat": line / 10,
            "mode": np.array([0, 0, 1, 1, 2]),
            "done": np.array([False, False, False, False, True]),
        }
    )


STEPS = Transition(view(1.0), np.zeros(5, int), view(2.0))


def reward(obs, action, next_obs):
    gained = next_obs.place[:, 0] - obs.place[:, 0]
    return gained + 10 * next_obs.heat + 0.5 * next_obs.mode, {"gained": gained}


def test_a_landscape_pays_the_recorded_step_with_two_values_changed():
    found = plots.landscape_of(reward, STEPS, 2, ("place[0]", "heat"), SPEC, points=3)
    assert found.xs.tolist() == [0.0, 1.0, 2.0] and np.allclose(found.ys, [0.0, 0.1, 0.2])
    assert np.allclose(found.reward, [[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])
    assert found.recorded == (1.0, 0.1)
    assert found.units == ("m", "")


def test_both_states_of_the_step_can_be_moved():
    found = plots.landscape_of(reward, STEPS, 2, ("place[0]", "heat"), SPEC, points=3, moved="both")
    assert np.allclose(found.reward - found.reward[:, :1], 0.0)


def test_a_category_has_a_column_for_each_value():
    found = plots.landscape_of(reward, STEPS, 0, ("mode", "done"), SPEC)
    assert found.xs.tolist() == [0, 1, 2] and found.ys.tolist() == [0, 1]
    assert np.allclose(found.reward, [[0.0, 0.5, 1.0]] * 2)


def test_the_telling_fields_are_those_that_move_the_reward_most():
    assert plots.telling_fields(reward, STEPS, 2, SPEC) == ("place[0]", "heat")


def test_where_the_reward_hangs_on_one_field_there_are_no_two_telling_ones():
    assert plots.telling_fields(lambda obs, action, after: (after.heat, {}), STEPS, 2, SPEC) is None


@pytest.mark.parametrize("name", ["hand", "place", "place[2]", "heat[0]", "place[", ""])
def test_a_value_that_the_state_lacks_is_refused_by_name(name):
    with pytest.raises(UserError, match=r"there are: place\[0\.\.1\], heat, mode, done"):
        plots.landscape_of(reward, STEPS, 0, (name, "heat"), SPEC)


def test_two_axes_of_one_value_are_refused():
    with pytest.raises(UserError, match="'heat' twice"):
        plots.landscape_of(reward, STEPS, 0, ("heat", "heat"), SPEC)


@pytest.mark.parametrize("fields", [("place[0]", "heat"), ("mode", "done"), ("heat", "place[1]")])
def test_the_map_names_its_axes_with_their_units(ax, fields):
    assert plots.reward_landscape(plots.landscape_of(reward, STEPS, 2, fields, SPEC), ax) is ax
    labels = {"place[0]": "place[0] (m)", "place[1]": "place[1] (m)"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == tuple(labels.get(name, name) for name in fields)
    assert ax.figure.axes[-1].get_ylabel() == "reward of the step"


def test_a_value_that_never_varied_is_a_map_of_one_column(ax):
    still = Transition(*(part if isinstance(part, np.ndarray) else still_view() for part in STEPS))
    found = plots.landscape_of(reward, still, 0, ("heat", "place[0]"), SPEC)
    assert found.reward.shape == (1, 1)
    plots.reward_landscape(found, ax)
    ax.figure.draw_without_rendering()


def still_view() -> FieldView:
    return FieldView({name: np.repeat(own[:1], 5, axis=0) for name, own in view(1.0).arrays().items()})
