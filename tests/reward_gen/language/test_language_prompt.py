"""The golden file is rewritten by ``python tests/reward_gen/language/test_language_prompt.py``."""

from pathlib import Path

from prompt_tasks import PUCK as SPEC

from rewardsmith.reward_gen import Failure, Parent
from rewardsmith.reward_gen.language import program
from rewardsmith.reward_gen.language.prompt import messages

GOLDEN = Path(__file__).with_name("golden")
PARENT = program(SPEC, {"hand_pos near puck_pos": 2.0})


def whole_prompt():
    parent = Parent(PARENT, 0.25, "The hand stays away.", None, 3)
    failure = Failure('{"foot near puck_pos": 1}', "extract", "there is no field 'foot'")
    asked = messages(SPEC, "Touch the puck.", [parent], (failure,))
    return "".join(f"=== {message['role']}\n{message['content']}\n" for message in asked)


def test_golden_prompt():
    assert whole_prompt() == (GOLDEN / "better_parameters.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "better_parameters.txt").write_text(whole_prompt(), encoding="utf-8")
