import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import ActionSpec, Field, FieldView, TaskSpec, UserError
from rewardsmith.reward_gen.language import Parameters, Part, Residual, program, read_residual, recover
from rewardsmith.reward_gen.language.parameters import parse_parameters, read_parameters
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program

SPEC = TaskSpec(
    name="toy",
    goal="Push the puck to the mark.",
    fields=(
        Field("hand_pos", "position of the hand", (3,), "m"),
        Field("puck_pos", "position of the puck", (3,), "m"),
        Field("torso_quat", "orientation of the torso", (4,)),
        Field("height", "height of the torso", unit="m"),
        Field("pitch", "pitch of the torso", unit="rad"),
        Field("touching", "whether the hand touches the puck", kind="flag"),
    ),
    action=ActionSpec("box", 2, "push"),
    horizon=10,
)
FINITE = st.floats(-1e6, 1e6)
PLACES = st.sampled_from(["hand_pos", "puck_pos"])
RESIDUALS = st.one_of(
    st.builds(lambda i: Residual("near", Part("hand_pos", i), Part("puck_pos", i)), st.integers(0, 2)),
    st.builds(
        lambda t: Residual("near", Part("puck_pos"), Part("hand_pos"), t), st.tuples(FINITE, FINITE, FINITE)
    ),
    st.builds(lambda f, t: Residual("at", Part(f), None, t), PLACES, st.tuples(FINITE, FINITE, FINITE)),
    st.builds(
        lambda kind, part, v: Residual(kind, part, None, (v,)),
        st.sampled_from(["at", "at least", "at most"]),
        st.sampled_from([Part("height"), Part("pitch"), Part("hand_pos", 1)]),
        FINITE,
    ),
    st.builds(lambda a: Residual("tilted", Part("torso_quat"), None, (a,)), st.floats(0, 3.14)),
    st.just(Residual("effort")),
)
PARAMETERS = st.dictionaries(RESIDUALS, st.floats(0.001, 100.0).map(lambda w: float(f"{w:.4g}")), min_size=1,
                             max_size=5).map(lambda d: Parameters(tuple(d.items())))  # fmt: skip


def state(**values):
    fields = {field.name: np.zeros((2, *field.shape), field.dtype) for field in SPEC.fields}
    fields["torso_quat"][:, 0] = 1.0
    return FieldView(fields | {name: np.asarray(value) for name, value in values.items()})


def pays(sentence, action=None, **values):
    reward = compile_program(program(SPEC, {sentence: 2.0}), SPEC)
    after = state(**values)
    return reward(after, np.zeros((2, 2)) if action is None else action, after)[0]


@settings(max_examples=60, deadline=None)
@given(RESIDUALS)
def test_a_sentence_reads_back_as_the_term_that_it_was(residual):
    assert read_residual(str(residual), SPEC) == residual


@settings(max_examples=30, deadline=None)
@given(PARAMETERS)
def test_parameters_come_back_from_json_and_from_the_program_that_they_make(parameters):
    written = program(SPEC, parameters)
    assert parse_parameters(parameters.to_json(), SPEC) == parameters
    assert recover(written.text, SPEC) == parameters
    reward, terms = compile_program(written, SPEC)(state(), np.zeros((2, 2)), state())
    assert len(terms) == len(parameters.weights)
    assert np.allclose(reward, sum(terms.values()))
    assert ((reward > 0) & (reward <= sum(weight for _, weight in parameters.weights) + 1e-9)).all()


def test_the_whole_weight_at_the_target_and_half_at_the_scale():
    places = [[0.1, 0.6, 0.2], [0.1, 0.6, 0.3]]
    assert np.allclose(pays("hand_pos at [0.1, 0.6, 0.2]", hand_pos=places), [2.0, 1.0])
    assert np.allclose(pays("hand_pos[2] at 0.2", hand_pos=places), [2.0, 1.0])
    assert np.allclose(pays("hand_pos near puck_pos", hand_pos=places, puck_pos=[places[0]] * 2), [2.0, 1.0])
    offset = pays("hand_pos near puck_pos by [0, 0, 0.1]", hand_pos=places, puck_pos=[places[0]] * 2)
    assert np.allclose(offset, [1.0, 2.0])
    assert np.allclose(pays("pitch at -0.3", pitch=[-0.3, 0.0]), [2.0, 1.0])


def test_bounds_tilt_and_effort():
    assert np.allclose(pays("height at least 1", height=[1.5, 0.9]), [2.0, 1.0])
    assert np.allclose(pays("height at most -1", height=[-1.5, -0.9]), [2.0, 1.0])
    half = np.sqrt(0.5)
    quats = [[1.0, 0, 0, 0], [half, half, 0, 0]]
    assert np.allclose(pays("torso_quat tilted 0", torso_quat=quats), [2.0, 2.0 / (1 + np.pi / 2 / 0.3)])
    assert np.allclose(pays("effort small", action=np.array([[0.0, 0.0], [0.2, 0.2]])), [2.0, 1.0])


@pytest.mark.parametrize(
    "sentence, reason",
    [
        ("go there", "expected a term such as"),
        ("foot_pos near puck_pos", "no field 'foot_pos'; expected one of hand_pos, puck_pos"),
        ("hand_pos near hand_pos", "always near itself"),
        ("hand_pos near height", "differ in size or unit"),
        ("hand_pos at 0.3", "takes 3 numbers, got 0.3"),
        ("hand_pos[3] at 0.3", "components 0 to 2"),
        ("height[0] at 0.3", "no components"),
        ("hand_pos at least 0.3", "name a component, such as hand_pos[0]"),
        ("touching at 1", "no term for it"),
        ("hand_pos tilted 0", "only a whole unit quaternion"),
        ("torso_quat tilted 7", "one angle from 0 to pi"),
        ("height at high", "expected a number or a list"),
        ("height at NaN", "finite"),
        ("height at 1" + "0" * 400, "finite"),
        ("height at " + "[" * 5000, "expected a number or a list"),
    ],
)
def test_other_sentences_are_refused_with_what_was_expected(sentence, reason):
    with pytest.raises(UserError) as error:
        read_residual(sentence, SPEC)
    assert reason in str(error.value)


@pytest.mark.parametrize("weight", [0, -1, 101, "1", True, None, float("nan"), 1e-320])
def test_weights_are_numbers_above_zero(weight):
    with pytest.raises(UserError, match="weight"):
        read_parameters({"effort small": weight}, SPEC)


def test_parameters_are_one_to_twelve_different_terms():
    with pytest.raises(UserError, match="1 to 12 terms"):
        read_parameters({}, SPEC)
    with pytest.raises(UserError, match="1 to 12 terms"):
        parse_parameters("[1]", SPEC)
    with pytest.raises(UserError, match="JSON object"):
        parse_parameters("{" * 10_000, SPEC)
    with pytest.raises(UserError, match="given twice"):
        read_parameters({"height at 1": 1, "height at 1.0": 1}, SPEC)


def test_an_edited_program_has_no_parameters():
    written = program(SPEC, {"height at 1.5": 1.0}).text
    assert recover(written.replace("- 1.5", "- 1.4"), SPEC) is None
    assert recover("def compute_reward(obs, action, next_obs, xp): ...", SPEC) is None
    assert recover('x\n# parameters: {"foot at 1": 1}', SPEC) is None
    assert json.loads(recover(written, SPEC).to_json()) == {"height at 1.5": 1.0}
    assert isinstance(program(SPEC, {"effort small": 1}), RewardProgram)
