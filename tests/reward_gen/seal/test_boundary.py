"""Machine-level attacks from inside a sealed worker, the allow-list taken out: the boundary holds alone."""

import os
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.seal.level import IsolationLevel
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.verdict import RewardFault

DEADLINE = 1.0
PATIENCE = 1.0
FORBIDDEN = {
    "fork": "os.fork()",
    "a thread": "threading.Thread(target=print).start()",
    "another program": "os.execv('/bin/true', ['true'])",
    "an internet socket": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "a local socket": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
    "a signal to the parent": "os.kill(PARENT, signal.SIGTERM)",
    "a signal to everyone": "os.kill(-1, signal.SIGKILL)",
    "tracing the parent": "kernel.call('ptrace', 16, PARENT, 0, 0)",
    "the parent's memory": "kernel.call('process_vm_readv', PARENT, 0, 0, 0, 0, 0)",
    "memory for code": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "memory turned into code": "kernel.call('mprotect', id(object) & -4096, 4096, 5)",
    "anonymous files": "os.memfd_create('x')",
    "a pipe": "os.pipe()",
    "reading another descriptor": "os.read(3, 1)",
    "reading its own answers": "os.read(1, 1)",
    "writing another descriptor": "os.write(3, b'x')",
    "sleep": "time.sleep(100)",
    "a looser filter": "kernel.call('seccomp', 1, 0, 0)",
    "more memory than allowed": "__import__('resource').setrlimit(9, (-1, -1))",
    "other namespaces": "kernel.call('unshare', 1 << 28)",
    "the other system call table": "libc.syscall(0x40000000 + 39)",
    "deleting a file": "os.unlink(FILE)",
    "renaming a file": "os.rename(FILE, FILE + '.x')",
    "a folder": "os.mkdir('/tmp/x')",
    "its own name": "os.uname()",
}


def hostile(body, before=""):
    inside = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    zeros = "xp.zeros(action.shape[0])"
    return RewardProgram(
        f"{before}\ndef compute_reward(obs, action, next_obs, xp):\n{inside}\n    return {zeros}, {{}}\n"
    )


def fault_of(program, spec, transition, deadline=DEADLINE, **options):
    """The reason that a call ends with; the parent must have waited no longer than it may."""
    with SealedReward(program, spec, deadline=deadline, **options) as reward:
        reward.wait_until_ready()
        started = time.monotonic()
        with pytest.raises(RewardFault) as caught:
            reward(*transition)
        assert time.monotonic() - started < deadline + PATIENCE
        with pytest.raises(RewardFault):
            reward(*transition)
    return caught.value.reason


@pytest.fixture
def unchecked(bootstrap, no_orphans):
    bootstrap("unchecked")


@pytest.mark.parametrize("act", FORBIDDEN)
def test_a_forbidden_system_call_ends_the_worker(act, unchecked, arm_spec, arm_samples):
    assert "SIGSYS" in fault_of(hostile(FORBIDDEN[act]), arm_spec, arm_samples(3))


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/maps", "/dev/urandom", "FILE", "."])
def test_no_file_can_be_opened(path, unchecked, arm_spec, arm_samples):
    name = path if path == "FILE" else repr(path)
    assert "PermissionError" in fault_of(hostile(f"open({name})"), arm_spec, arm_samples(3))


def test_no_file_can_be_written(unchecked, arm_spec, arm_samples, tmp_path):
    reason = fault_of(hostile(f"open({str(tmp_path / 'x')!r}, 'w')"), arm_spec, arm_samples(3))
    assert "PermissionError" in reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("ctypes.string_at(0)", "SIGSEGV"),
        (
            "sys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**5): x = [x]\nrepr(x)",
            "SIGSEGV|RecursionError",
        ),
        ("os._exit(0)", "ended with code 0"),
        ("ctypes.memset(id(None), 255, 64)\nNone == 1\nxp.zeros(3)\nos._exit(3)", "killed by|code 3"),
        ("x = []\nwhile True: x.append(bytearray(1 << 24))", "needs more memory"),
        ("x = b'y' * (1 << 20)\nwhile True: x = x + x", "needs more memory"),
    ],
    ids=[
        "null pointer",
        "stack overflow",
        "clean exit",
        "corrupted heap",
        "growth by lists",
        "growth by copies",
    ],
)
def test_a_crash_is_a_recorded_reason(body, reason, unchecked, arm_spec, arm_samples):
    found = fault_of(hostile(body), arm_spec, arm_samples(3), deadline=5.0, memory_mb=256)
    assert any(part in found for part in reason.split("|")), found


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "x = []\nwhile True:\n    try:\n        x.append(bytearray(1 << 20))\n    except MemoryError: pass",
        "word = ctypes.c_int(0)\nlibc.syscall(kernel.numbers()['futex'], ctypes.byref(word), 0, 0, None)",
        "sum(range(10**15))",
        "while True: os.write(1, wire.REPLY.pack(0, wire.DONE, 0))",
        "os.write(1, wire.REPLY.pack(1, wire.DONE, 4000))\nwhile True: pass",
        "os.read(0, 100)",
    ],
    ids=[
        "busy",
        "deaf",
        "hoarding",
        "waiting for ever",
        "in C",
        "flooding",
        "half a reply",
        "stealing a request",
    ],
)
def test_a_hang_ends_at_the_deadline(body, unchecked, arm_spec, arm_samples):
    reason = fault_of(hostile(body), arm_spec, arm_samples(3), memory_mb=256)
    assert "did not answer in time" in reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("os.write(1, b'\\xff' * 64)", "broke the protocol"),
        ("os.write(1, wire.REPLY.pack(1, 77, 0))", ""),
        ("os.write(1, wire.REPLY.pack(1, wire.DONE, 4) + b'a\\nb!')", "not a plain word"),
        ("os.write(1, wire.REPLY.pack(1, wire.DONE, 6) + b'reward')", "taken by the total"),
        (
            "os.write(1, wire.REPLY.pack(1, wire.DONE, 200) + b'\\n'.join([b'a'] * 99)[:200].ljust(200))",
            "terms",
        ),
        ("os.write(1, wire.REPLY.pack(1, wire.FAULT, 9) + b'x\\ny\\x1b[2J!')", "y [2J!"),
    ],
)
def test_what_a_lying_worker_says_is_checked(body, reason, unchecked, arm_spec, arm_samples):
    with (
        SealedReward(hostile(body), arm_spec, deadline=DEADLINE) as reward,
        pytest.raises(RewardFault) as caught,
    ):
        reward(*arm_samples(3))
    assert reason in caught.value.reason
    assert caught.value.reason.isprintable()


