"""The first page is the README's opening, so that what a newcomer reads is written once."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

MARK = "<!-- the README's opening -->"
# The first of the README's sections that the site has pages of its own for.
END = "## Register and step"


def on_page_markdown(markdown: str, config: MkDocsConfig, **_: object) -> str:
    """Put the README's opening where a page asks for it."""
    return (
        markdown.replace(MARK, opening(Path(config.config_file_path).parent))
        if MARK in markdown
        else markdown
    )


def on_serve(server: object, config: MkDocsConfig, **_: object) -> None:
    """Build again when the README changes."""
    server.watch(str(Path(config.config_file_path).parent / "README.md"))  # type: ignore[attr-defined]


def opening(root: Path) -> str:
    """The README up to `END`, with links as they are seen from the folder of the pages."""
    text = (root / "README.md").read_text()
    found, mark, _ = text.partition(f"\n{END}\n")
    if not mark:
        raise PluginError(
            f"the README has no section {END!r} any more: say in {__file__} where its opening ends"
        )
    return found.replace("](docs/demo/)", "](demo/comparison.md)").replace("](docs/", "](")
