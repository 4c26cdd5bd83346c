"""Deliberate faults behind the seal: each ends as a RewardFault in time, and no worker stays behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rewardsmith.reward_gen.checking.surface import FUNCTIONS
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.seal.warm import sample_call
from rewardsmith.reward_gen.verdict import RewardFault

HEAD = "def compute_reward(obs, action, next_obs, xp):\n    r = xp.sum(obs.goal_pos, axis=-1)\n"
TAIL = "    return r, {'r_term': r}\n"
BUSY = RewardProgram(
    HEAD + "    for i in range(10000):\n        for j in range(10000):\n            r = r + 0.0\n" + TAIL
)


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(condition, seconds=5.0):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def test_it_agrees_with_the_open_program_bit_for_bit_at_any_batch_size(arm_spec, arm_samples, reach_text):
    program = RewardProgram(reach_text)
    with SealedReward(program, arm_spec, capacity=8) as sealed:
        for worlds in (1, 8, 3, 64, 5, 2000):
            transition = arm_samples(worlds, seed=worlds)
            expected, expected_terms = compile_program(program, arm_spec)(*transition)
            reward, terms = sealed(*transition)
            np.testing.assert_array_equal(reward, expected)
            assert list(terms) == list(expected_terms)
            for name, values in terms.items():
                np.testing.assert_array_equal(values, expected_terms[name])


def test_results_are_the_callers_own(arm_spec, arm_samples, reach_text):
    with SealedReward(RewardProgram(reach_text), arm_spec) as sealed:
        first, _ = sealed(*arm_samples(4, seed=1))
        kept = first.copy()
        sealed(*arm_samples(4, seed=2))
        np.testing.assert_array_equal(first, kept)


def test_a_busy_loop_is_killed_at_the_deadline(arm_spec, arm_samples):
    with SealedReward(BUSY, arm_spec, deadline=0.3) as sealed:
        pid = sealed.pid
        started = time.monotonic()
        with pytest.raises(RewardFault, match="did not answer in time"):
            sealed(*arm_samples(4))
        assert time.monotonic() - started < 1.5
        assert gone(pid)
        with pytest.raises(RewardFault, match="did not answer in time"):
            sealed(*arm_samples(4))


def test_constants_that_never_finish_are_a_fault(arm_spec, arm_samples):
    before = "K = sum([i * j for i in range(10000) for j in range(10000)])\n"
    with (
        SealedReward(RewardProgram(before + HEAD + TAIL), arm_spec, deadline=0.3) as sealed,
        pytest.raises(RewardFault, match="did not answer in time"),
    ):
        sealed(*arm_samples(4))


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGSTOP])
def test_a_struck_worker_is_a_fault(number, arm_spec, arm_samples, reach_text):
    with SealedReward(RewardProgram(reach_text), arm_spec, deadline=0.5) as sealed:
        sealed(*arm_samples(4))
        os.kill(sealed.pid, number)
        started = time.monotonic()
        with pytest.raises(RewardFault, match="did not answer" if number == signal.SIGSTOP else number.name):
            sealed(*arm_samples(4))
        assert time.monotonic() - started < 1.5
        assert gone(sealed.pid)


def test_a_worker_struck_during_a_call_is_a_fault(arm_spec, arm_samples):
    with SealedReward(BUSY, arm_spec, deadline=5.0) as sealed:
        sealed.wait_until_ready()
        threading.Timer(0.4, os.kill, (sealed.pid, signal.SIGSEGV)).start()
        with pytest.raises(RewardFault, match="SIGSEGV"):
            sealed(*arm_samples(4))


def test_memory_is_bounded_and_its_fault_leaves_the_worker_alive(arm_spec, arm_samples):
    text = HEAD + "    if r.shape[0] > 4:\n        r = r + xp.ones((20000, 10000))[0, 0]\n" + TAIL
    with SealedReward(RewardProgram(text), arm_spec, memory_mb=256) as sealed:
        with pytest.raises(RewardFault, match="line 4: it needs more memory"):
            sealed(*arm_samples(5))
        reward, _ = sealed(*arm_samples(4))
        assert reward.shape == (4,)


def test_a_fault_of_the_program_leaves_the_worker_alive(arm_spec, arm_samples):
    text = HEAD + "    r = xp.where(xp.max(obs.joint_vel, axis=-1) > 50.0, xp.nan, r)\n" + TAIL
    with SealedReward(RewardProgram(text), arm_spec) as sealed:
        with pytest.raises(RewardFault, match="the reward is NaN in 4 of 4 worlds"):
            sealed(*arm_samples(4, joint_vel=100.0))
        assert np.isfinite(sealed(*arm_samples(4))[0]).all()


def test_the_worker_has_its_own_session_and_no_environment(arm_spec, arm_samples, reach_text, monkeypatch):
    monkeypatch.setenv("SECRET_API_KEY", "do-not-leak")
    with SealedReward(RewardProgram(reach_text), arm_spec) as sealed:
        sealed(*arm_samples(2))
        assert os.getsid(sealed.pid) == os.getpgid(sealed.pid) == sealed.pid
        assert b"do-not-leak" not in Path(f"/proc/{sealed.pid}/environ").read_bytes()
        limits = Path(f"/proc/{sealed.pid}/limits").read_text()
        allowed = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()[1:]}
        for name in ("Max file size", "Max core file size", "Max processes", "Max open files"):
            assert allowed[name] == ["0", "0"]
        opened = [str(path.readlink()) for path in Path(f"/proc/{sealed.pid}/fd").iterdir()]
        assert all(name.startswith(("pipe:", "/memfd:reward", "/dev/null")) for name in opened)


def test_the_worker_cannot_write_the_observations(arm_spec, arm_samples, reach_text):
    with SealedReward(RewardProgram(reach_text), arm_spec) as sealed:
        sealed(*arm_samples(2))
        mapped = [
            line
            for line in Path(f"/proc/{sealed.pid}/maps").read_text().splitlines()
            if "memfd:reward" in line
        ]
        assert sorted(line.split()[1] for line in mapped) == ["r--s", "rw-s"]


def test_closing_ends_the_worker(arm_spec, arm_samples, reach_text):
    sealed = SealedReward(RewardProgram(reach_text), arm_spec)
    sealed(*arm_samples(2))
    pid = sealed.pid
    sealed.close()
    sealed.close()
    assert gone(pid) and not sealed.running
    with pytest.raises(RewardFault, match="it was closed"):
        sealed(*arm_samples(2))


def test_a_forgotten_reward_takes_its_worker_along(arm_spec, arm_samples, reach_text):
    sealed = SealedReward(RewardProgram(reach_text), arm_spec)
    sealed(*arm_samples(2))
    pid = sealed.pid
    del sealed
    assert wait_until(lambda: gone(pid))


def test_an_abandoned_call_does_not_shift_later_answers(arm_spec, arm_samples, reach_text):
    with SealedReward(RewardProgram(reach_text), arm_spec) as sealed:
        expected, _ = sealed(*arm_samples(3, seed=1))
        sealed._call += 1
        sealed._worker.ask(sealed._call, 3)  # as if interrupted before the answer was read
        sealed(*arm_samples(3, seed=2))
        np.testing.assert_array_equal(sealed(*arm_samples(3, seed=1))[0], expected)


PARENT = """
import sys
import numpy as np
from rewardsmith.envs.spec import TaskSpec
from rewardsmith.envs.views import FieldView
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.seal.warm import sample_call

