"""Code blocks that name their file: ```` ```python my_tasks.py ```` on GitHub, a title on the site."""

from __future__ import annotations

import re

FILE = re.compile(r"^```python ([\w.]+)$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Make the file's name the block's title."""
    return FILE.sub(r'```python title="\1"', markdown)
