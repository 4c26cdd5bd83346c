import ast
import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import (
    ActionSpec,
    Evaluation,
    Field,
    FieldView,
    TaskSpec,
    TrainingTrace,
    Transition,
    random_transitions,
    task_class,
    task_names,
)
from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.proposers.grammar.draw import draw_genome
from rewardsmith.reward_gen.proposers.grammar.mutate import cross, heed, mutate
from rewardsmith.reward_gen.proposers.grammar.proposer import GrammarProposer, fields_read
from rewardsmith.reward_gen.proposers.grammar.render import recover, render, term_names
from rewardsmith.reward_gen.proposers.grammar.terms import MAX_TERMS, Gate, Genome, Measure, Term
from rewardsmith.reward_gen.proposers.proposer import Failure, Findings, Parent
from rewardsmith.reward_gen.reflection import reflect
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.seal.probe import check
from rewardsmith.reward_gen.verdict import Accepted, Rejected

WORLDS = 16
ROBOT = TaskSpec(
    name="drawer",
    goal='Open the drawer by pulling its "handle" to the goal\nslowly',
    fields=(
        Field("hand_pos", "position of the hand", (3,), "m"),
        Field("handle_pos", "position of the drawer's handle", (3,), "m"),
        Field("cup_pos", "position of a cup beside the drawer", (3,), "m"),
        Field("goal_pos", "where the handle shall be", (3,), "m"),
        Field("hand_init_pos", "hand at the start", (3,), "m", observed=False),
        Field("grip", "opening of the gripper", low=-0.5, high=1.0),
        Field("joint_vel", "joint velocities", (7,), "rad/s"),
        Field("corners", "corners of the drawer", (4, 3), "m"),
        Field("touching", "hand touches the handle", (2,), kind="flag"),
    ),
    action=ActionSpec("box", 4, "velocity and grip"),
    horizon=100,
)
TEXT = TaskSpec(
    name="call",
    goal="Write the call that the user wants",
    fields=(
        Field("wish", "what is wanted", kind="category", categories=3, labels=("a-b", "call", "né")),
        Field("target_tokens", "tokens wanted", (4,), kind="category", categories=9, observed=False),
        Field("tokens", "tokens written", (4,), kind="category", categories=9),
        Field("values_matched", "right values", low=0.0, high=1.0, observed=False),
        Field("errors", "illegal tokens so far", low=0.0),
        Field("valid", "the call is valid", kind="flag", observed=False),
    ),
    action=ActionSpec("discrete", 12, "next token", masked=True),
    horizon=20,
)
SPECS = pytest.mark.parametrize("spec", [ROBOT, TEXT], ids=lambda spec: spec.name)
seeds = st.integers(0, 2**32 - 1)


def random_view(spec, rng):
    def values(field):
        shape = (WORLDS, *field.shape)
        if field.kind == "real":
            return np.clip(rng.normal(size=shape), field.low, field.high)
        return rng.integers(0, field.categories or 2, shape).astype(field.dtype)

    return FieldView({field.name: values(field) for field in spec.fields})


def random_transition(spec, rng):
    box = spec.action.kind == "box"
    action = rng.uniform(-1, 1, (WORLDS, spec.action.size)) if box else rng.integers(0, 12, WORLDS)
    return Transition(random_view(spec, rng), action, random_view(spec, rng))


def propose(spec, n, seed=0, parents=(), failures=(), proposer=None):
    return (proposer or GrammarProposer()).propose(
        spec, Findings(tuple(parents), tuple(failures)), n, np.random.default_rng(seed)
    )


def as_parents(proposals, **changes):
    return [
        replace(Parent(p.outcome, 1.0 / (1 + k), "", None, 100 + k), **changes)
        for k, p in enumerate(proposals)
    ]


def normalised(text):
    return ast.dump(ast.parse(text))


def run(text, spec, step):
    return compile_program(RewardProgram(text), spec)(*step)


