import json

import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.reward_gen.language import parse_command


def parsed(task, command):
    return json.loads(parse_command(command, task_class(task).spec).to_json())


@pytest.mark.parametrize(
    "task, command, expected",
    [
        ("reach", "Move the hand to 0.1, 0.6, -0.2!", {"hand_pos at [0.1, 0.6, -0.2]": 1.0}),
        ("reach", "Raise the hand to a height of 0.3", {"hand_pos[2] at 0.3": 1.0}),
        ("reach", "Keep the hand's x at most -0.1.", {"hand_pos[0] at most -0.1": 1.0}),
        ("reach", "Bring the tcp to the object", {"tcp_pos near object_pos": 1.0}),
        ("reach", "Set the gripper openness to 0.5", {"gripper_openness at 0.5": 1.0}),
        (
            "hopper-stand",
            "Keep the torso height above 1.1 and the torso upright",
            {"torso_height at least 1.1": 1.0, "torso_pitch at 0": 1.0},
        ),
        ("ant-stand", "Stay upright", {"torso_quat tilted 0": 1.0}),
        ("point-maze-u", "Push the ball to 1 -1", {"ball_pos at [1, -1]": 1.0}),
        ("drawer-open", "open the drawer", {"tcp_pos near handle_pos": 1.0, "handle_pos near goal_pos": 3.0}),
        ("button-press", "Press it: the button!",
         {"tcp_pos near button_pos": 1.0, "button_pos near goal_pos": 3.0}),
    ],
)  # fmt: skip
def test_simple_commands(task, command, expected):
    assert parsed(task, command) == expected


@pytest.mark.parametrize(
    "task, command",
    [
        ("drawer-open", "close the drawer"),
        ("drawer-open", "open the window"),
        ("reach", "do something nice"),
        ("reach", "move the hand to 0.1 0.6"),
        ("reach", "move it to 0.1 0.6 0.2"),
        ("hopper-stand", "dance"),
        ("point-maze-u", "bring the ball to the moon"),
    ],
)
def test_what_no_rule_reads_is_refused_rather_than_guessed(task, command):
    with pytest.raises(UserError, match="no rule reads"):
        parsed(task, command)


def test_an_empty_command_asks_for_nothing():
    with pytest.raises(UserError, match="1 to 12 terms"):
        parsed("reach", " . ")
