import csv
from dataclasses import replace

import numpy as np
import pytest

from rewardsmith.envs import Episodes, UserError, random_transitions, task_class
from rewardsmith.experiments import Run, Store, plots
from rewardsmith.experiments.commands.look import Plot
from rewardsmith.experiments.plots.bench_rows import complete, read_bench
from rewardsmith.experiments.plots.program import program_pictures
from rewardsmith.experiments.store.trajectories import Trajectories
from rewardsmith.reward_gen import RewardProgram
from tests.support.made_candidates import trained

CANDIDATES = [trained(0, 0.1), trained(1, 0.5, generation=1)]
ALWAYS = {"learning_curves", "lineage", "best_terms", "best_shares"}


def names(paths) -> set[str]:
    assert all(path.is_file() and path.with_suffix(".pdf").is_file() for path in paths)
    return {path.stem for path in paths}


def test_only_what_there_is_data_for_is_drawn(tmp_path):
    store = Store(tmp_path)
    assert plots.save_plots(store) == []
    store.put(CANDIDATES)
    assert names(plots.save_plots(store)) == ALWAYS
    for seed in range(2):
        store.put_run(Run("sparse", seed, CANDIDATES[0].evaluation, CANDIDATES[0].trace))
    assert names(plots.save_plots(store)) == ALWAYS | {"comparison_training", "comparison_test"}


def test_a_picture_has_the_same_bytes_every_time(tmp_path):
    picture = plots.Picture("lineage", lambda ax: plots.lineage(CANDIDATES, ax))
    first, second = (plots.save_pictures([picture], tmp_path / name)[0] for name in ("first", "second"))
    for suffix in (".png", ".pdf"):
        assert first.with_suffix(suffix).read_bytes() == second.with_suffix(suffix).read_bytes()


@pytest.fixture
def recorded(tmp_path):
    """A store whose best candidate's program reads fields of a real task, with episodes of it."""
    task = task_class("arithmetic-chain")
    body = "    a = 1.0 * next_obs.faultless\n    b = 2.0 * next_obs.step_correct\n"
    text = f"def compute_reward(obs, action, next_obs, xp):\n{body}    return a + b, {{'a': a, 'b': b}}\n"
    best = replace(CANDIDATES[1], program=RewardProgram(text))
    store = Store(tmp_path)
    store.bind({"task": "arithmetic-chain"})
    store.put([CANDIDATES[0], best])
    steps = random_transitions(task, 64, np.random.default_rng(0))
    # Episodes of one step, which random play's single steps are.
    states = type(steps.obs).concatenate(
        [view.worlds(slice(i, i + 1)) for i in range(64) for view in (steps.obs, steps.next_obs)]
    )
    ones, no = np.ones(64, int), np.zeros(64, bool)
    Trajectories(tmp_path).put(best.name, Episodes(states, steps.action, ones, no, no))
    return tmp_path


def test_recorded_episodes_show_what_the_best_program_pays(recorded):
    store = Store(recorded)
    pictures = program_pictures(store, store.candidates()[1])
    assert [picture.name for picture in pictures] == ["best_correlation", "best_landscape"]


def test_the_landscape_is_of_the_fields_that_were_asked_for(recorded, capsys):
    assert Plot(recorded, ("step_correct", "faultless")).run() == 0
    drawn = {path.stem for path in (recorded / "plots").glob("*.pdf")}
    assert drawn == ALWAYS | {"best_correlation", "best_landscape"}
    assert "best_landscape" in capsys.readouterr().out
    with pytest.raises(UserError, match="single value of the state of arithmetic-chain, got 'faultles'"):
        Plot(recorded, ("step_correct", "faultles")).run()


def test_a_program_that_fails_costs_its_own_pictures_only(recorded):
    store = Store(recorded)
    failing = replace(store.candidates()[1], program=RewardProgram("def compute_reward(:"))
    with pytest.warns(UserWarning, match="no picture of the program of g1-c1"):
        assert program_pictures(store, failing) == []
    with pytest.raises(UserError, match="without --fields all others are drawn"):
        program_pictures(store, failing, ("step_correct", "faultless"))


def test_a_landscape_without_recorded_episodes_is_refused(tmp_path):
    Store(tmp_path).put(CANDIDATES)
    with pytest.raises(UserError, match="holds no recorded episodes"):
        Plot(tmp_path, ("a", "b")).run()


def bench(folder, rows):
    with (folder / "bench.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["task", "method", "seed", "success", "normalised", "reason"])
        writer.writerows(rows)


def test_a_benchmark_is_drawn_from_its_table_and_its_stores(tmp_path):
    rates = {"sparse": 0.1, "human": 0.9, "mine": 0.5}
    bench(
        tmp_path,
        [(t, m, s, r, (r - 0.1) / 0.8, "") for t in ("x", "y") for m, r in rates.items() for s in range(3)],
    )
    for task in ("x", "y"):
        store = Store(tmp_path / task)
        for method, rate in rates.items():
            for seed in range(3):
                one = trained(0, rate)
                store.put_run(Run(method, seed, one.evaluation, one.trace))
    assert Plot(tmp_path).run() == 0
    assert {path.stem for path in (tmp_path / "plots").glob("*.pdf")} == {
        "scores",
        "scores_normalised",
        "performance_profiles",
        "sample_efficiency",
    }


def test_a_benchmark_with_failed_and_missing_runs_is_drawn(tmp_path):
    bench(
        tmp_path, [("x", "a", 0, "", "", "it failed"), ("x", "b", 0, 0.5, "", ""), ("y", "a", 0, 0.5, "", "")]
    )
    assert names(plots.save_folder(tmp_path)) == {"scores", "performance_profiles"}


def test_profiles_take_tasks_and_seeds_that_all_have(tmp_path):
    table = [("x", "a", 0), ("x", "a", 1), ("x", "b", 0), ("y", "a", 0), ("y", "b", 0), ("z", "a", 0)]
    bench(tmp_path, [(*row, 0.5, "", "") for row in table])
    kept = complete(read_bench(tmp_path / "bench.csv"))
    assert {(row.task, row.method, row.seed) for row in kept} == {
        (task, method, 0) for task in "xy" for method in "ab"
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("task,seed\n", r"lacks the columns \['method', 'success'\]"),
        ("task,method,seed,success\nx,a,0,high", "no number"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, text, message):
    (tmp_path / "bench.csv").write_text(text)
    with pytest.raises(UserError, match=message):
        plots.save_folder(tmp_path)


def test_a_folder_of_nothing_is_refused(tmp_path):
    with pytest.raises(UserError, match="expected a folder"):
        plots.save_folder(tmp_path)


def test_letters_are_large_enough_for_print():
    sizes = {key: value for key, value in plots.STYLE.items() if key.endswith("size") and "marker" not in key}
    assert min(sizes.values()) >= 8
