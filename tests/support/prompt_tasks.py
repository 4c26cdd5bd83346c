"""A robot task and a text task with programs tried before, to make prompts from."""

import numpy as np

from rewardsmith.envs import ActionSpec, Evaluation, Field, TaskSpec, TrainingTrace
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.proposer import Failure, Findings, Parent
from rewardsmith.reward_gen.reflection import reflect

ROBOT = TaskSpec(
    name="lever-pull",
    goal="Pull the lever down to the goal.",
    fields=(
        Field("hand_pos", "position of the hand", (3,), "m"),
        Field("lever_pos", "position of the lever's tip.", (3,), "m"),
        Field("goal_pos", "where the tip shall be", (3,), "m", observed=False),
        Field("grip", "opening of the gripper, 1 is wide open", low=0.0, high=1.0),
        Field("touching", "whether the hand touches the lever", kind="flag", observed=False),
    ),
    action=ActionSpec("box", 4, "hand velocity and grip", ("x", "y", "z", "grip")),
    horizon=200,
    metric="final distance of the tip to the goal in m",
    step_seconds=0.0125,
)
TEXT = TaskSpec(
    name="spell-word",
    goal="Spell the hidden word's letters in order, then write `end`.",
    fields=(
        Field(
            "letters", "letters written so far", (3,), kind="category", categories=3, labels=("-", "a", "b")
        ),
        Field("position", "letters written", kind="category", categories=4),
        Field("right", "share of letters that are right", low=0.0, high=1.0, observed=False),
        Field("last_right", "the last letter was right", kind="flag", observed=False),
        Field("mistakes", "letters that are wrong", low=0.0, observed=False),
    ),
    action=ActionSpec("discrete", 3, "the next token", ("a", "b", "end"), masked=True),
    horizon=4,
    ends_on_success=True,
)
PROGRAMS = {
    "lever-pull": """\
def compute_reward(obs, action, next_obs, xp):
    reach_gap = xp.linalg.norm(next_obs.hand_pos - next_obs.lever_pos, axis=-1)
    reach = 1.0 / (1.0 + (reach_gap / 0.1) ** 2)
    touch = 0.5 * xp.where(next_obs.touching, 1.0, 0.0)
    bias = 1.0 + 0.0 * next_obs.grip
    return reach + touch + bias, {"reach": reach, "touch": touch, "bias": bias}
""",
    "spell-word": """\
def compute_reward(obs, action, next_obs, xp):
    reach = next_obs.right - obs.right
    touch = 0.5 * xp.where(next_obs.last_right, 1.0, 0.0)
    bias = 1.0 + 0.0 * next_obs.right
    return reach + touch + bias, {"reach": reach, "touch": touch, "bias": bias}
""",
}
FAILURES = (
    Failure("I cannot do that.", "extract", "the answer holds no code"),
    Failure(
        "def compute_reward(obs, action, next_obs, xp):\n    return obs.left", "static", "no field `left`"
    ),
)
COMMENTS = ("It goes for the start too late.", "Better, but it stops short of the goal.")


def parents(spec, count):
    """`count` parents for `spec`, the best first: one speaks by its reflection, the next by words."""
    steps = np.arange(1, 21) * 1000
    success = np.linspace(0, 0.6, 20)
    rows = np.stack([np.zeros(20), np.linspace(0.1, 0.4, 20), np.ones(20)], axis=1)
    terms = {"reach": rows, "touch": 0.5 * rows, "bias": np.ones((20, 3)), "reward": 1.5 * rows + 1}
    found = Evaluation(np.arange(4), np.array([1, 1, 0, 1], bool), np.ones(4), np.full(4, 3))
    report = reflect(TrainingTrace(steps, success, terms), found)
    texts = ["", "It was over at once."]
    program = PROGRAMS[spec.name]
    second = program.replace("0.5 *", "0.1 *")
    return tuple(
        Parent(RewardProgram(text), 0.75 - k / 4, texts[k], report, 10 + k)
        for k, text in enumerate([program, second][:count])
    )


def findings(spec, count=0, failures=(), comments=(), credit=None):
    """Findings with `count` parents."""
    return Findings(parents(spec, count), tuple(failures), credit or {}, tuple(comments))


PUCK = TaskSpec(
    name="puck",
    goal="Push the puck to the mark.",
    fields=(
        Field("hand_pos", "position of the hand", (2,), "m"),
        Field("puck_pos", "position of the puck", (2,), "m"),
        Field("torso_quat", "orientation of the torso", (4,)),
        Field("height", "height of the torso", unit="m", low=0.0),
        Field("touching", "whether the hand touches the puck", kind="flag"),
    ),
    action=ActionSpec("box", 2, "push", ("x", "y")),
    horizon=10,
)
