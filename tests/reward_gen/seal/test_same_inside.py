"""Behind the seal a program behaves as in the open: the same numbers, and word for word the same faults."""

import numpy as np
import pytest

from rewardsmith.reward_gen.program import RewardProgram
from rewardsmith.reward_gen.running.compile import compile_program
from rewardsmith.reward_gen.seal.sealed import SealedReward
from rewardsmith.reward_gen.verdict import RewardFault

HEAD = "def compute_reward(obs, action, next_obs, xp):\n    x = obs.goal_pos\n    r = xp.sum(x, axis=-1)\n"
TAIL = "    return r, {'r_term': r}\n"
FAULTY = """
r + xp.ones((5, 7))
x @ x
x.sum(axis=9)
x[0, 9]
x[:, 5]
x[:, 'a']
x[{}]
x.reshape(5, 7)
xp.stack([x, r])
xp.concatenate([x, r])
xp.linalg.inv(xp.zeros((3, 3)))
xp.linalg.inv(x)
xp.linalg.det(x)
xp.linalg.norm(x, axis=9)
xp.linalg.norm(x, ord=77)
xp.sin('x')
xp.sin({})
xp.exp(None)
xp.einsum('bi,bj', x)
xp.einsum('b!', x)
xp.array([[1.0], [1.0, 2.0]])
xp.zeros(-1)
xp.arange(0.0, 1.0, 0.0)
xp.take(x, 99)
xp.cross(xp.eye(3), xp.ones(7))
xp.broadcast_to(x, (2, 2))
xp.repeat(x, -1)
xp.where(x)
xp.clip(x)
xp.sum(x, 1, 2, 3, 4, 5, 6, 7, 8)
xp.maximum(x)
xp.median(x, axis=7)
xp.linspace(0.0, 1.0, -3)
xp.take_along_axis(x, r, axis=-1)
xp.moveaxis(x, 7, 0)
xp.float64('one')
float(r)
int('1' * 5000)
bool(x)
r if r > 0 else -r
r and x
x < 'a'
-'a'
1 / 0
2.0 ** 60.0 ** 60.0
(1, 2)[7]
{'a': 1}['b']
[1, 2] + (3,)
max([])
sum(['a'])
len(3)
range(0.5)
sorted([r, r])
zip(3)
x.T.T.item()
x.astype(xp.float32, 3, 4, 5, 6)
(lambda a: a)(1, 2)
(lambda a: a)(b=2)
3(4)
None + x
str(x)
'%s'
"""
EXPRESSIONS = [line for line in FAULTY.strip().splitlines() if line not in ("str(x)", "'%s'")]
STATEMENTS = [
    "assert r.shape == (0,), 'values: ' + f'{x}'",
    "assert False, x",
    "a, b = x[0]",
    "for i in 3: pass",
    "y = xp.zeros(3); y[7] = 1.0",
    "y = x; y = y[:]; y[0] = 1.0",
    "if x[0, 0] < 99.0: z = undefined_later if False else q; q = 1",
    "y = xp.arange(3); y += 0.5",
    "y = xp.zeros(3); y[r > 0.0] = xp.ones(77)",
]


def reason_of(reward, transition):
    with pytest.raises(RewardFault) as caught:
        reward(*transition)
    return caught.value.reason


@pytest.mark.parametrize("statement", [*(f"r = r + ({text})" for text in EXPRESSIONS), *STATEMENTS])
def test_a_fault_reads_the_same_inside_and_the_worker_lives_on(statement, arm_spec, arm_samples):
    lines = "".join(f"        {part}\n" for part in statement.split("; "))
    program = RewardProgram(f"{HEAD}    if r.shape[0] != 4:\n{lines}{TAIL}")
    with SealedReward(program, arm_spec) as sealed:
        try:
            opened = compile_program(program, arm_spec)
        except RewardFault as refused:
            assert reason_of(sealed, arm_samples(6)) == refused.reason
            return
        assert reason_of(sealed, arm_samples(6)) == reason_of(opened, arm_samples(6))
        assert sealed(*arm_samples(4))[0].shape == (4,)


@pytest.mark.parametrize(
    "work",
    [
        "xp.matmul(xp.ones((700, 700)), xp.ones((700, 700)))",
        "xp.linalg.inv(xp.eye(300))",
        "xp.linalg.norm(xp.ones((60, 60)), ord='nuc')",
        "xp.linalg.det(xp.ones((50, 40, 40)))",
        "xp.einsum('bi,ij,bj->b', xp.ones((99, 50)), xp.ones((50, 50)), xp.ones((99, 50)))",
        "xp.sort(xp.sin(xp.arange(1000000.0)))",
        "xp.median(xp.ones((1000, 50)), axis=-1)",
        "xp.cumsum(xp.ones(5000000))",
        "xp.float_power(xp.ones((999, 99)), 0.5)",
    ],
)
def test_heavy_numerics_run_inside(work, arm_spec, arm_samples):
    program = RewardProgram(f"{HEAD}    r = r + xp.sum({work})\n{TAIL}")
    transition = arm_samples(5)
    with SealedReward(program, arm_spec, deadline=5.0) as sealed:
        np.testing.assert_array_equal(
            sealed(*transition)[0], compile_program(program, arm_spec)(*transition)[0]
        )
