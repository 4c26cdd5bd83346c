import shlex
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import tyro
from made_candidates import trained

from rewardsmith.experiments.commands import Command
from rewardsmith.experiments.evolution.settings import EvolveSettings
from rewardsmith.experiments.plots import Picture
from rewardsmith.experiments.report.cost import Cost, cost_table, final_cost, search_cost
from rewardsmith.experiments.report.failures import failures_of
from rewardsmith.experiments.report.origins import bench_command, evolve_command
from rewardsmith.experiments.report.pictures import figures_of
from rewardsmith.experiments.report.programs import coloured, difference
from rewardsmith.experiments.report.tables import blocks_of
from rewardsmith.experiments.report.visible import visible
from rewardsmith.experiments.report.watched import film_within
from rewardsmith.experiments.store import Run

CONFIG = (tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes)


def parsed(command: str):
    return tyro.cli(Command, args=shlex.split(command)[1:], config=CONFIG)


@pytest.mark.parametrize(
    "settings",
    [
        EvolveSettings("tool-call"),
        EvolveSettings("window-open", horizon=150, racing=True, screening=False, novelty=0.5, seed=7),
        EvolveSettings("tool-call", proposer="language", command="say 'hello' & go", search="iid"),
    ],
)
def test_the_command_gives_the_same_settings_again(settings, tmp_path):
    command = evolve_command({"kind": "evolve", **asdict(settings)}, tmp_path)
    assert parsed(command).settings == settings


def test_a_models_answers_are_replayed_where_they_were_kept(tmp_path):
    (tmp_path / "answers.jsonl").touch()
    settings = EvolveSettings("tool-call", proposer="llm", model="m")
    again = parsed(evolve_command(asdict(settings), tmp_path))
    assert (again.replay, again.cassette) == (True, tmp_path / "answers.jsonl")


def test_a_benchmarks_command_names_reward_files_by_where_they_are_kept(tmp_path):
    kept = tmp_path / "rewards" / "mine.reward.py"
    kept.parent.mkdir()
    kept.touch()
    runs = [Run(method, seed) for method in ("sparse", "mine", "evolve") for seed in range(3)]
    settings = {"task": "tool-call", "steps": 5000, "horizon": None, "episodes": 9, "proposer": "grammar"}
    again = parsed(bench_command(settings, runs, tmp_path))
    assert again.methods == ("sparse", str(kept), "evolve")
    assert (again.seeds, again.steps, again.episodes, again.horizon) == (3, 5000, 9, None)
    assert again.out == Path("again")


def test_hidden_characters_are_seen():
    assert visible("a\u202eb\x00\r\nc\ud800é\t") == "a\\u202eb\\x00\nc\\ud800é\t"


def test_code_is_coloured_and_escaped():
    html = coloured("def f():  # <b>\n    return '&'\n")
    assert '<span class="k">def</span>' in html and "&lt;b&gt;" in html and "&amp;" in html


def test_a_difference_marks_what_came_and_went():
    html = difference("a\nb\n", "a\n<c>\n")
    assert '<span class="removed">-b</span>' in html and '<span class="added">+&lt;c&gt;</span>' in html
    assert difference("a", "a") == ""


def test_tokens_and_money_have_columns_only_where_a_model_was_asked():
    usage = {"prompt_tokens": 1200, "completion_tokens": 300, "cost": 0.25, "seconds": 3.0}
    asked = [replace(trained(0, 0.5), usage=usage), replace(trained(1, 0.5), usage=usage)]
    table = cost_table(search_cost(asked), Cost(4096, None))
    assert dict(zip(table.header, table.rows[2], strict=True)) == {
        "": "together",
        "environment steps": "10,096",
        "training": "0.0 s",
        "tokens read": "2,400",
        "tokens written": "600",
        "money": "0.5",
        "model's answers": "6.0 s",
    }
    assert table.rows[1][2] == "not noted"
    assert len(cost_table(search_cost([trained(0, 0.5)]), Cost()).header) == 3


def test_durations_of_final_runs_count_as_far_as_noted():
    runs = [Run("sparse", seed, trace=trained(0, 0.5).trace) for seed in range(3)]
    older = [*runs, Run("mine", 0, reason="crash: it fell")]
    noted = [replace(run, seconds=1.5) for run in runs[:2]]
    assert [final_cost(own).seconds for own in (older, noted, [*noted, runs[2]], older[3:], [])] == [
        *(None, 3.0, 3.0, 0.0, 0.0)
    ]
    assert final_cost(older).steps == 9000


def test_failures_are_counted_by_stage_with_their_most_frequent_reasons():
    rejected = [
        replace(trained(i, 0), state="rejected", stage="static", reason=f"r{i % 2}") for i in range(3)
    ]
    failed = replace(trained(9, 0), state="failed", stage="runtime", reason="nan", program=None, answer="<x>")
    found = failures_of([*rejected, failed, trained(4, 1)], [Run("mine", 1, reason="crash: it fell")])
    assert [(f.what, f.count) for f in found] == [
        ("rejected at static", 3),
        ("failed at runtime", 1),
        ("final test failed", 1),
    ]
    assert found[0].reasons == (("r0", 2), ("r1", 1)) and found[0].name == "g0-c0"
    assert "&lt;" in found[1].code and found[2].reasons == (("mine, seed 1: crash: it fell", 1),)


def test_our_markdown_becomes_blocks():
    blocks = blocks_of("## Title\n\n| a | b |\n|---|---|\n| x |  |\n\n- one\n- two\n\nTwo\nlines.\n")
    assert blocks[0].heading == "Title" and blocks[2].items == ("one", "two")
    assert blocks[1].table.header == ("a", "b") and blocks[1].table.rows == (("x", ""),)
    assert blocks[3].text == "Two lines."


def test_a_film_takes_no_more_than_it_may():
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (48, 48, 3), np.uint8) for _ in range(40)]
    whole = film_within(pictures, 10**7)
    assert 0 < len(film_within(pictures, len(whole) // 3)) <= len(whole) // 3
    assert film_within(pictures, 100) == b""


def test_a_figure_is_vectors_where_they_are_small_and_else_pixels():
    picture = Picture("line", lambda ax: ax.plot([0, 1], [0, 1]) and ax)
    (vectors,), (pixels,) = figures_of([picture], 10**6), figures_of([picture], 100)
    assert vectors.address.startswith("data:image/svg+xml;base64,")
    assert pixels.address.startswith("data:image/png;base64,") and len(pixels.address) < 20_000
    assert not vectors.painted and vectors.about == "line"
    assert figures_of([Picture("map", lambda ax: ax.imshow([[0, 1]]).axes)], 10**6)[0].painted
