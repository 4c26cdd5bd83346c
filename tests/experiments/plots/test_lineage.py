from dataclasses import replace

from rewardsmith.experiments import plots
from rewardsmith.experiments.plots.lineage import line_of
from tests.support.made_candidates import trained

TREE = [
    replace(trained(0, 0.1), operator="fresh"),
    replace(trained(1, 0.4), operator="fresh"),
    replace(trained(2, 0.9, generation=1), parents=(1,), operator="mutate"),
    replace(trained(3, 0.0, generation=1), parents=(0, 1), operator="cross"),
]


def test_a_candidate_stands_at_its_generation_and_success(ax):
    assert plots.lineage(TREE, ax) is ax
    drawn = {marks.get_label(): marks.get_offsets().tolist() for marks in ax.collections}
    assert {name: [place[1] for place in places] for name, places in drawn.items()} == {
        "fresh": [0.1, 0.4],
        "mutate": [0.9],
        "cross": [0.0],
    }
    assert all(abs(x - generation) <= 0.5 for (x, _), generation in zip(drawn["fresh"], (0, 0), strict=True))


def test_the_line_of_the_best_is_named_and_the_best_bears_its_score(ax):
    plots.lineage(TREE, ax)
    assert {text.get_text() for text in ax.texts} == {"", "g0-c1", "g1-c2: 90%"}
    assert sum(text.get_text() == "" for text in ax.texts) == 3  # a line to each parent


def test_the_best_bears_the_mean_of_its_trainings_each_of_which_has_a_mark(ax):
    again = [trained(4, 0.6, generation=2, again=2), trained(5, 0.75, generation=3, again=2)]
    plots.lineage([*TREE, *again], ax)
    assert {text.get_text() for text in ax.texts} == {"", "g0-c1", "g1-c2: 75%, n=3"}
    drawn = {marks.get_label(): [y for _, y in marks.get_offsets()] for marks in ax.collections}
    assert drawn["mutate"] == [0.9] and drawn["again"] == [0.6, 0.75]


def test_the_line_follows_the_best_parent_and_ends_at_unknown_ones():
    child = replace(trained(4, 0.2, generation=2), parents=(3, 2, 99))
    assert line_of(child, [*TREE, child]) == [4, 2, 1]
    assert line_of(replace(child, parents=(99,)), TREE) == [4]


def test_of_a_long_line_only_the_ends_are_named(ax):
    chain = [replace(trained(i, 0.1 * i, generation=i), parents=(i - 1,) if i else ()) for i in range(9)]
    plots.lineage(chain, ax)
    assert {text.get_text() for text in ax.texts} == {"", "g0-c0", "g8-c8: 80%"}


def test_names_on_a_line_do_not_stand_on_each_other(ax):
    chain = [trained(0, 0.6), trained(1, 0.85, generation=4), trained(2, 0.9, generation=5)]
    best = trained(3, 1.0, generation=7)
    line = [replace(c, parents=(c.id - 1,) if c.id else ()) for c in [*chain, best]]
    plots.lineage(line, ax)
    assert {text.get_text() for text in ax.texts} == {"", "g0-c0", "g4-c1", "g7-c3: 100%"}


def test_rare_operators_share_a_mark(ax):
    plots.lineage([replace(trained(i, 0.1), operator=f"operator{i}") for i in range(10)], ax)
    assert len(ax.collections) == 7
    assert ax.collections[-1].get_label() == "other operators"
    assert len(ax.collections[-1].get_offsets()) == 4


def test_candidates_that_were_not_trained_have_no_place(ax):
    plots.lineage([*TREE, replace(TREE[0], id=4, state="rejected", evaluation=None, trace=None)], ax)
    assert sum(len(marks.get_offsets()) for marks in ax.collections) == 4
