"""From one task's folder to its part of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...agents import selection_seeds, training_seed
from ...agents import test_seeds as seeds_of_test
from ...envs import UserError, task_class
from ..comparison.outputs import comparison_table
from ..plots import Picture, experiment_pictures
from ..store import Store, best_of
from .contents import SearchPart, TaskPart
from .cost import cost_table, final_cost, search_cost
from .facts import cost_facts, score_facts, search_facts
from .failures import failures_of
from .folders import TaskFolder
from .origins import bench_command, evolve_command, isolation_levels
from .pictures import figures_of
from .programs import candidates_table, program_of
from .tables import Table, blocks_of, named_for_tables

_OF_SEARCH = ("learning_curves", "lineage")


def task_part(task: TaskFolder, figure_bytes: int) -> TaskPart:
    """All that is known of a task, but for what its agents do; a figure should take `figure_bytes`."""
    name, goal = described(str(task.settings["task"]))
    search, test = search_cost(task.candidates), final_cost(task.runs)
    pictures = {folder: _pictures(folder) for folder in {task.folder, task.best_search() or task.folder}}
    final = [own for own in pictures[task.folder] if _group(own) == "final"]
    commanded = bench_command(task.settings, task.runs, task.folder) if task.is_bench else ""
    return TaskPart(
        name=name,
        goal=goal,
        facts=[*score_facts(task.runs), *search_facts(task.candidates), *cost_facts(search + test)],
        settings=_settings(task.settings),
        seeds=_seeds(task),
        comparison=blocks_of(comparison_table(named_for_tables(task.runs))) if task.runs else [],
        figures=figures_of(final, figure_bytes),
        search=_search(task, pictures, figure_bytes),
        failures=failures_of(task.candidates, task.runs),
        cost=cost_table(search, test),
        isolation=isolation_levels(task.candidates, task.runs),
        command=commanded or evolve_command(task.settings, task.folder),
    )


def described(task: str) -> tuple[str, str]:
    """The name of a task and its goal; of one that is not declared here, why there is no goal."""
    try:
        spec = task_class(task).spec
    except UserError as error:
        return task, f"(unknown here: {error})"
    return spec.name, spec.goal


def _search(task: TaskFolder, pictures: dict[Path, list[Picture]], figure_bytes: int) -> SearchPart | None:
    folder = task.best_search()
    if folder is None:
        return None
    candidates = task.searches[folder]
    best = best_of(candidates)
    assert best is not None, "the best search has a best candidate"
    own = pictures[folder]
    return SearchPart(
        "" if folder == task.folder else folder.name,
        program_of(best, candidates),
        figures_of([picture for picture in own if _group(picture) == "search"], figure_bytes),
        figures_of([picture for picture in own if _group(picture) == "terms"], figure_bytes),
        candidates_table(candidates),
    )


def _pictures(folder: Path) -> list[Picture]:
    with Store.existing(folder) as store:
        return experiment_pictures(store)


def _group(picture: Picture) -> str:
    if picture.name in _OF_SEARCH:
        return "search"
    return "terms" if picture.name.startswith("best_") else "final"


def _settings(settings: dict[str, Any]) -> Table:
    known = {name: value for name, value in settings.items() if value is not None and value != ""}
    rows = tuple((name.replace("_", " "), _said(name, value)) for name, value in known.items())
    return Table(("setting", "value"), rows)


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if name == "steps" else str(value)


def _seeds(task: TaskFolder) -> Table:
    seed = int(task.settings["seed"])
    rows = [("of everything", str(seed))]
    if task.runs:
        finals = {run.seed: training_seed(seed, "final", run.seed) for run in task.runs}
        rows.append(("training of the final runs", ", ".join(map(str, finals.values()))))
    selection = task.settings.get("selection_episodes")
    if selection:
        rows.append(("selection episodes", _range(selection_seeds(seed, selection))))
    episodes = task.settings.get("final_episodes") or task.settings.get("episodes")
    if episodes:
        rows.append(("test episodes", _range(seeds_of_test(seed, episodes))))
    return Table(("seeds", "values"), tuple(rows))


def _range(seeds: tuple[int, ...]) -> str:
    return f"{seeds[0]} to {seeds[-1]}"
