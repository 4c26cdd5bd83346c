from collections import deque

import numpy as np
import pytest
from text_play import started

from rewardsmith.envs import FieldView, demonstrate, task_class
from rewardsmith.envs.text.program.functions import functions_of_length, wanted_functions
from rewardsmith.envs.text.program.machine import (
    CHANGES,
    CONTENTS,
    EXAMPLES,
    INPUTS,
    LINES,
    LINES_BETWEEN,
    LOST,
    OUTPUTS,
    REGISTERS,
)
from rewardsmith.envs.text.program.program import Program, ProgramEasy
from rewardsmith.reward_gen import open_reward

END = len(LINES)
LEVELS = pytest.mark.parametrize("kind", [ProgramEasy, Program], ids=lambda kind: kind.spec.name)


def wanting(kind, *contents):
    """One world that wants these (input, formula) pairs, drawn in training or held out."""
    task = kind(1)
    codes = [
        REGISTERS.index(source) * len(CHANGES) + CHANGES.index(formula.replace(source, "x"))
        for source, formula in contents
    ]
    found = (task.functions.contents == codes).all(axis=1)
    task.function[:] = np.flatnonzero(found)
    return task


def write(task, text):
    for line in text.split("; "):
        task.step(np.full(task.num_worlds, END if line == "end" else LINES.index(line)))


ALL_INPUTS = np.indices((5, 5, 5)).reshape(3, -1)


def run(program, numbers):
    """A second machine, word by word; what a, b and c hold in the end, on all rows of (3, n) at once."""
    held = dict(zip(REGISTERS, numbers, strict=True))
    for line in program:
        match line.split():
            case ["inc", name]:
                held[name] = (held[name] + 1) % 5
            case ["double", name]:
                held[name] = held[name] * 2 % 5
            case ["copy", source, "to", name]:
                held[name] = held[source]
    return np.stack(list(held.values()))


def asked_for(inputs, formulas, numbers):
    """What the wish in words asks of (3, n) inputs."""
    outputs = []
    for source, formula in zip(inputs, formulas, strict=True):
        factor, _, addend = CHANGES[formula].partition("x")
        outputs.append((int(factor or 1) * numbers[source] + int(addend or 0)) % 5)
    return np.stack(outputs)


def at_random(task, rng):
    scores = rng.random((task.num_worlds, END + 1))
    scores[:, END] *= 0.3
    return np.where(task.action_masks(), scores, -1.0).argmax(axis=1)


def test_an_episode_by_hand():
    task = wanting(ProgramEasy, ("a", "2a+1"), ("b", "b"), ("c", "c+1"))
    assert task.fields()["lines_missing"].tolist() == [[2, 0, 1]]
    write(task, "double a")
    arrays = task.fields()
    assert arrays["example_values"][0].tolist() == [[2, 2, 4], [1, 0, 1]]
    assert arrays["example_targets"][0].tolist() == [[3, 2, 0], [2, 0, 2]]
    assert arrays["lines_missing"].tolist() == [[1, 0, 1]]
    assert arrays["example_cells_right"] == pytest.approx(2 / 6)
    write(task, "inc c; inc a")
    assert task.metric() == 1.0 and not task.success()
    write(task, "end")
    assert task.success() and task.terminated()
    assert task.render_text(0).splitlines() == [
        "wanted: a = 2a+1, b = b, c = c+1",
        "example: 1 2 4 -> 3 2 0, now 3 2 0",
        "example: 3 0 1 -> 2 0 2, now 2 0 2",
        "the program makes a = 2a+1, b = b, c = c+1",
    ]


@pytest.mark.parametrize("text", ["inc a; copy a to b; inc c; end", "copy a to b; inc c; inc b; inc a; end"])
def test_programs_that_do_the_same_fare_the_same(text):
    task = wanting(ProgramEasy, ("a", "a+1"), ("a", "a+1"), ("c", "c+1"))
    write(task, text)
    assert task.success() and task.metric() == 1.0


def test_an_input_that_is_overwritten_too_early_is_lost():
    task = wanting(ProgramEasy, ("b", "b"), ("c", "c"), ("c", "c+1"))
    write(task, "copy c to b")
    assert task.fields()["lines_missing"].tolist() == [[LOST, 0, 1]]
    write(task, "copy b to a; inc c; end")
    assert not task.success()


def test_a_program_that_suits_the_examples_alone_is_found_out():
    alike = [
        (one, other)
        for one in range(CONTENTS)
        for other in range(one)
        if (OUTPUTS[one, :EXAMPLES] == OUTPUTS[other, :EXAMPLES]).all()
    ]
    assert alike
    assert len(np.unique(OUTPUTS, axis=0)) == CONTENTS
    task = started(Program, 4000)
    rng = np.random.default_rng(1)
    fooled = np.zeros(4000, bool)
    for _ in range(7):
        fooled |= (task.fields()["example_cells_right"] == 1.0) & (task.metric() < 1.0)
        task.step(at_random(task, rng))
    assert fooled.any()


