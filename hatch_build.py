"""Build hook: the four folders at the top of the repository become one package, ``rewardsmith``."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WINGS = ("envs", "reward_gen", "agents", "experiments")
ROOT_FILES = ("__init__.py", "py.typed")


class CustomBuildHook(BuildHookInterface):
    """Links the sources for editable installs; copies the root files for all other builds."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Prepare one build; `version` is "editable" for ``pip install -e``."""
        root = Path(self.root)
        if self.target_name == "wheel" and version == "editable":
            link_sources(root)
        elif self.target_name == "wheel":
            # Not in pyproject.toml: a static force-include would shadow the editable links.
            files = {str(root / name): f"rewardsmith/{name}" for name in ROOT_FILES}
            build_data["force_include"].update(files)


def link_sources(root: Path) -> None:
    """Make ``.dev/rewardsmith/``, where each wing is a link to its folder."""
    package = root / ".dev" / "rewardsmith"
    package.mkdir(parents=True, exist_ok=True)
    for name in WINGS + ROOT_FILES:
        link = package / name
        if not link.is_symlink():
            link.symlink_to(Path("..", "..", name))
