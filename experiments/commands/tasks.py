"""The command that shows what there is to train on: ``tasks``."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import Annotated

import tyro

from ...envs import Task, TaskSpec, adapted_task_names, task_class, task_names

FAMILIES = {
    "metaworld": "Meta-World's Sawyer arm",
    "fetch": "Fetch arm",
    "dexterous": "dexterous hands: Adroit, Shadow",
    "maze": "mazes: a ball, an ant",
    "locomotion": "Gymnasium's walkers",
    "text": "text",
    "control": "official environments, declared",
}


@dataclass(frozen=True)
class Tasks:
    """List the tasks, or show one of them as a proposer sees it."""

    task: Annotated[str | None, tyro.conf.Positional] = None
    """A task's name, or file.py:name for one of your own; none lists all."""
    json: bool = False
    """Print machine-readable specs."""
    markdown: bool = False
    """Print a table for a page, a row for each family."""
    adapted: bool = False
    """List the tasks of official suites (metaworld-*, robotics-*), which run the official code."""

    def run(self) -> int:
        """Print to standard output."""
        if self.adapted:
            print("\n".join(adapted_task_names()))
            return 0
        names = task_names() if self.task is None else [self.task]
        specs = [task_class(name).spec for name in names]
        if self.json:
            print(json.dumps([json.loads(spec.to_json()) for spec in specs], indent=1))
        elif self.markdown:
            print("| family | tasks |", "|---|---|", *_families(specs), sep="\n")
        elif self.task is None:
            print("\n".join(_lines(specs)))
            count = len(adapted_task_names())
            print(f"and {count} tasks of official suites by their own code: rewardsmith tasks --adapted")
        else:
            print(_page(task_class(names[0])))
        return 0


def _lines(specs: list[TaskSpec]) -> list[str]:
    """A line for each task, in columns."""
    rows = [(spec.name, ", ".join(spec.tags), _short_goal(spec)) for spec in specs]
    name, tags = (max(len(row[column]) for row in rows) for column in (0, 1))
    return [f"{row[0]:{name}}  {row[1]:{tags}}  {row[2]}" for row in rows]


def _families(specs: list[TaskSpec]) -> list[str]:
    """A row for each family; a task belongs to the first one that it has the tag of."""
    rows, left = [], list(specs)
    for tag, title in FAMILIES.items():
        names = [f"`{spec.name}`" for spec in left if tag in spec.tags]
        left = [spec for spec in left if tag not in spec.tags]
        if names:
            rows.append(f"| {title} | {', '.join(names)} |")
    return rows + [f"| {', '.join(spec.tags)} | `{spec.name}` |" for spec in left]


def _short_goal(spec: TaskSpec) -> str:
    return textwrap.shorten(spec.goal, width=80, placeholder=" ...")


def _page(task: type[Task]) -> str:
    spec = task.spec
    lines = [f"{spec.name}   ({spec.gym_id})", f"goal: {spec.goal}", f"action: {spec.action.meaning}"]
    lines += [
        f"horizon: {spec.horizon} steps; metric: {spec.metric}",
        f"tags: {', '.join(spec.tags)}",
        f"rewards: {', '.join(('sparse', *task.shipped_rewards()))}",
        *(f"after: {paper}" for paper in spec.papers),
        *(["held-out instances: yes"] if task.has_held_out else []),
        "fields:",
    ]
    for field in spec.fields:
        unit = f" {field.unit}" if field.unit else ""
        seen = "" if field.observed else " (hidden from the policy)"
        lines.append(f"  {field.name:24} {field.shape!s:8} {field.kind}{unit}: {field.meaning}{seen}")
    return "\n".join(lines)
