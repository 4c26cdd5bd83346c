"""Every record of the corpus is stopped at its stage or earlier, or is accepted where it is honest."""

import os
import time
from pathlib import Path

import pytest

from rewardsmith.reward_gen.checking.allowlist import check_static
from rewardsmith.reward_gen.checking.extract import extract
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.seal.probe import check
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.verdict import Accepted, Rejected, RewardFault

PROBE_SECONDS = 1.5
CALL_SECONDS = 1.0
PATIENCE = 1.0


@pytest.fixture(scope="module")
def texts(hostile_records):
    """id -> program text, or how extraction refused it."""
    return {
        r["id"]: extract(r["code"]) if r.get("form") == "response" else r["code"] for r in hostile_records
    }


def static_verdict(text, spec):
    return text if isinstance(text, Rejected) else check_static(text, spec)


def alive_children():
    pid = os.getpid()
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_the_static_check_refuses_what_it_must_and_nothing_honest(hostile_records, texts, arm_spec):
    wrong = {}
    for record in hostile_records:
        verdict = static_verdict(texts[record["id"]], arm_spec)
        refused = isinstance(verdict, Rejected)
        if refused and record["expected"] == "accept":
            wrong[record["id"]] = str(verdict)
        if not refused and record["expected"] == "reject_static":
            wrong[record["id"]] = "passed"
    assert len(hostile_records) == 164
    assert wrong == {}


def test_the_probe_stops_what_it_must_and_accepts_the_honest(hostile_records, texts, arm_spec, arm_samples):
    before = alive_children()
    wrong = {}
    for record in hostile_records:
        if record["expected"] not in ("accept", "reject_probe"):
            continue
        if isinstance(static_verdict(texts[record["id"]], arm_spec), Rejected):
            continue
        started = time.monotonic()
        program = RewardProgram(texts[record["id"]])
        verdict = check(program, arm_spec, arm_samples(20), deadline=PROBE_SECONDS)
        if time.monotonic() - started > PROBE_SECONDS + PATIENCE:
            wrong[record["id"]] = "blocked"
        if isinstance(verdict, Accepted) != (record["expected"] == "accept"):
            wrong[record["id"]] = str(verdict)
    assert wrong == {}
    assert alive_children() == before


def test_bombs_that_wait_for_their_trigger_are_contained(hostile_records, texts, arm_spec, arm_samples):
    before = alive_children()
    wrong = {}
    for record in hostile_records:
        text = texts[record["id"]]
        if "trigger" not in record or isinstance(static_verdict(text, arm_spec), Rejected):
            continue
        trigger = dict(record["trigger"])
        state = arm_samples(trigger.pop("B", 64), **trigger)
        with SealedReward(RewardProgram(text), arm_spec, deadline=CALL_SECONDS) as reward:
            reward(*arm_samples(8))
            started = time.monotonic()
            try:
                reward(*state)
                ended = "returned"
            except RewardFault:
                ended = "fault"
            if time.monotonic() - started > CALL_SECONDS + PATIENCE:
                wrong[record["id"]] = "blocked"
            if record["expected"] == "accept" and ended == "fault":
                wrong[record["id"]] = "an honest program failed"
    assert wrong == {}
    assert alive_children() == before


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
