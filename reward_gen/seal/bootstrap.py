"""The first file that a sealed process runs: makes the few modules it needs importable, and no others.

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


def open_packages(site_packages: str, root: str, name: str) -> None:
    """Make NumPy importable, and the modules of the package `name` that stand under `root`."""
    sys.path.append(site_packages)
    for suffix in ("", "envs", "reward_gen"):
        _open_package(f"{name}.{suffix}".rstrip("."), f"{root}/{suffix}")


if __name__ == "__main__":
    open_packages(*sys.argv[1:4])
    job = __import__(f"{sys.argv[3]}.reward_gen.seal.{sys.argv[4]}", fromlist=["main"])
    job.main(*(int(number) for number in sys.argv[5:]))
