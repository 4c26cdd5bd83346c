"""Imports run one way: envs <- reward_gen, agents <- experiments."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "envs": {"envs"},
    "reward_gen": {"envs", "reward_gen"},
    "agents": {"envs", "agents"},
    "experiments": {"envs", "reward_gen", "agents", "experiments"},
}
FILES = [path for wing in MAY_IMPORT for path in sorted((ROOT / wing).rglob("*.py"))]


def imported_wings(path: Path, root: Path = ROOT) -> set[str]:
    """Names of the wings, or ``<root>``, that the file at `path` imports from, at any depth of nesting."""
    package = ["rewardsmith", *path.relative_to(root).parent.parts]
    wings = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = base + (node.module.split(".") if node.module else [])
            modules = [[*stem, alias.name] for alias in node.names]
        else:
            continue
        ours = [m[1] for m in modules if m[0] == "rewardsmith"]
        wings |= {name if name in MAY_IMPORT else "<root>" for name in ours}
    return wings


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    wing = path.relative_to(ROOT).parts[0]
    assert imported_wings(path) <= MAY_IMPORT[wing]


def test_the_check_sees_nested_relative_and_absolute_imports(tmp_path):
    file = tmp_path / "reward_gen" / "x.py"
    file.parent.mkdir()
    file.write_text("def f():\n    from ..agents import train\nimport rewardsmith.experiments.store\n")
    assert imported_wings(file, tmp_path) == {"agents", "experiments"}
