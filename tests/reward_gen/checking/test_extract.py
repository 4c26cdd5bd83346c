import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen.checking.extract import MAX_ANSWER, extract
from rewardsmith.reward_gen.verdict import Rejected

MAIN = (
    "def compute_reward(obs, action, next_obs, xp):\n    d = obs.x - next_obs.x\n    return -d, {'dist': d}\n"
)
HELPER = "SCALE = 2.0\n\ndef shaped(d):\n    return SCALE * d\n"
USES_HELPER = MAIN.replace("return -d", "return shaped(-d)")

lines = st.sampled_from(
    ["", "# a note", "A = 1.0", "B = (1.0,\n     2.0)", HELPER, '"""Text with ``` in it."""']
)
programs = st.lists(lines, max_size=4).map(lambda parts: "\n".join([*parts, MAIN]).strip("\n") + "\n")
prose = st.sampled_from(
    ["", "Here is the reward:", "Sure! I'd use the distance (see below).", "It's done.\n\nDone"]
)
fragments = st.sampled_from(
    ["```", "~~~", "```python", "\n", MAIN, "def compute_reward", "<think>", "</think>", "("]
)


@given(st.one_of(st.text(), st.lists(fragments | st.text(max_size=5), max_size=12).map("".join)))
def test_extract_never_raises_and_what_it_takes_is_a_program(answer):
    found = extract(answer)
    if isinstance(found, Rejected):
        assert found.stage == "extract" and "\n" not in found.reason
    else:
        names = [node.name for node in ast.parse(found).body if isinstance(node, ast.FunctionDef)]
        assert "compute_reward" in names


@settings(max_examples=60)
@given(programs, prose, prose, st.sampled_from(["```", "~~~", "````"]), st.sampled_from(["", "python", "py"]))
def test_a_fenced_program_comes_back_whole(program, before, after, fence, info):
    assert extract(f"{before}\n{fence}{info}\n{program}{fence}\n{after}") == program


@given(programs)
def test_a_bare_program_comes_back_whole_whatever_its_line_ends(program):
    assert extract(program) == program
    assert extract("\ufeff" + program.replace("\n", "\r\n")) == program


@settings(max_examples=60)
@given(programs, prose, prose)
def test_a_program_between_prose_keeps_its_helpers(program, before, after):
    found = extract(f"{before}\n\n{program}\n{after}")
    assert isinstance(found, str)
    assert ast.dump(ast.parse(MAIN).body[0]) in ast.dump(ast.parse(found))
    assert ("def shaped" in found) == ("def shaped" in program)


def test_helper_blocks_that_the_program_needs_come_along_and_examples_do_not():
    answer = (
        f"```python\n{HELPER}```\nthen\n```python\n{USES_HELPER}```\nUse it:\n```python\nprint(run())\n```\n"
    )
    assert extract(answer) == f"{HELPER}\n\n{USES_HELPER}"


def test_equal_blocks_are_one_program():
    assert extract(f"```python\n{MAIN}```\nagain\n```python\n# the same\n{MAIN}```\n") == MAIN


def test_an_indented_fence_is_dedented():
    block = "".join(f"   {line}\n" for line in ["```python", *MAIN.splitlines(), "```"])
    assert extract(f"1. The reward:\n\n{block}") == MAIN


def test_reasoning_without_its_opening_mark_is_left_out():
    assert extract(f"I could write ```python\n{HELPER}``` or\n</think>\n```python\n{MAIN}```") == MAIN


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "holds no code"),
        ("I cannot help with that.", "holds no code"),
        (f"```python\n{MAIN}", "no closing fence"),
        (f"<think>\n```python\n{MAIN}```", "still thinking"),
        (f"```python\n{MAIN}```\n```python\n{MAIN.replace('-d', '-2 * d')}```", "2 different blocks"),
        ("```python\nx = 1\n```", "no code block defines compute_reward"),
        ("```python\ndef compute_reward(obs:\n    return 1\n```", "is broken"),
        (f"Here:\n\n{MAIN[:-8]}", "broken or cut off"),
        (f"Here:\n\n{MAIN}\nor rather\n\n{MAIN}", "2 times"),
        ("x" * (MAX_ANSWER + 1), "be brief"),
    ],
)
def test_each_refusal_names_its_own_reason(answer, reason):
    found = extract(answer)
    assert isinstance(found, Rejected)
    assert reason in found.reason
