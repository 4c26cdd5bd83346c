"""Notebooks become pages, with the outputs that were saved in them: no Jupyter is needed for that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, config: MkDocsConfig, **_: object) -> None:
    """Add a page for each notebook, beside the notebook itself, which can be loaded down."""
    for file in [file for file in files if file.src_uri.endswith(".ipynb")]:
        notebook = Path(file.src_uri)
        cells = json.loads(file.content_string)["cells"]
        source = f"[The notebook itself]({notebook.name})\n"
        text = "\n".join([*map(_markdown, cells[:1]), source, *map(_markdown, cells[1:])])
        files.append(File.generated(config, str(notebook.with_suffix(".md")), content=text))


def _markdown(cell: dict[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return f"{source}\n"
    return "\n".join([f"```python\n{source}\n```\n", *map(_output, cell["outputs"])])


def _output(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        picture = "".join(data["image/png"]).replace("\n", "")
        return f"![Output of the cell above](data:image/png;base64,{picture})\n"
    text = "".join(output.get("text") or data.get("text/plain") or output.get("traceback", ""))
    return f"```text\n{text.rstrip()}\n```\n"
