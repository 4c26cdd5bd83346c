"""Pictures as part of the page itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure as Drawing
from PIL import Image

from ..plots.picture import Picture, drawn

# Inches, beyond which a picture's type is too small beside another one.
_WIDE = 5
_DPI = (220, 130)


@dataclass(frozen=True)
class Figure:
    """A picture on the page.

    Attributes:
        address: the picture itself, as a data URI.
        about: what it shows, for those who cannot see it.
        wide: whether it needs a row of its own.
        painted: whether its colours stand for values, so that they must not change places on a dark page.
    """

    address: str
    about: str
    wide: bool = False
    painted: bool = False


def figures_of(pictures: Sequence[Picture], most_bytes: int) -> list[Figure]:
    """The pictures on a transparent ground.

    Args:
        pictures: what is to be drawn.
        most_bytes: what each should take: as vector graphics, or else in pixels, as many as fit, but no
            fewer than can be read.
    """
    return [_figure(picture, most_bytes) for picture in pictures]


def data_uri(content: bytes, kind: str) -> str:
    """`content` as an address that holds it; `kind` is its media type."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _figure(picture: Picture, most_bytes: int) -> Figure:
    # A salt and no date: the same data give the same page.
    with rc_context({"svg.hashsalt": picture.name}), drawn(picture) as drawing:
        addresses = list(_until_small(drawing, most_bytes))
        about = drawing.axes[0].get_title() or picture.name.replace("_", " ")
        painted = any(
            ax.images or any(isinstance(c, QuadMesh) for c in ax.collections) for ax in drawing.axes
        )
    return Figure(addresses[-1], about, picture.width > _WIDE, painted)


def _has_mesh(ax: Axes) -> bool:
    return any(isinstance(collection, QuadMesh) for collection in ax.collections)


def _until_small(drawing: Drawing, most_bytes: int) -> Iterator[str]:
    """The drawing in smaller and smaller forms, ending with the first that is small enough."""
    address = data_uri(_saved(drawing, format="svg", metadata={"Date": None}), "image/svg+xml")
    yield address
    for dpi in _DPI:
        if len(address) <= most_bytes:
            return
        address = data_uri(_few_colours(_saved(drawing, format="png", dpi=dpi)), "image/png")
        yield address


def _saved(drawing: Drawing, **options: object) -> bytes:
    file = io.BytesIO()
    drawing.savefig(file, transparent=True, **options)
    return file.getvalue()


def _few_colours(png: bytes) -> bytes:
    file = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.quantize(128, Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return file.getvalue()