def report_of(genome, spec, planted):
    """A reflection on a learning run in which the terms named in `planted` show a fault."""
    success = np.linspace(0, 0.9, 10)
    faults = {
        "dead": np.full((10, 3), 0.3),
        "misleading": np.stack([-1 - success, -success, 1 - success], axis=1),
        "dominating": 1000 * np.stack([success - 1, success, success + 1], axis=1),
    }
    healthy = np.stack([success - 1, success, success + 1], axis=1)
    rows = {name: faults[planted[name]] if name in planted else healthy for name in term_names(genome, spec)}
    evaluation = Evaluation(np.arange(2), np.array([True, False]), np.ones(2), np.full(2, 9))
    return reflect(TrainingTrace(np.arange(10), success, rows), evaluation)


@SPECS
def test_every_program_of_two_generations_is_accepted_by_the_static_check_and_runs(spec):
    first = propose(spec, 100)
    second = propose(spec, 100, seed=1, parents=as_parents(first[:10]))
    step = random_transition(spec, np.random.default_rng(2))
    for proposal in [*first, *second]:
        assert not isinstance(check_static(proposal.answer, spec), Rejected), proposal.answer
        reward, terms = run(proposal.answer, spec, step)
        np.testing.assert_allclose(reward, sum(terms.values()), atol=1e-12)


@SPECS
def test_sealed_probe_accepts_what_the_grammar_writes(spec):
    samples = random_transition(spec, np.random.default_rng(2))
    first = propose(spec, 8)
    programs = [p.outcome for p in [*first, *propose(spec, 8, seed=1, parents=as_parents(first))]]
    verdicts = [check(program, spec, samples) for program in programs]
    assert [str(verdict) for verdict in verdicts if not isinstance(verdict, Accepted)] == []


@pytest.mark.parametrize("name", task_names())
def test_registered_tasks_get_programs_that_run_and_mostly_tell_states_apart(name):
    spec = task_class(name).spec
    # Where much has to happen before anything counts, only a longer play shows a difference.
    step = random_transitions(task_class(name), 512, np.random.default_rng(0))
    rewards = [run(proposal.answer, spec, step)[0] for proposal in propose(spec, 30)]
    assert np.mean([np.ptp(reward) > 0 for reward in rewards]) >= 0.75


@SPECS
def test_programs_differ(spec):
    first = propose(spec, 200)
    assert len({normalised(p.answer) for p in first}) >= 160
    parents = as_parents(first[:4])
    second = propose(spec, 200, seed=1, parents=parents)
    assert len({normalised(p.answer) for p in second}) >= 160
    assert not {normalised(p.answer) for p in second} & {normalised(p.program.text) for p in parents}


@SPECS
def test_the_same_generator_writes_the_same_programs(spec):
    parents = as_parents(propose(spec, 3))
    assert propose(spec, 20, seed=7, parents=parents) == propose(spec, 20, seed=7, parents=parents)
    assert propose(spec, 20, seed=7) != propose(spec, 20, seed=8)


@SPECS
def test_rewards_are_bounded_by_their_weights(spec):
    rng = np.random.default_rng(3)
    step = random_transition(spec, rng)
    for seed in range(100):
        genome = draw_genome(spec, np.random.default_rng(seed))
        _, terms = run(render(genome, spec), spec, step)
        for term, name in zip(genome.terms, term_names(genome, spec), strict=True):
            assert np.abs(terms[name]).max() <= abs(term.weight) * (1 + 1e-9)
            if term.weight > 0 and not term.measure.signed:
                assert terms[name].min() >= 0


def test_reach_then_move_comes_first_where_there_is_something_to_move():
    genomes = [draw_genome(ROBOT, np.random.default_rng(seed)) for seed in range(200)]
    pairs = Counter(pair for genome in genomes for pair in {(t.measure.a, t.measure.b) for t in genome.terms})
    assert pairs["hand_pos", "handle_pos"] > 80
    assert pairs["handle_pos", "goal_pos"] > 120
    assert pairs["cup_pos", "goal_pos"] < pairs["handle_pos", "goal_pos"] / 2
    assert pairs["hand_pos", "hand_init_pos"] < 20


def test_text_tasks_are_paid_for_what_was_declared_for_rewards():
    fields = Counter(
        term.measure.a for seed in range(200) for term in draw_genome(TEXT, np.random.default_rng(seed)).terms
    )
    assert fields["valid"] + fields["values_matched"] > fields["wish"] * 3
    assert fields["target_tokens"] + fields["tokens"] > 20


