"""Runs a page of the documentation as its reader would: block after block, in one folder."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r'^```(python|console)(?: title="(\S+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
# What the pages call the server of a language model.
SERVER = "http://localhost:8000/v1"


def blocks(page):
    """(language, file or "", code) of each block that a reader would run or save."""
    return BLOCK.findall((DOCS / page).read_text())


def commands(block):
    """What a reader types: lines after ``$``, with those that a backslash continues."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.MULTILINE)


def promised(page):
    """Paths of results that the page's text names."""
    text = BLOCK.sub("", (DOCS / page).read_text())
    return sorted(set(re.findall(r"`(runs/[^`*<]+)`", text)))


def run_page(page, folder, server=None):
    """Run every block of `page`, each in a fresh process; what they printed, one text for each."""
    printed = []
    for language, name, code in blocks(page):
        if name:
            (folder / name).write_text(code)
        elif language == "python":
            printed.append(_run([sys.executable, "-c", code], folder))
        else:
            script = "\n".join(["set -e", *commands(code)])
            printed.append(_run(["bash", "-c", script.replace(SERVER, server or SERVER)], folder))
    missing = [path for path in promised(page) if not (folder / path).exists()]
    assert not missing, f"{page} promises {missing}"
    return printed


def run_notebook(page, folder):
    """Run the code of a notebook as one script; what it printed, now and when it was saved."""
    cells = [c for c in json.loads((DOCS / page).read_text())["cells"] if c["cell_type"] == "code"]
    code = "\n".join("".join(cell["source"]) for cell in cells)
    saved = "".join("".join(out["text"]) for cell in cells for out in cell["outputs"] if "text" in out)
    # A script has no place for pictures but files, which Jupyter's own line would not know of.
    script = code.replace("%matplotlib inline", "import matplotlib\nmatplotlib.use('Agg')")
    return [_run([sys.executable, "-c", script], folder), saved]


def _run(command, folder):
    there = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": there, "NO_PROXY": "127.0.0.1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    return done.stdout