@LEVELS
def test_the_verifier_agrees_with_a_second_machine_on_random_programs(kind):
    worlds = 10_000
    task, rng = started(kind, worlds, 2), np.random.default_rng(3)
    programs = [[] for _ in range(worlds)]
    # Every second world follows its script in part, so that many programs are right.
    script = np.arange(worlds) % 2 == 0
    while not task.terminated().all():
        lines = np.where(script, task.scripted_actions(), at_random(task, rng))
        for world in np.flatnonzero(~task.terminated() & (lines < END)):
            programs[world].append(LINES[lines[world]])
        task.step(lines)
    arrays = task.fields()
    wishes = zip(arrays["wanted_input"], arrays["wanted_formula"], strict=True)
    right = [
        (run(program, ALL_INPUTS) == asked_for(*wish, ALL_INPUTS)).all()
        for program, wish in zip(programs, wishes, strict=True)
    ]
    np.testing.assert_array_equal(task.success(), right)
    assert task.success()[script].all() and not task.success().all()


@LEVELS
def test_what_registers_hold_in_words_is_what_they_hold_in_numbers(kind):
    task, rng = started(kind, 500, 4), np.random.default_rng(5)
    for _ in range(task.spec.horizon):
        np.testing.assert_array_equal(task.registers, OUTPUTS[task.held].swapaxes(1, 2))
        task.step(at_random(task, rng))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_no_shorter_program_computes_a_function(length):
    """Breadth first once more, on what programs do to all 125 inputs."""
    reached, front = {ALL_INPUTS.tobytes(): 0}, deque([ALL_INPUTS])
    while front:
        state = front.popleft()
        depth = reached[state.tobytes()]
        for line in LINES if depth < length else ():
            after = run([line], state)
            if after.tobytes() not in reached:
                reached[after.tobytes()] = depth + 1
                front.append(after)
    assert len(functions_of_length(length).contents) == sum(depth == length for depth in reached.values())


def test_lines_between_contents_by_hand():
    x, x2, x2_1 = (CHANGES.index(text) for text in ("x", "2x", "2x+1"))
    assert LINES_BETWEEN[x, x2] == 1
    assert LINES_BETWEEN[x, x2_1] == 2
    assert LINES_BETWEEN[x2, x] == 3
    assert LINES_BETWEEN[x, x + len(CHANGES)] == LOST


@LEVELS
def test_scripts_take_the_length_that_the_level_names(kind):
    task = started(kind, 300)
    for _ in range(task.length + 1):
        assert not task.success().any()
        task.step(task.scripted_actions())
    assert task.success().all()


def test_each_term_of_the_human_reward_does_what_it_says():
    reward = open_reward("human", Program)
    task = started(Program, 1000, 6)
    rng, script = np.random.default_rng(7), np.arange(1000) % 2 == 0
    sums = {name: np.zeros(1000) for name in ("lines", "outputs", "match")}
    first = task.fields()
    while not task.terminated().all():
        obs = FieldView(task.fields())
        lines = np.where(script, task.scripted_actions(), at_random(task, rng))
        task.step(lines)
        total, terms = reward(obs, lines, FieldView(task.fields()))
        np.testing.assert_allclose(total, sum(terms.values()))
        for name in sums:
            sums[name] += terms[name]
    last = task.fields()
    saved = first["lines_missing"].sum(axis=1) - last["lines_missing"].sum(axis=1)
    np.testing.assert_allclose(sums["lines"], 0.3 * saved, atol=1e-12)
    gained = last["example_cells_right"] - first["example_cells_right"]
    np.testing.assert_allclose(sums["outputs"], gained, atol=1e-12)
    np.testing.assert_allclose(sums["match"], 2.0 * task.success())
    assert task.success()[script].all()


def test_ending_too_early_costs_the_match_alone():
    reward = open_reward("human", ProgramEasy)
    task = wanting(ProgramEasy, ("a", "2a+1"), ("b", "b"), ("c", "c+1"))
    write(task, "double a")
    obs = FieldView(task.fields())
    task.step(np.array([END]))
    total, terms = reward(obs, np.array([END]), FieldView(task.fields()))
    assert total == 0.0 and all(term == 0.0 for term in terms.values())


def test_rewards_do_not_see_withheld_tests_or_a_program():
    spec = task_class("program").spec
    assert spec.field("example_values").shape == spec.field("example_targets").shape == (EXAMPLES, 3)
    assert len(INPUTS) > EXAMPLES
    hidden = {field.name for field in spec.fields if not field.observed}
    assert hidden == {"lines_missing", "example_cells_right", "program_complete", "illegal_actions"}


@LEVELS
def test_what_held_out_functions_need_occurs_in_training(kind):
    contents, parts = wanted_functions(kind.length).contents, []
    for split in ("train", "held-out"):
        drawn = kind(1).instances.pick(np.arange(20_000) / 20_000, split)
        parts.append({pair for row in contents[drawn] for pair in enumerate(row.tolist())})
    assert parts[1] <= parts[0]
    assert demonstrate(kind.held_out(), 50, np.random.default_rng(0)).all()
