"""Pictures of experiments, one kind in each file.

Every function takes an `Axes`, draws on it and gives it back, so that pictures can be put together as a paper
needs them; `STYLE` makes them print well in one column. `save_plots` draws all that a folder has data for.
"""

import matplotlib

matplotlib.use("Agg")

from .bands import performance_profiles, sample_efficiency_curves
from .comparison import comparison_bars, comparison_curves
from .correlation import term_correlation
from .heatmap import score_heatmap
from .landscape import Landscape, landscape_of, reward_landscape, telling_fields
from .learning import learning_curves
from .lineage import lineage
from .picture import Picture, save_figure, save_pictures
from .proxy import gold_against_proxy
from .save import experiment_pictures, save_folder, save_plots
from .save_bench import bench_pictures, save_bench_plots
from .style import COLOURS, LINES, MARKERS, STYLE
from .terms import term_shares, term_statistics

__all__ = [
    "COLOURS",
    "LINES",
    "MARKERS",
    "STYLE",
    "Landscape",
    "Picture",
    "bench_pictures",
    "comparison_bars",
    "comparison_curves",
    "experiment_pictures",
    "gold_against_proxy",
    "landscape_of",
    "learning_curves",
    "lineage",
    "performance_profiles",
    "reward_landscape",
    "sample_efficiency_curves",
    "save_bench_plots",
    "save_figure",
    "save_folder",
    "save_pictures",
    "save_plots",
    "score_heatmap",
    "telling_fields",
    "term_correlation",
    "term_shares",
    "term_statistics",
]
