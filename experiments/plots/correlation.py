"""Which terms of a reward say the same."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...envs import Terms
from .style import shortened, signed


def term_correlation(terms: Terms, ax: Axes, title: str = "Correlation of reward terms") -> Axes:
    """Pearson's correlation of each pair of terms over N steps, as a matrix with the numbers in it.

    Terms near 1 repeat each other, terms near -1 work against each other. A term that never varies has no
    correlation with any; its row is empty and says so.

    Args:
        terms: name -> (N,) values on the same steps.
        ax: where to draw.
        title: of the picture.
    """
    names = list(terms)
    matrix = correlations(terms)
    ax.set_facecolor("0.92")
    image = ax.imshow(np.ma.masked_invalid(matrix), cmap="PuOr", vmin=-1, vmax=1)
    for row, column in np.argwhere(np.isfinite(matrix)):
        value = matrix[row, column]
        ink = "white" if abs(value) > 0.65 else "black"
        ax.text(
            column,
            row,
            signed(value).replace("0.", "."),
            color=ink,
            ha="center",
            va="center",
        )
    constant = ~np.isfinite(np.diagonal(matrix))
    labels = [
        f"{shortened(name, 18)}{' (constant)' if flat else ''}"
        for name, flat in zip(names, constant, strict=True)
    ]
    ax.set_yticks(range(len(names)), labels)
    ax.set_xticks(range(len(names)), [shortened(name, 18) for name in names], rotation=40, ha="right")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.set_title(title)
    bar = ax.figure.colorbar(image, ax=ax, label="correlation over steps", shrink=0.8)
    bar.outline.set_visible(False)
    return ax


def correlations(terms: Terms) -> np.ndarray:
    """Pearson's correlations (T, T) of T terms (N,); nan for terms that never vary."""
    values = np.array([np.asarray(own, float) for own in terms.values()]).reshape(len(terms), -1)
    # The largest magnitude comes out first, so that no square overflows or vanishes.
    scale = np.abs(values).max(axis=1, initial=0.0)
    scaled = values / np.where(scale > 0, scale, 1.0)[:, None]
    centred = scaled - scaled.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1)
    # What rounding leaves of a constant is not variation.
    varies = np.ptp(scaled, axis=1) > 1e-9
    unit = np.where(varies[:, None], centred / np.where(varies, length, 1.0)[:, None], np.nan)
    return np.clip(unit @ unit.T, -1.0, 1.0)
