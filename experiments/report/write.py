"""The page as a file."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..store.space import when_space
from ..store.whole import write_whole
from .contents import Report
from .read import read_report
from .visible import visible

NAME = "report.html"
_CSS = "report.css"


def write_report(folder: Path, films: bool = True) -> Path:
    """Write ``report.html`` into an evolution's or a benchmark's folder; its path.

    Args:
        folder: what was --out.
        films: whether saved agents are played again and shown. Like every SB3 file they are pickles: leave it
            out for a folder that you do not trust.

    Raises:
        UserError: if the folder is neither.
    """
    content = page_of(read_report(folder, films)).encode("utf-8")
    path = folder / NAME
    when_space(lambda: write_whole(path, content), folder)
    return path


def page_of(report: Report) -> str:
    """The page: one file that fetches nothing and runs nothing.

    All text is escaped by the templates, and hidden characters are made visible; what programs and answers
    say is never HTML. A policy in the page's head forbids scripts and every address but data URIs as well.
    """
    templates = Environment(
        loader=PackageLoader(__package__ or __name__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe_to_see,
    )
    assert templates.loader is not None
    css = Markup(templates.loader.get_source(templates, _CSS)[0])
    return templates.get_template("report.html").render(report=report, css=css)


def _safe_to_see(value: object) -> object:
    return value if isinstance(value, Markup) else visible(str(value))
