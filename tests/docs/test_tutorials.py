"""Every block of the tutorials runs, in order, in one folder, with the budgets that the text shows."""

import pytest
from chat_server import Server, answer, completion
from tutorial_pages import run_notebook, run_page

PROGRAM = """Pieces that are right are paid when they are written.
```python
def compute_reward(obs, action, next_obs, xp):
    names = {weight} * (next_obs.names_matched - obs.names_matched)
    return names, {{"names": names}}
```
"""


def test_register_and_train(tmp_path):
    printed = run_page("tutorials/train.md", tmp_path)
    sparse, mine = (float(line.split()[-1]) for line in printed[3].splitlines())
    assert mine > sparse + 0.3


@pytest.mark.slow
def test_evolve(tmp_path):
    answers = [answer(completion(PROGRAM.format(weight=weight))) for weight in (1.0, 2.0)]
    with Server(*answers) as server:
        run_page("tutorials/evolve.md", tmp_path, server.url)
    # The replayed run asked nobody.
    assert len(server.requests) == 2


@pytest.mark.slow
def test_plot_and_report(tmp_path):
    pytest.importorskip("wandb", reason="the page tracks with rewardsmith[wandb]")
    run_page("tutorials/plot.md", tmp_path)


@pytest.mark.slow
def test_benchmark_your_own_reward(tmp_path):
    run_page("tutorials/benchmark.md", tmp_path)


@pytest.mark.slow
def test_the_notebook_says_what_it_saved(tmp_path):
    """Gains teach, and states pay more for less, here as in the outputs that the notebook keeps."""
    for text in run_notebook("tutorials/shaped_rewards.ipynb", tmp_path):
        rows = [line.replace(",", "").split() for line in text.splitlines()[-3:]]
        success = {row[0]: float(row[2]) for row in rows}
        paid = {row[0]: float(row[3]) for row in rows}
        assert success["sparse"] < 0.2 and success["gain"] > 0.5 and success["state"] <= success["gain"]
        assert paid["state"] > 2 * paid["gain"]
