"""The level of isolation: really probed, demanded, and refused in one line that says what is missing."""

import mmap
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs.errors import UserError
from rewardsmith.reward_gen.load import open_reward
from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.seal.isolation import (
    attained_isolation,
    judge,
    probe_isolation,
    require_isolation,
)
from rewardsmith.reward_gen.seal.layers import kernel, seccomp
from rewardsmith.reward_gen.seal.level import VARIABLE, Attained, IsolationLevel, SealError, required_level
from rewardsmith.reward_gen.seal.reading import extract_sealed
from rewardsmith.reward_gen.seal.sealed import SealedReward

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x0005000D
GIVEN_BACK = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CONDITIONAL = {"read", "write", "mmap", "mprotect"}


@pytest.fixture
def fresh_probe():
    attained_isolation.cache_clear()
    yield
    attained_isolation.cache_clear()


def filtered(program, number, architecture, arguments=(0,) * 6):
    """What a filter does with a system call: a small interpreter for the four instructions in use."""
    data = {0: number, 4: architecture}
    for index, value in enumerate(arguments):
        data[16 + 8 * index], data[20 + 8 * index] = value & 0xFFFFFFFF, value >> 32
    accumulator, place = 0, 0
    while True:
        code, if_true, if_false, value = program[place]
        place += 1
        if code == 0x20:
            accumulator = data[value]
        elif code == 0x15:
            place += if_true if accumulator == value else if_false
        elif code == 0x45:
            place += if_true if accumulator & value else if_false
        else:
            assert code == 0x06
            return value


@pytest.fixture(params=kernel.MACHINES)
def a_filter(request):
    """(system call numbers, architecture, filter) of each machine that is known."""
    calls = kernel._NUMBERS[request.param]
    return calls, GIVEN_BACK[request.param], seccomp.build(calls, GIVEN_BACK[request.param])


def test_only_named_calls_pass_the_filter(a_filter):
    calls, architecture, program = a_filter
    expected = {calls[name]: ALLOW for name in seccomp.PLAIN}
    expected |= {calls[name]: REFUSE for name in seccomp.LOOKS_AT_FILES if name in calls}
    conditional = {calls[name] for name in CONDITIONAL}
    for number in {*range(600), *(1 << 30 | n for n in range(600))} - conditional:
        assert filtered(program, number, architecture) == expected.get(number, KILL)


def test_the_calls_of_another_architecture_are_killed(a_filter):
    calls, architecture, program = a_filter
    for other in (architecture ^ 1, 0x40000003, 0):
        assert filtered(program, calls["exit"], other) == KILL


@given(st.integers(0, 2**32 - 1))
def test_reading_and_writing_go_through_the_pipe_alone(descriptor):
    calls = kernel._NUMBERS["x86_64"]
    program = seccomp.build(calls, GIVEN_BACK["x86_64"])
    read, write = (
        filtered(program, calls[name], GIVEN_BACK["x86_64"], (descriptor, 0, 0, 0, 0, 0))
        for name in ("read", "write")
    )
    assert read == (ALLOW if descriptor == 0 else KILL)
    assert write == (ALLOW if descriptor in (1, 2) else KILL)


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_memory_is_never_mapped_for_code_nor_from_files(protection, flags):
    for name, calls in kernel._NUMBERS.items():
        program = seccomp.build(calls, GIVEN_BACK[name])
        arguments = (0, 4096, protection, flags, 0, 0)
        is_code = bool(protection & mmap.PROT_EXEC)
        anonymous = bool(flags & mmap.MAP_ANONYMOUS)
        mapped = filtered(program, calls["mmap"], GIVEN_BACK[name], arguments)
        assert mapped == (ALLOW if anonymous and not is_code else KILL)
        changed = filtered(program, calls["mprotect"], GIVEN_BACK[name], arguments)
        assert changed == (KILL if is_code else ALLOW)


def test_the_probe_agrees_with_a_worker(arm_spec, reach_text, fresh_probe, no_orphans):
    with SealedReward(RewardProgram(reach_text), arm_spec) as reward:
        assert probe_isolation() == reward.level
    assert require_isolation(IsolationLevel.NONE) == probe_isolation()


def test_an_act_that_succeeds_lowers_the_level():
    found = judge(Attained(IsolationLevel.NAMESPACES), ("open a socket", "start a process"))
    assert found.level == IsolationLevel.PROCESS
    assert "could open a socket, start a process" in found.missing[0]
    assert judge(Attained(IsolationLevel.SANDBOX), ()).level == IsolationLevel.SANDBOX


def test_without_a_layer_nothing_runs_and_one_line_says_why(
    bootstrap, arm_spec, arm_samples, reach_text, monkeypatch, fresh_probe, no_orphans
):
    bootstrap("without_landlock")
    reward = SealedReward(RewardProgram(reach_text), arm_spec)
    for refuse in (
        lambda: reward(*arm_samples(2)),
        lambda: open_reward(reach_text, type("T", (), {"spec": arm_spec})),
        lambda: extract_sealed(reach_text),
        require_isolation,
    ):
        with pytest.raises(SealError) as caught:
            refuse()
        line = str(caught.value)
        assert line.startswith("isolation level sandbox is required and only process can be had: Landlock")
        assert "Linux 5.13" in line and f"set {VARIABLE}=process" in line and "\n" not in line
    assert not reward.running
    monkeypatch.setenv(VARIABLE, "process")
    with SealedReward(RewardProgram(reach_text), arm_spec) as lowered:
        assert lowered(*arm_samples(2))[0].shape == (2,)
        assert lowered.level == IsolationLevel.PROCESS
    assert require_isolation() == IsolationLevel.PROCESS


def test_an_argument_goes_before_the_variable(bootstrap, arm_spec, arm_samples, reach_text, monkeypatch):
    monkeypatch.setenv(VARIABLE, "process")
    bootstrap("without_landlock")
    with (
        SealedReward(RewardProgram(reach_text), arm_spec, required="sandbox") as reward,
        pytest.raises(SealError, match="level sandbox is required"),
    ):
        reward(*arm_samples(2))


def test_a_level_that_is_none_names_the_levels(monkeypatch):
    with pytest.raises(UserError, match="one of none, process, sandbox, namespaces; got 'tight'"):
        required_level("tight")
    monkeypatch.setenv(VARIABLE, "")
    with pytest.raises(UserError, match=VARIABLE):
        required_level()
    monkeypatch.delenv(VARIABLE)
    assert required_level() == IsolationLevel.SANDBOX


def test_what_is_attained_survives_the_pipe():
    told = Attained(IsolationLevel.SANDBOX, ("namespaces: not permitted",))
    assert Attained.heard(told.spoken()) == told


def test_a_program_in_this_process_has_no_isolation(arm_spec, reach_text):
    assert compile_program(RewardProgram(reach_text), arm_spec).level == IsolationLevel.NONE


def test_a_reward_is_not_carried_into_a_fork(arm_spec, arm_samples, reach_text):
    with SealedReward(RewardProgram(reach_text), arm_spec) as reward:
        reward(*arm_samples(2))
        reward._owner = os.getpid() + 1
        with pytest.raises(RuntimeError, match="forked"):
            reward(*arm_samples(2))