def test_the_arguments_cannot_be_written_even_by_pointer(unchecked, arm_spec, arm_samples):
    states = arm_samples(3)
    before = states.obs.gripper_pos.copy()
    body = "obs.gripper_pos.flags.writeable = True\nobs.gripper_pos[:] = 0.0"
    assert "WRITEABLE" in fault_of(hostile(body), arm_spec, states)
    body = "ctypes.memset(obs.gripper_pos.ctypes.data, 0, 8)"
    assert "SIGSEGV" in fault_of(hostile(body), arm_spec, states)
    body = "p = obs.gripper_pos.ctypes.data & -4096\nassert kernel.call('mprotect', p, 4096, 3) == 0"
    assert "PermissionError" in fault_of(hostile(body), arm_spec, states)
    np.testing.assert_array_equal(states.obs.gripper_pos, before)


def test_results_changed_after_the_answer_cannot_reach_the_caller(unchecked, arm_spec, arm_samples):
    before = "KEPT = []\n"
    body = "KEPT.append(obs)\nimport gc\nm = [o for o in gc.get_objects() if isinstance(o, mmap.mmap)]"
    with SealedReward(hostile(body, before), arm_spec) as reward:
        first, _ = reward(*arm_samples(3))
        reward._rows[:] = np.nan  # what the worker could do to the shared memory at any time
        assert (first == 0.0).all()


def test_secrets_of_the_parent_are_not_in_the_workers_memory(arm_spec, arm_samples, reach_text, monkeypatch):
    """The success flag, the task's reward and other worlds' data stay in the parent, and so do keys."""
    secret, shown = os.urandom(16).hex(), np.frombuffer(os.urandom(6) + b"\x3f\x40", np.float64)[0]
    monkeypatch.setenv("SECRET_API_KEY", secret)
    success = np.frombuffer(secret.encode(), np.float64)
    states = arm_samples(3)
    states.obs._arrays["gripper_pos"].base[0, 0] = shown
    with SealedReward(RewardProgram(reach_text), arm_spec) as reward:
        reward(*states)
        memory = memory_of(reward.pid)
    assert shown.tobytes() in memory
    assert success.tobytes() not in memory


def memory_of(pid):
    """All readable memory of a process."""
    parts = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if not rights.startswith("r") or line.rstrip().endswith(
                ("[vvar]", "[vsyscall]", "[vvar_vclock]")
            ):
                continue
            start, end = (int(number, 16) for number in span.split("-"))
            memory.seek(start)
            parts.append(memory.read(end - start))
    return b"".join(parts)


def test_the_worker_says_what_it_reached_and_the_kernel_agrees(arm_spec, arm_samples, reach_text):
    with SealedReward(RewardProgram(reach_text), arm_spec) as reward:
        assert reward.level >= IsolationLevel.SANDBOX
        lines = Path(f"/proc/{reward.pid}/status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines)
    assert status["Seccomp"].strip() == "2"
    assert status["NoNewPrivs"].strip() == "1"
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
    assert status["Threads"].strip() == "1"


def test_the_run_goes_on_after_every_kind_of_end(unchecked, arm_spec, arm_samples):
    for body in ("ctypes.string_at(0)", "os.fork()", "while True: pass"):
        fault_of(hostile(body), arm_spec, arm_samples(2))
    with SealedReward(hostile("pass"), arm_spec) as reward:
        assert (reward(*arm_samples(2))[0] == 0.0).all()