def test_every_kind_of_measure_means_what_it_says():
    step = random_transition(ROBOT, np.random.default_rng(0))
    before, after = step.obs, step.next_obs

    def value(measure, gate=None, weight=1.0, spec=ROBOT, transition=step):
        _, terms = run(render(Genome((Term(weight, measure, gate),)), spec), spec, transition)
        return next(iter(terms.values()))

    gap = np.linalg.norm(after.hand_pos - after.handle_pos, axis=-1)
    gap_before = np.linalg.norm(before.hand_pos - before.handle_pos, axis=-1)
    near = Measure("near", "hand_pos", "handle_pos", shape="long_tail", scale=0.5)
    closeness = 1 / (1 + (gap / 0.5) ** 2)
    np.testing.assert_allclose(value(near), closeness)
    np.testing.assert_allclose(value(replace(near, shape="gaussian")), np.exp(-0.5 * (gap / 0.5) ** 2))
    np.testing.assert_allclose(value(replace(near, shape="tanh")), 1 - np.tanh(gap / 0.5))
    np.testing.assert_allclose(value(replace(near, shape="exp")), np.exp(-gap / 0.5))
    np.testing.assert_allclose(value(replace(near, shape="linear")), np.clip(1 - gap / 0.5, 0, 1))
    height = np.abs(after.hand_pos[:, 2] - after.handle_pos[:, 2])
    np.testing.assert_allclose(value(replace(near, index=2)), 1 / (1 + (height / 0.5) ** 2))
    np.testing.assert_allclose(
        value(Measure("progress", "hand_pos", "handle_pos", scale=0.5)),
        np.clip((gap_before - gap) / 0.5, -1, 1),
    )
    np.testing.assert_allclose(value(Measure("level", "grip", scale=1.0)), (after.grip + 0.5) / 1.5)
    np.testing.assert_allclose(value(Measure("level", "grip", rising=False)), 1 - (after.grip + 0.5) / 1.5)
    np.testing.assert_allclose(
        value(Measure("change", "grip", scale=2.0, rising=False)), (before.grip - after.grip) / 2
    )
    np.testing.assert_allclose(value(Measure("holds", "touching")), after.touching.mean(axis=1))
    np.testing.assert_allclose(
        value(Measure("turns", "touching")), after.touching.mean(axis=1) - before.touching.mean(axis=1)
    )
    np.testing.assert_allclose(value(Measure("effort"), weight=-0.1), -0.1 * (step.action**2).mean(axis=1))
    soft, hard = (Gate(mode, near) for mode in ("soft", "hard"))
    np.testing.assert_allclose(
        value(Measure("level", "grip"), soft, 2.0), 2 * closeness * (after.grip + 0.5) / 1.5
    )
    np.testing.assert_allclose(
        value(Measure("level", "grip"), hard, 2.0),
        np.where(closeness > 0.7, 2 * (after.grip + 0.5) / 1.5, 0),
    )
    words = random_transition(TEXT, np.random.default_rng(0))
    np.testing.assert_allclose(
        value(Measure("match", "tokens", "target_tokens"), spec=TEXT, transition=words),
        (words.next_obs.tokens == words.next_obs.target_tokens).mean(axis=1),
    )
    np.testing.assert_allclose(
        value(Measure("is", "wish", index=1), spec=TEXT, transition=words), words.next_obs.wish == 1
    )


@given(seeds)
def test_a_genome_survives_json_and_its_own_program(seed):
    for spec in (ROBOT, TEXT):
        genome = draw_genome(spec, np.random.default_rng(seed))
        assert Genome.from_json(genome.to_json()) == genome
        assert recover(render(genome, spec), spec) == genome
        assert len(set(term_names(genome, spec))) == len(genome.terms)


def test_a_program_that_was_edited_is_not_taken_for_its_genome():
    text = propose(ROBOT, 1)[0].answer
    assert recover(text, ROBOT) is not None
    assert recover(text.replace("return reward", "return 2 * reward"), ROBOT) is None
    assert recover(text, TEXT) is None
    assert recover("def compute_reward(obs, action, next_obs, xp): ...", ROBOT) is None


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_a_forged_genome_is_no_genome(line):
    assert recover(f"x = 1\n# genome: {line}", ROBOT) is None


