import ast
from pathlib import Path

import pytest
import yaml

from rewardsmith.envs import task_class, task_names
from rewardsmith.reward_gen import published
from rewardsmith.reward_gen.published.aliases import Aliases, fields_of
from rewardsmith.reward_gen.published.expressions import Expressions

SCENES = sorted((Path(published.__file__).parent / "scenes").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_every_alias_means_something_in_some_task_of_its_scene(path):
    scene = yaml.safe_load(path.read_text())
    specs = [task_class(name).spec for name in task_names()]
    known = [{f.name for f in spec.fields} for spec in specs if set(scene["tags"]) & set(spec.tags)]
    for name, choices in scene["names"].items():
        for choice in choices:
            assert any(fields_of(ast.parse(choice)) <= fields for fields in known), (name, choice)


@pytest.mark.parametrize(
    "name", ["reach", "drawer-open", "fetch-push", "hopper-run", "ant-run", "walker2d-run"]
)
def test_every_alias_has_a_batched_form(name):
    spec = task_class(name).spec
    aliases = Aliases(spec)
    for alias in (*aliases.names(method=True), *aliases.names(method=False)):
        assert Expressions(spec, {}).of(aliases.find(alias)) is not None


def test_the_first_object_is_the_one_that_the_task_has():
    found = {
        name: Aliases(task_class(name).spec).find("self.obj1.position") for name in ("reach", "drawer-open")
    }
    assert {name: node.attr for name, node in found.items()} == {
        "reach": "object_pos",
        "drawer-open": "handle_pos",
    }


def test_an_earlier_name_is_read_before_the_step():
    node = Aliases(task_class("reach").spec).find("self.prev_goal_position")
    assert ast.unparse(node) == "obs.goal_pos"
    assert Aliases(task_class("reach").spec).find("prev_nothing") is None
