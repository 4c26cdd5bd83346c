import networkx
import numpy as np
import pytest
from gymnasium_robotics.envs.maze import maps
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs.robots.maze import base
from rewardsmith.envs.robots.maze.layout import Layout

MAPS = {
    "u": (base.U_MAZE, maps.U_MAZE),
    "medium": (base.MEDIUM_MAZE, maps.MEDIUM_MAZE),
    "large": (base.LARGE_MAZE, maps.LARGE_MAZE),
}
LAYOUTS = [Layout(rows, cell) for rows, _ in MAPS.values() for cell in (1.0, 4.0)]


@pytest.mark.parametrize("rows, official", MAPS.values(), ids=MAPS)
def test_maps_are_the_official_ones(rows, official):
    assert [["#" if cell == 1 else "." for cell in row] for row in official] == [list(row) for row in rows]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_hops_and_first_cells_are_those_of_a_graph_search(layout):
    cells = {tuple(centre) for centre in layout.centres}
    graph = networkx.Graph()
    for x, y in cells:
        beside = [(x + layout.cell, y), (x, y + layout.cell)]
        graph.add_edges_from(((x, y), other) for other in beside if other in cells)
    lengths = dict(networkx.all_pairs_shortest_path_length(graph))
    for start, from_cell in enumerate(layout.centres):
        for end, to_cell in enumerate(layout.centres):
            assert layout.hops[start, end] == lengths[tuple(from_cell)][tuple(to_cell)]
            first = layout.towards[start, end]
            assert layout.hops[first, end] == max(layout.hops[start, end] - 1, 0)
            assert layout.hops[start, first] == min(layout.hops[start, end], 1)


@given(st.integers(0, len(LAYOUTS) - 1), st.integers(0, 2**32 - 1))
def test_the_way_shortens_as_fast_as_one_walks_it(which, seed):
    layout, rng = LAYOUTS[which], np.random.default_rng(seed)
    cells = rng.integers(len(layout.centres), size=(2, 16))
    pos, goal = layout.centres[cells] + rng.uniform(-0.5, 0.5, (2, 16, 2)) * layout.cell
    straight = np.linalg.norm(goal - pos, axis=-1)
    way = layout.way_length(pos, goal)
    assert np.all(way >= straight - 1e-9)
    ahead = layout.waypoint(pos, goal) - pos
    distance = np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-9)
    stride = np.minimum(distance, 0.05 * layout.cell)
    walked = pos + ahead / distance * stride
    assert np.all(layout.way_length(walked, goal) <= way - stride[:, 0] + 1e-9)


def test_a_position_beyond_a_wall_belongs_to_the_nearest_cell():
    layout = Layout(base.U_MAZE, 1.0)
    inside_the_wall = np.array([[-1.0, 0.45]])
    assert layout.centres[layout.cell_of(inside_the_wall)][0].tolist() == [-1.0, 1.0]


def test_an_unreachable_cell_is_refused():
    with pytest.raises(ValueError, match="cannot be reached"):
        Layout(("#####", "#.#.#", "#####"), 1.0)
