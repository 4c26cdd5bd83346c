import numpy as np
import pytest

from rewardsmith.envs import UserError, random_transitions, task_class
from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor
from rewardsmith.experiments.benchmarks.planted import PLANTED
from rewardsmith.experiments.benchmarks.worth import Settings, main
from rewardsmith.experiments.benchmarks.worth_tables import (
    Row,
    correlation_table,
    mismatch_table,
    read_csv,
    written,
)
from rewardsmith.experiments.worth import SCORES
from rewardsmith.experiments.worth.finished import read_folder, without_repeats
from rewardsmith.reward_gen import Accepted, GrammarProposer, check


@pytest.fixture
def rows() -> list[Row]:
    """Thirty candidates whose accuracy foretells success and whose size does not; and a planted one."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(30):
        success = number / 30
        scores = dict.fromkeys(SCORES, float(rng.random())) | {"accuracy": success + 0.1 * rng.random()}
        made.append(
            Row("reach", f"evolve {number % 2}", f"c{number}", number < 20, success, success, **scores)
        )
    planted = made[0]._replace(source="planted", name="waits", accuracy=0.95, success_pairs=0.99, success=0.0)
    return [planted, *made]


def test_rows_are_read_as_they_were_written(rows, tmp_path):
    written(rows, tmp_path / "worth.csv")
    again = read_csv(tmp_path / "worth.csv")
    assert [row[:4] for row in again] == [row[:4] for row in rows]
    assert np.array([row[4:] for row in again]) == pytest.approx(
        np.array([row[4:] for row in rows]), rel=1e-5
    )


def test_the_oracle_is_right_the_shuffled_score_is_not_and_accuracy_foretells(rows):
    cells = {line.split(" | ")[0].strip("| "): line for line in correlation_table(rows).splitlines()}
    assert "reach (30) | reach, independent (20)" in cells["Spearman's rho with final success"]
    assert cells["success itself"].count("+1.00 [+1.00, +1.00]") == 2
    assert "| +0.9" in cells["preference accuracy"]
    for name in ("accuracy, shuffled", "program size"):
        low, high = cells[name].split("[")[1].split("]")[0].split(", ")
        assert float(low) < 0 < float(high)


def test_the_planted_mismatch_is_shown_and_not_counted(rows):
    table = mismatch_table(rows)
    assert "Planted on reach (`waits`): it ranks 95% of the pairs rightly, 99% of those" in table
    assert "| reach | 30 |" in table
    assert (
        mismatch_table([replace_accuracy(row) for row in rows]).splitlines()[2] == "| reach | 30 | 30 | 2 |"
    )


def replace_accuracy(row: Row) -> Row:
    return row._replace(accuracy=0.95)


def test_other_columns_are_refused(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="expected the columns task, source"):
        read_csv(tmp_path / "other.csv")
    with pytest.raises(UserError, match="no such file"):
        read_csv(tmp_path / "missing.csv")


@pytest.mark.parametrize("task", PLANTED)
def test_the_planted_rewards_are_valid_programs(task):
    kind = task_class(task)
    samples = random_transitions(kind, 64, np.random.default_rng(0))
    assert isinstance(check(PLANTED[task], kind.spec, samples), Accepted)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two small experiments that kept their episodes and agents."""
    made = []
    for seed in (0, 3):
        folder = tmp_path_factory.mktemp(f"experiment-{seed}")
        settings = EvolveSettings(
            "gameable-tests",
            generations=1,
            samples=4,
            steps=4096,
            final_seeds=1,
            final_episodes=4,
            search="iid",
            seed=seed,
        )
        evolution = Evolution(settings, folder, GrammarProposer(), LocalExecutor(folder / "logs"))
        try:
            evolution.run()
        finally:
            evolution.store.close()
        made.append(folder)
    return made


@pytest.mark.slow
def test_finished_experiments_are_scored_on_each_others_episodes(folders, tmp_path, capsys):
    file = tmp_path / "worth.md"
    main(Settings(tuple(folders), players=4, random=60, write=file))
    scores = read_csv(file.with_suffix(".csv"))
    assert len(scores) == 8
    first = capsys.readouterr().out
    assert "gameable-tests, iid 0: 4 candidates" in first
    assert file.read_text().startswith("# What a reward is worth without training")
    main(Settings(again=True, write=file))
    assert capsys.readouterr().out.strip() in first


@pytest.mark.slow
def test_kept_episodes_are_those_that_the_agents_play(folders):
    kept = read_folder(folders[0], 4, 3).episodes
    (folders[0] / "trajectories").rename(folders[0] / "no-trajectories")
    played = read_folder(folders[0], 4, 3).episodes
    (folders[0] / "no-trajectories").rename(folders[0] / "trajectories")
    assert played.metric == pytest.approx(kept.metric)
    assert played.episodes.actions.tolist() == kept.episodes.actions.tolist()


@pytest.mark.slow
def test_what_two_experiments_of_one_seed_proposed_counts_once(folders):
    one, other = (read_folder(folder, 2, 1) for folder in folders)
    assert [len(e.trained) for e in without_repeats([one, one, other])] == [4, 0, 4]


@pytest.mark.slow
def test_one_experiment_alone_is_refused(folders):
    with pytest.raises(UserError, match="experiments of gameable-tests with at least two seeds"):
        main(Settings((folders[0],)))
