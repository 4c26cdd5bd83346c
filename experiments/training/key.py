"""A job's key: equal keys, equal results."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from ... import agents
from ...envs import UserError, task_class
from .jobs import TrainJob
from .own_code import own_code
from .processes import aside
from .versions import versions


def job_key(job: TrainJob) -> str:
    """SHA-256, in hex, of everything that the outcome of `job` depends on; see `ingredients`.

    Raises:
        UserError: if the job names an unknown task or makes no agent, if a hyperparameter is no plain value,
            or if its task is declared in no file.
    """
    try:
        text = json.dumps(ingredients(job), sort_keys=True, separators=(",", ":"))
    except TypeError as error:
        raise UserError(
            f"the results of {job.key} cannot be cached: hyperparameters are texts, numbers, truth values, "
            f"lists and mappings, got another kind of value ({error}); leave the cache out"
        ) from None
    return hashlib.sha256(text.encode()).hexdigest()


def ingredients(job: TrainJob) -> dict[str, Any]:
    """Name -> value of everything that the outcome of `job` depends on, as plain values.

    ================= =====================================================================================
    reward            digest of the program's text, names of terms included, since they stand in the trace;
                      ``sparse`` without a program
    task              the whole spec: fields, action, horizon, tags
    task_code         of a user's own task: its files and what they import (`own_code`)
    algorithm         resolved: the task's default where the job names none
    hyperparameters   resolved: the algorithm's file, its sections for the task, the job's overrides
    steps             the budget, in environment steps
    horizon           resolved: the task's own where the job names none, in steps
    seed              of the networks and of the training worlds
    selection_seeds   episodes that checkpoints are evaluated on
    final_seeds       episodes that the agent is judged on
    recorded          how many of them are kept whole
    versions          Python, this package's version and code, and the libraries under it (`versions`)
    ================= =====================================================================================

    Left out is what changes no number: the job's readable key, its folder, the reward program's name and
    origin, whether it is trusted, and how it is walled off. The machine is left out too, so that several can
    share results: another kind of processor may round the last bit otherwise.
    """
    task = task_class(job.task)
    algo, hyperparameters = _resolved(job.task, job.algo, json.dumps(job.hyperparameters))
    return {
        "reward": "sparse" if job.reward is None else job.reward.digest,
        "task": task.spec.to_json(),
        "task_code": own_code(task),
        "algorithm": algo,
        "hyperparameters": hyperparameters,
        "steps": job.steps,
        "horizon": task.spec.horizon if job.horizon is None else job.horizon,
        "seed": job.seed,
        "selection_seeds": job.selection_seeds,
        "final_seeds": job.final_seeds,
        "recorded": job.recorded,
        "versions": versions(),
    }


@cache
def _resolved(task: str, algo: str | None, overrides: str) -> tuple[str, dict[str, Any]]:
    """The algorithm's name and its hyperparameters, found once for all jobs that are alike in this."""
    return aside(_resolve, task, algo, json.loads(overrides))


def _resolve(task: str, algo: str | None, overrides: dict[str, Any] | None) -> tuple[str, dict[str, Any]]:
    spec = task_class(task).spec
    algo = algo or agents.default_algorithm(spec)
    return algo, agents.resolve(algo, spec, overrides)
