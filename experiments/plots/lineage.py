"""Who descends from whom, and how good they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes

from ..store import Candidate, Standing, leading
from .style import COLOURS, MARKERS, legend_below, share_axis, shortened

Place = tuple[float, float]
OTHERS = "other operators"
# Of more, only the ends are named; and a name takes this share of the picture's width, this much success.
_NAMED, _WIDTH, _HEIGHT = 5, 0.22, 0.12
# Names of marks down here stand above them.
_LOW = 0.25


def lineage(candidates: Sequence[Candidate], ax: Axes) -> Axes:
    """Every trained candidate by generation and success, joined to its parents.

    Colour and mark say which operator made it; of a program that was trained again, each training has a
    mark. A heavy line leads to the best program, from each best parent; those on it bear their names where
    there is room, of a long one its two ends, and the best also the mean success of its n trainings.
    """
    placed = {c.id: _place(c, candidates) for c in candidates if c.evaluation is not None}
    best = leading(candidates)
    line = line_of(best.candidate, candidates) if best is not None else []
    _join(candidates, placed, line, ax)
    _mark(candidates, placed, line, ax)
    if best is not None:
        _name(candidates, placed, line, best, ax)
    ax.margins(x=0.1)
    ax.set_xticks(sorted({c.generation for c in candidates}))
    ax.set_xlabel("generation")
    ax.set_ylim(-0.05, 1.12)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
    share_axis(ax.yaxis, "success on selection seeds")
    ax.set_title("Lineage")
    legend_below(ax)
    return ax


def line_of(candidate: Candidate, candidates: Sequence[Candidate]) -> list[int]:
    """Ids of `candidate`, its best parent, that one's best parent and so on."""
    by_id = {c.id: c for c in candidates}
    line = [candidate.id]
    while True:
        parents = [by_id[i] for i in candidate.parents if i in by_id and i not in line]
        if not parents:
            return line
        candidate = max(parents, key=lambda parent: parent.rank)
        line.append(candidate.id)


def _join(candidates: Sequence[Candidate], placed: dict[int, Place], line: list[int], ax: Axes) -> None:
    steps = set(pairwise(line))
    for child in candidates:
        for parent in child.parents:
            if child.id in placed and parent in placed:
                heavy = (child.id, parent) in steps
                # Bent, so that a line does not seem to pass through the candidates on its way.
                bend = {
                    "arrowstyle": "-",
                    "color": "0.15" if heavy else "0.72",
                    "linewidth": 1.4 if heavy else 0.5,
                    "connectionstyle": "arc3,rad=0.15",
                    "shrinkA": 0,
                    "shrinkB": 0,
                }
                order = 1.5 if heavy else 1
                ax.annotate("", placed[child.id], placed[parent], arrowprops=bend, zorder=order)


def _mark(candidates: Sequence[Candidate], placed: dict[int, Place], line: list[int], ax: Axes) -> None:
    made = Counter(c.operator or "proposed" for c in candidates if c.id in placed)
    names = [name for name, _ in made.most_common()]
    shown = names if len(names) <= len(COLOURS) else [*names[: len(COLOURS) - 1], OTHERS]
    for number, name in enumerate(shown):
        own = [c for c in candidates if c.id in placed and _kind(c, shown) == name]
        # Those on the line lie above the others.
        own.sort(key=lambda c: c.id in line)
        edges = ["black" if c.id in line else "white" for c in own]
        ax.scatter(
            [placed[c.id][0] for c in own],
            [placed[c.id][1] for c in own],
            color=COLOURS[number],
            marker=MARKERS[number],
            edgecolors=edges,
            linewidths=0.9,
            s=26 if len(placed) <= 40 else 12,
            zorder=2,
            label=shortened(name, 20),
        )


def _name(
    candidates: Sequence[Candidate],
    placed: dict[int, Place],
    line: list[int],
    best: Standing,
    ax: Axes,
) -> None:
    last = max((c.generation for c in candidates), default=0)
    named = _with_room(line if len(line) <= _NAMED else [line[0], line[-1]], placed, last + 1)
    for candidate in candidates:
        if candidate.id in named:
            leads = candidate is best.candidate
            # Beside its mark, towards the picture's middle; the best's, a long one, alone above the line.
            left = 2 * candidate.generation > last
            above = leads or placed[candidate.id][1] < _LOW
            ax.annotate(
                _scored(best) if leads else candidate.name,
                placed[candidate.id],
                xytext=(-5 if left else 5, 5 if above else -5),
                textcoords="offset points",
                ha="right" if left else "left",
                va="bottom" if above else "top",
                weight="bold" if leads else "normal",
                zorder=3,
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.7},
            )


def _with_room(line: list[int], placed: dict[int, Place], generations: int) -> list[int]:
    """The best's id, and from the line's beginning on those whose names do not stand on each other's."""
    named: list[int] = []
    for number in reversed(line[1:]):
        if number in placed and not any(_near(placed[number], placed[n], generations) for n in named):
            named.append(number)
    return [line[0], *named]


def _near(first: Place, second: Place, generations: int) -> bool:
    return abs(first[0] - second[0]) < _WIDTH * generations and abs(first[1] - second[1]) < _HEIGHT


def _scored(best: Standing) -> str:
    count = len(best.trainings)
    score = f"{best.candidate.name}: {best.success_rate:.0%}"
    return f"{score}, n={count}" if count > 1 else score


def _kind(candidate: Candidate, shown: Sequence[str]) -> str:
    name = candidate.operator or "proposed"
    return name if name in shown else OTHERS


def _place(candidate: Candidate, candidates: Sequence[Candidate]) -> Place:
    # Candidates of one generation stand beside each other, so that equal scores stay visible.
    generation = [c.id for c in candidates if c.generation == candidate.generation]
    offset = (generation.index(candidate.id) + 0.5) / len(generation) - 0.5
    assert candidate.evaluation is not None
    return candidate.generation + 0.6 * offset, candidate.evaluation.success_rate