spec = TaskSpec.from_json(sys.argv[1])
view = FieldView({field.name: np.zeros((2, *field.shape)) for field in spec.fields})
sealed = SealedReward(RewardProgram(sys.argv[2]), spec, deadline=60.0)
print(sealed.pid, flush=True)
sealed(view, np.zeros((2, 4)), view)
"""


def test_a_busy_worker_dies_with_its_parent(arm_spec):
    command = [sys.executable, "-c", PARENT, arm_spec.to_json(), BUSY.text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        time.sleep(0.5)
        assert not gone(worker)
        parent.kill()
    assert wait_until(lambda: gone(worker))


def test_every_function_of_the_namespace_runs_behind_the_seal(arm_spec, arm_samples):
    """The worker may open no file, so nothing in NumPy may be left to import at the first use."""
    calls = [sample_call(name) for name in sorted(FUNCTIONS)]
    calls += [
        "xp.linalg.norm(x)",
        "xp.linalg.det(m)",
        "xp.linalg.inv(m)",
        "x.mean(axis=-1)",
        "x.std()",
        "x.round(2)",
    ]
    lines = "".join(f"    r = r + 0.0 * xp.sum(xp.nan_to_num({call}))\n" for call in calls)
    text = HEAD + "    x = xp.abs(obs.goal_pos) + 1.0\n    m = xp.eye(3)\n" + lines + TAIL
    with SealedReward(RewardProgram(text), arm_spec) as sealed:
        reward, _ = sealed(*arm_samples(6))
    assert np.isfinite(reward).all()


def test_workers_that_were_asked_together_answer_each_its_own(arm_spec, arm_samples, reach_text):
    program = RewardProgram(reach_text)
    with SealedReward(program, arm_spec) as first, SealedReward(program, arm_spec) as second:
        transitions = arm_samples(8, seed=1), arm_samples(8, seed=2)
        expected = [compile_program(program, arm_spec)(*transition)[0] for transition in transitions]
        for sealed, transition in zip((first, second), transitions, strict=True):
            sealed.submit(*transition)
        for sealed, reward in zip((first, second), expected, strict=True):
            np.testing.assert_array_equal(sealed.collect()[0], reward)
        first.submit(*transitions[1])
        np.testing.assert_array_equal(first(*transitions[0])[0], expected[0])