@settings(deadline=None)
@given(seeds, st.integers(1, 12))
def test_mutation_and_crossing_stay_within_the_grammar(seed, generations):
    rng = np.random.default_rng(seed)
    genome, other = draw_genome(ROBOT, rng), draw_genome(ROBOT, rng)
    step = random_transition(ROBOT, rng)
    for _ in range(generations):
        genome = mutate(genome, None, ROBOT, rng)
        child = cross((genome, None), (other, None), ROBOT, rng)
        assert 1 <= len(genome.terms) <= MAX_TERMS
        assert 1 <= len(child.terms) <= MAX_TERMS
        genome, other = child, genome
    text = render(genome, ROBOT)
    assert not isinstance(check_static(text, ROBOT), Rejected)
    reward, _ = run(text, ROBOT, step)
    assert np.isfinite(reward).all()


def test_reflection_drops_the_dead_and_the_misleading_and_shrinks_the_dominating():
    near = Measure("near", "hand_pos", "handle_pos", shape="tanh", scale=0.1)
    move = Measure("near", "handle_pos", "goal_pos", shape="tanh", scale=0.1)
    genome = Genome((Term(1.0, near), Term(2.0, move)))
    first = term_names(genome, ROBOT)[0]
    rng = np.random.default_rng(0)

    def heeded(fault):
        report = report_of(genome, ROBOT, {first: fault})
        return [heed(genome, report, ROBOT, rng) for _ in range(50)]

    for fault in ("dead", "misleading", "dominating"):
        assert all(genome.terms[1] in terms for terms in heeded(fault))
        assert all(genome.terms[0] not in terms for terms in heeded(fault))
    assert all(terms[0].measure == near and terms[0].weight <= 0.4 for terms in heeded("dominating"))
    assert heed(genome, report_of(genome, ROBOT, {}), ROBOT, rng) == list(genome.terms)


def test_parents_by_another_hand_lend_their_fields():
    text = (
        "def compute_reward(obs, action, next_obs, xp):\n    return next_obs.grip, {'grip': next_obs.grip}\n"
    )
    foreign = [Parent(RewardProgram(text), 1.0, "", None, 9)]
    proposer = GrammarProposer(fresh_share=0.0)
    inspired = propose(ROBOT, 100, parents=foreign, proposer=proposer)
    assert {(p.operator, p.parents) for p in inspired} == {("inspired", (9,))}
    uses = [
        sum("grip" in fields_read(p.answer, ROBOT) for p in group)
        for group in (inspired, propose(ROBOT, 100))
    ]
    assert uses[0] > uses[1]


def test_operators_follow_their_shares_and_name_their_parents():
    parents = as_parents(propose(ROBOT, 4))
    proposals = propose(ROBOT, 300, seed=1, parents=parents)
    counts = Counter(p.operator for p in proposals)
    assert 20 < counts["fresh"] < 75
    assert 35 < counts["cross"] < 95
    assert counts["mutate"] > 140
    wanted = {"fresh": 0, "mutate": 1, "cross": 2}
    assert all(len(set(p.parents)) == wanted[p.operator] for p in proposals)
    picked = Counter(p.parents[0] for p in proposals if p.operator == "mutate")
    assert picked[100] > picked[103]


def test_the_first_choice_is_picked_most_often():
    parents = as_parents(propose(ROBOT, 2))
    parents[0] = replace(parents[0], fitness=-1.0)
    picked = Counter(p.parents[0] for p in propose(ROBOT, 100, seed=1, parents=parents) if p.parents)
    assert picked[100] > picked[101]


def test_failed_programs_are_not_written_again():
    failed = propose(ROBOT, 5)
    failures = [Failure(p.answer, "runtime", "not finite") for p in failed]
    again = propose(ROBOT, 5, failures=failures)
    assert not {p.answer for p in failed} & {p.answer for p in again}


def test_a_task_without_a_fitting_field_is_refused():
    spec = TaskSpec("odd", "", (Field("x", "", (2, 2, 2)),), ActionSpec("discrete", 2, ""), 5)
    with pytest.raises(ValueError, match="odd: no field fits"):
        propose(spec, 1)
