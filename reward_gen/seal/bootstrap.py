"""The first file that a sealed worker runs: makes the few modules it needs importable, and no others.

Run by path in an isolated interpreter. The package's own ``__init__`` files are passed over, since they
import gymnasium and the tasks, which take seconds and have no business behind the seal.
"""

import sys
import types


def _open_package(name: str, path: str) -> None:
    """Make the modules in `path` importable as ``name.module`` without running the package's own code."""
    package = types.ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package


if __name__ == "__main__":
    site_packages, root, name, *numbers = sys.argv[1:]
    sys.path.append(site_packages)
    for suffix in ("", "envs", "reward_gen"):
        _open_package(f"{name}.{suffix}".rstrip("."), f"{root}/{suffix}")
    worker = __import__(f"{name}.reward_gen.seal.worker", fromlist=["main"])
    worker.main(*(int(number) for number in numbers))
