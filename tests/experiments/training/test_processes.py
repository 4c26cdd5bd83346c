"""Questions that are answered in a process of their own."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from rewardsmith.envs import UserError
from rewardsmith.experiments.training.jobs import TrainJob, can_train_together
from rewardsmith.experiments.training.processes import aside

JOB = TrainJob("a", "arithmetic-chain", None, False, None, 64, 0, (2**31,), (2**31,))
ASKER = f"""
import json, os, signal, sys
from dataclasses import replace
from rewardsmith.experiments.training import TrainJob, can_train_together
from rewardsmith.experiments.training.key import job_key
from rewardsmith.experiments.training.processes import aside

def told(*question):
    try:
        return aside(*question)
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"

if __name__ == "__main__":
    job = {JOB!r}
    found = {{
        "another process": told(os.getpid) != os.getpid(),
        "alike": told(can_train_together, [job, replace(job, seed=1)]),
        "unlike": told(can_train_together, [job, replace(job, steps=128)]),
        "wrong": told(can_train_together, [replace(job, hyperparameters={{"gama": 1.0}})]),
        "dead": told(os._exit, 3),
        "killed": told(signal.raise_signal, 9),
        "key": job_key(job),
        "torch": "torch" in sys.modules,
    }}
    print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def answers() -> dict:
    """What one process that has not imported torch is told."""
    done = subprocess.run([sys.executable, "-c", ASKER], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_asker_stays_without_torch(answers):
    assert answers["another process"] and not answers["torch"]


def test_it_says_what_the_function_says(answers):
    assert (answers["alike"], answers["unlike"]) == (True, False)


def test_a_user_error_comes_back_as_it_is(answers):
    assert answers["wrong"].startswith("UserError: maskable-ppo has no hyperparameter 'gama'")


def test_a_process_that_dies_is_told(answers):
    expected = "RuntimeError: expected an answer from _exit, its process ended with exit code 3"
    assert answers["dead"] == expected


def test_one_that_is_killed_again_and_again_is_told(answers):
    assert answers["killed"].endswith("its process ended with exit code -9")


def test_a_key_needs_no_torch(answers):
    assert len(answers["key"]) == 64


def test_where_torch_is_there_already_nothing_is_started():
    import torch  # noqa: F401

    assert aside(can_train_together, [JOB]) is can_train_together([JOB]) is True
    with pytest.raises(UserError, match="no hyperparameter 'gama'"):
        aside(can_train_together, [replace(JOB, hyperparameters={"gama": 1.0})])
