import shutil

import pytest
from report_pages import HOSTILE, TASKS, Page

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments import Store
from rewardsmith.experiments.cli import main
from rewardsmith.experiments.report import write_report
from rewardsmith.experiments.report.cost import cost_table, final_cost, search_cost
from rewardsmith.experiments.store import EVOLVED, best_of


@pytest.fixture(scope="module")
def read(page) -> Page:
    return Page(page.read_text())


def test_the_page_says_what_was_asked_and_what_came_of_it(read, finished):
    store = Store.existing(finished)
    best = best_of(store.candidates())
    evolved = next(run for run in store.runs() if run.method == EVOLVED)
    for fact in (
        task_class("format-answer-easy").spec.goal,
        f"{best.name}, made by replay",
        best.program.short,
        f"{evolved.evaluation.success_rate:.2f}",
        "rewardsmith evolve format-answer-easy",
        "2 trained, 1 rejected",
        "All 3 candidates",
        "selection episodes",
        f"{best.isolation}: 2 candidates",
        "stable-baselines3",
        "1 rejected at static",
        "the name open is not known",
    ):
        assert fact in read.text, fact


def test_each_final_agent_is_shown_in_its_first_test_episode(read):
    assert read.text.count("in all its test episodes") == 3
    assert read.text.count("start") >= 3


def test_what_the_final_test_took_is_on_the_page(read, finished):
    with Store.existing(finished) as store:
        candidates, runs = store.candidates(), store.runs()
    assert all(run.seconds > 0 for run in runs)
    for row in cost_table(search_cost(candidates), final_cost(runs)).rows:
        assert all(cell in read.text for cell in row) and "not noted" not in row


def test_the_page_fetches_nothing_and_runs_nothing(read, page):
    assert all(address.startswith(("data:", "#")) for address in read.addresses)
    assert "script" not in read.tags
    assert not any(name.startswith("on") for name in read.attributes)
    text = page.read_text()
    assert "http://" not in text and "https://" not in text and "@import" not in text and "url(" not in text
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text


def test_a_program_that_breaks_out_of_its_box_stays_text(read):
    assert HOSTILE in read.text


def test_a_folder_of_several_tasks_has_a_part_for_each(bench):
    page = Page(write_report(bench).read_text())
    assert {f"#task-{number}" for number in (1, 2)} <= set(page.addresses)
    assert all(f"rewardsmith bench {task} --methods" in page.text for task in TASKS)
    assert "All tasks: 2, 1 seeds each" in page.text
    assert "the search evolve-0" in page.text


def test_tables_over_all_tasks_wait_for_the_last_run(bench, tmp_path):
    half = shutil.copytree(bench, tmp_path / "half")
    shutil.rmtree(half / TASKS[1])
    whole = Page(write_report(half, films=False).read_text())
    assert "All tasks: 1" in whole.text and "in all its test episodes" not in whole.text
    with Store.open_to_write(half / "another") as store:
        store.bind({"kind": "bench", "task": TASKS[1], "seed": 0})
    assert "3 of 6 runs are still to come" in Page(write_report(half, films=False).read_text()).text


def test_an_evolution_that_has_just_begun_has_a_page(tmp_path):
    with Store.open_to_write(tmp_path) as store:
        store.bind({"kind": "evolve", "task": "format-answer-easy", "seed": 0})
    page = Page(write_report(tmp_path).read_text())
    assert "What was asked" in page.text and "Best program" not in page.text


def test_an_agent_that_cannot_be_loaded_is_a_line_on_the_page(evolution):
    (evolution / "agents" / "final" / "human" / "0" / "model.zip").write_bytes(b"broken")
    page = Page(write_report(evolution).read_text())
    assert "BadZipFile" in page.text or "zip" in page.text
    assert page.text.count("start") >= 2


def test_the_same_folder_gives_the_same_page(evolution):
    first = write_report(evolution, films=False).read_bytes()
    assert write_report(evolution, films=False).read_bytes() == first


def test_a_folder_without_an_experiment_is_one_line(tmp_path, capsys):
    with pytest.raises(UserError, match="--out"):
        write_report(tmp_path / "nowhere")
    assert main(["report", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_says_where_the_page_is(evolution, capsys):
    assert main(["report", str(evolution), "--no-films"]) == 0
    assert str(evolution / "report.html") in capsys.readouterr().out


@pytest.mark.slow
def test_a_real_benchmarks_tables_are_those_that_it_wrote(tmp_path):
    command = ["bench", "arithmetic-chain", "--horizon", "4", "--methods", "human,zero_shot,sparse"]
    small = ["--steps", "4096", "--seeds", "2", "--episodes", "8", "--out", str(tmp_path)]
    assert main([*command, *small]) == 0
    page = Page(write_report(tmp_path).read_text())
    cells = [
        cell.strip()
        for line in (tmp_path / "bench.md").read_text().splitlines()
        if line.startswith("| ")
        for cell in line.strip("|").split("|")
    ]
    assert len(cells) > 20 and all(cell in page.text for cell in cells)
    assert "the search zero_shot" not in page.text and page.text.count("in all its test episodes") == 3
