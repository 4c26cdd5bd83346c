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


def start(site_packages: str, root: str, name: str, job: str, *numbers: str) -> None:
    """Run the `main` of the module `job` of the seal; the arguments are those of the command line."""
    sys.path.append(site_packages)
    for suffix in ("", "envs", "reward_gen"):
        _open_package(f"{name}.{suffix}".rstrip("."), f"{root}/{suffix}")
    module = __import__(f"{name}.reward_gen.seal.{job}", fromlist=["main"])
    module.main(*(int(number) for number in numbers))


if __name__ == "__main__":
    start(*sys.argv[1:])
