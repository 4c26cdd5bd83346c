"""Every record of the corpora is stopped at its stage or earlier, or is accepted where it is honest."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.checking.extract import extract
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.seal.probe import check
from rewardsmith.reward_gen.seal.reading import extract_sealed
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.verdict import Accepted, Rejected, RewardFault

PROBE_SECONDS = 1.5
CALL_SECONDS = 1.0
PATIENCE = 1.0
WRITTEN_TO = (
    "/var/tmp/h2_pwn",
    "/var/tmp/x",
    "/var/tmp/m",
    "/var/tmp/r.bin",
    "/var/tmp/h.npy",
    "/var/tmp/h.txt",
)


@pytest.fixture
def no_traces(no_orphans):
    """Fails the test that leaves a child, a file that a record names, or an open descriptor behind."""

    def opened():
        return {path.name for path in Path("/proc/self/fd").iterdir()}

    before = opened()
    yield
    assert [path for path in WRITTEN_TO if Path(path).exists()] == []
    assert len(opened()) == len(before)


def text_of(record, read=extract):
    return read(record["code"]) if record.get("form") == "response" else record["code"]


def static_verdict(record, spec):
    text = text_of(record)
    return text if isinstance(text, Rejected) else check_static(text, spec)


def wrong_at_the_static_check(records, spec):
    wrong = {}
    for record in records:
        verdict = static_verdict(record, spec)
        refused = isinstance(verdict, Rejected)
        if refused and record["expected"] in ("accept", "contained"):
            wrong[record["id"]] = str(verdict)
        if not refused and record["expected"] == "reject_static":
            wrong[record["id"]] = "passed"
    return wrong


def wrong_at_the_probe(records, spec, samples):
    wrong = {}
    for record in records:
        text = text_of(record, extract_sealed)
        started = time.monotonic()
        verdict = (
            text
            if isinstance(text, Rejected)
            else check(RewardProgram(text), spec, samples(20), deadline=PROBE_SECONDS)
        )
        if time.monotonic() - started > PROBE_SECONDS + PATIENCE:
            wrong[record["id"]] = "blocked"
        # What is to be contained may be stopped here already.
        accepted = isinstance(verdict, Accepted)
        if record["expected"] != "contained" and accepted != (record["expected"] == "accept"):
            wrong[record["id"]] = str(verdict)
    return wrong


def wrong_when_triggered(records, spec, samples):
    wrong = {}
    for record in records:
        trigger = dict(record["trigger"])
        state = samples(trigger.pop("B", 64), **trigger)
        with SealedReward(RewardProgram(text_of(record)), spec, deadline=CALL_SECONDS) as reward:
            reward(*samples(8))
            before = [array.tobytes() for array in state.next_obs.arrays().values()]
            started = time.monotonic()
            try:
                values, _ = reward(*state)
                ended = "accept" if np.isfinite(values).all() else "not finite"
            except RewardFault:
                ended = "contained"
            if time.monotonic() - started > CALL_SECONDS + PATIENCE:
                wrong[record["id"]] = "blocked"
            if ended != record["expected"]:
                wrong[record["id"]] = ended
            if [array.tobytes() for array in state.next_obs.arrays().values()] != before:
                wrong[record["id"]] = "the arguments changed"
    return wrong


def expected(records, *stages):
    return [record for record in records if record["expected"] in stages]


def test_the_corpora_are_whole(hostile_records, more_records):
    ids = [record["id"] for record in (*hostile_records, *more_records)]
    assert len(hostile_records) == 164
    assert len(more_records) >= 370
    assert len(set(ids)) == len(ids)


def test_the_static_check_refuses_what_it_must_and_nothing_else(hostile_records, more_records, arm_spec):
    assert wrong_at_the_static_check(expected(hostile_records, "accept", "reject_static"), arm_spec) == {}
    assert wrong_at_the_static_check(more_records, arm_spec) == {}


def test_our_honest_records_run(more_records, arm_spec, arm_samples):
    for record in expected(more_records, "accept"):
        reward, _ = compile_program(RewardProgram(text_of(record)), arm_spec)(*arm_samples(11))
        assert reward.shape == (11,)


def test_the_probe_stops_what_it_must_and_accepts_the_honest(
    hostile_records, arm_spec, arm_samples, no_traces
):
    records = [
        record
        for record in expected(hostile_records, "accept", "reject_probe")
        if record["expected"] == "accept" or not isinstance(static_verdict(record, arm_spec), Rejected)
    ]
    assert wrong_at_the_probe(records, arm_spec, arm_samples) == {}


def test_bombs_that_wait_for_their_trigger_are_contained(hostile_records, arm_spec, arm_samples, no_traces):
    records = [
        record
        for record in hostile_records
        if "trigger" in record and not isinstance(static_verdict(record, arm_spec), Rejected)
    ]
    assert wrong_when_triggered(records, arm_spec, arm_samples) == {}


@pytest.mark.slow
def test_the_probe_judges_our_own_records(more_records, arm_spec, arm_samples, no_traces):
    assert wrong_at_the_probe(more_records, arm_spec, arm_samples) == {}


@pytest.mark.slow
def test_our_own_bombs_are_contained(more_records, arm_spec, arm_samples, no_traces):
    records = [record for record in more_records if "trigger" in record]
    assert wrong_when_triggered(records, arm_spec, arm_samples) == {}


@pytest.mark.slow
def test_the_probe_refuses_early_what_the_static_check_refuses(
    hostile_records, arm_spec, arm_samples, no_traces
):
    assert wrong_at_the_probe(expected(hostile_records, "reject_static"), arm_spec, arm_samples) == {}


def test_mutation_on_a_rare_state_is_a_fault_and_leaves_the_arguments_alone(arm_spec, arm_samples):
    text = (
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    g = next_obs.object_pos.T\n"
        "    if float(xp.max(obs.joint_vel)) > 50.0:\n"
        "        g = g.reshape(3, -1)\n"
        "        g[:] = 0.0\n"
        '    return g[0], {"x": g[0]}\n'
    )
    state = arm_samples(16, joint_vel=1000.0)
    before = {name: array.copy() for name, array in state.next_obs.arrays().items()}
    with (
        SealedReward(RewardProgram(text), arm_spec) as reward,
        pytest.raises(RewardFault, match=r"line 5.*read-only"),
    ):
        reward(*state)
    for name, array in state.next_obs.arrays().items():
        assert (array == before[name]).all()


def test_the_terms_stay_the_same_from_call_to_call(arm_spec, arm_samples):
    text = (
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    r = obs.goal_pos[:, 0]\n"
        "    t = {'calm': r} if float(xp.max(obs.joint_vel)) < 50.0 else {'hot': r}\n"
        "    return r, t\n"
    )
    with SealedReward(RewardProgram(text), arm_spec) as reward:
        reward(*arm_samples(4))
        with pytest.raises(RewardFault, match="the terms were calm and are now hot"):
            reward(*arm_samples(4, joint_vel=99.0))
        assert list(reward(*arm_samples(4))[1]) == ["calm"]
        assert os.getpid() != reward.pid
