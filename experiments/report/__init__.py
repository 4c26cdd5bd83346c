"""One self-contained page on an evolution or a benchmark: what was asked, what came of it, what it cost."""

from .read import read_report
from .write import NAME, page_of, write_report

__all__ = ["NAME", "page_of", "read_report", "write_report"]
