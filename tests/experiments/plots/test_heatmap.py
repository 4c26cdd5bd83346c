import numpy as np
import pytest

from rewardsmith.experiments import plots


def test_every_score_stands_in_its_cell(ax):
    assert plots.score_heatmap(np.array([[0.1, 1.0], [-0.2, np.nan]]), ["a", "b"], ["x", "y"], ax) is ax
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    assert cells == {(0, 0): "0.10", (1, 0): "1.00", (0, 1): "\N{MINUS SIGN}0.20"}
    assert [text.get_text() for text in ax.get_xticklabels()] == ["a", "b"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["x", "y"]


def test_rounding_makes_no_negative_zero(ax):
    plots.score_heatmap(np.array([[-1e-17]]), ["a"], ["x"], ax)
    assert [text.get_text() for text in ax.texts] == ["0.00"]


def test_a_table_of_another_shape_is_refused(ax):
    with pytest.raises(ValueError, match=r"\(2 tasks, 1 methods\), got \(1, 2\)"):
        plots.score_heatmap(np.zeros((1, 2)), ["a"], ["x", "y"], ax)
