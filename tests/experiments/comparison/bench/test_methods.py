import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments.comparison.bench import Given, Searched, budgets, read_methods

PROGRAM = """
def compute_reward(obs, action, next_obs, xp):
    correct = 1.0 * next_obs.step_correct
    return correct, {"correct": correct}
"""
TASKS = [*budgets("arithmetic-chain"), *budgets("arithmetic-chain-easy")]
CHAIN = task_class("arithmetic-chain")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rewards").mkdir()
    return tmp_path / "rewards"


def names(*words: str) -> list[str]:
    return [method.name for method in read_methods(words, TASKS)]


def test_commas_and_blanks_mean_the_same():
    assert (
        names("sparse,human", "evolve")
        == names("sparse", "human,evolve")
        == names("sparse", "human", "evolve")
    )


def test_searches_are_told_from_rewards():
    sparse, whole, search = read_methods(["sparse,human_budget,iid"], TASKS)
    assert search == Searched("iid")
    assert isinstance(sparse, Given) and sparse.method(CHAIN).program is None
    assert isinstance(whole, Given) and whole.whole_budget
    method = whole.method(CHAIN)
    assert (method.name, method.trusted) == ("human_budget", True)
    assert method.program is not None and method.program.origin == "human"


def test_a_file_is_a_method_and_so_is_each_file_of_a_folder(folder):
    for name in ("first.py", "second.reward.py"):
        (folder / name).write_text(PROGRAM)
    assert names("rewards/first.py") == ["first"]
    assert names("sparse,rewards") == ["sparse", "first", "second"]


def test_a_path_may_hold_a_comma(folder):
    (folder / "one,two.py").write_text(PROGRAM)
    assert names("rewards/one,two.py") == ["one,two"]


def test_a_folder_of_files_named_after_tasks_is_one_method(folder):
    (folder / "arithmetic-chain.reward.py").write_text(PROGRAM)
    (folder / "arithmetic_chain_easy.reward.py").write_text(PROGRAM.replace("1.0", "2.0"))
    (method,) = read_methods(["rewards"], TASKS)
    assert isinstance(method, Given) and method.name == "rewards"
    easy, hard = method.method(task_class("arithmetic-chain-easy")), method.method(CHAIN)
    assert "2.0" in easy.program.text and "1.0" in hard.program.text
    assert not easy.trusted


def test_a_folder_that_lacks_a_task_is_refused(folder):
    (folder / "arithmetic-chain.py").write_text(PROGRAM)
    with pytest.raises(
        UserError, match=r"none for arithmetic-chain-easy: add arithmetic-chain-easy\.reward\.py"
    ):
        read_methods(["rewards"], TASKS)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([","], "give --methods"),
        (["sparse,sparse"], "two methods are called 'sparse'"),
        (["evolv"], "got 'evolv'"),
        (["nowhere.py"], "nowhere.py cannot be read"),
        (["rewards"], "it holds no .py file"),
    ],
)
def test_a_wrong_method_is_refused(folder, words, reason):
    with pytest.raises(UserError, match=reason):
        read_methods(words, TASKS)
