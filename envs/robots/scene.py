"""MuJoCo scenes from the packages that own them, with our sensors and movable bodies added."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

import mujoco

# What each of our models looks like: compiled when a picture is first wanted, gone with the model.
_VISIBLE: WeakKeyDictionary[mujoco.MjModel, mujoco.MjSpec | mujoco.MjModel] = WeakKeyDictionary()


class Sensor(NamedTuple):
    """A named quantity that MuJoCo measures.

    Attributes:
        name: under which it is read.
        kind: what is measured.
        object_type: kind of thing that is measured, e.g. a body's frame, a site, a joint.
        object: name of the thing in the scene.
    """

    name: str
    kind: mujoco.mjtSensor
    object_type: mujoco.mjtObj
    object: str


def body_pos(name: str, body: str) -> Sensor:
    """Position (3,) in m of a body's frame (not of its centre of mass)."""
    return Sensor(name, mujoco.mjtSensor.mjSENS_FRAMEPOS, mujoco.mjtObj.mjOBJ_XBODY, body)


def geom_pos(name: str, geom: str) -> Sensor:
    """Position (3,) in m of a geom."""
    return Sensor(name, mujoco.mjtSensor.mjSENS_FRAMEPOS, mujoco.mjtObj.mjOBJ_GEOM, geom)


def site_pos(name: str, site: str) -> Sensor:
    """Position (3,) in m of a site."""
    return Sensor(name, mujoco.mjtSensor.mjSENS_FRAMEPOS, mujoco.mjtObj.mjOBJ_SITE, site)


def geom_quat(name: str, geom: str) -> Sensor:
    """Orientation (4,) of a geom, a unit quaternion with w first."""
    return Sensor(name, mujoco.mjtSensor.mjSENS_FRAMEQUAT, mujoco.mjtObj.mjOBJ_GEOM, geom)


def body_quat(name: str, body: str) -> Sensor:
    """Orientation (4,) of a body's frame, a unit quaternion with w first."""
    return Sensor(name, mujoco.mjtSensor.mjSENS_FRAMEQUAT, mujoco.mjtObj.mjOBJ_XBODY, body)


def joint_pos(name: str, joint: str) -> Sensor:
    """Position (1,) of a slide joint in m or of a hinge in rad."""
    return Sensor(name, mujoco.mjtSensor.mjSENS_JOINTPOS, mujoco.mjtObj.mjOBJ_JOINT, joint)


def package_file(package: str, *parts: str) -> Path:
    """Path of a file inside an installed package, which is not imported.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the scenes of {package} are needed: run `pip install {package}`")
    return Path(spec.submodule_search_locations[0], *parts)


def load_scene(path: Path, sensors: Sequence[Sensor], movable: Sequence[str] = ()) -> mujoco.MjModel:
    """Compile the scene at `path` as `compile_scene` does."""
    return compile_scene(mujoco.MjSpec.from_file(str(path)), sensors, movable)


def compile_scene(
    spec: mujoco.MjSpec, sensors: Sequence[Sensor], movable: Sequence[str] = ()
) -> mujoco.MjModel:
    """Compile `spec` with `sensors` added and without what only pictures need.

    Bodies named in `movable` stand still while the physics runs, yet each world may put them elsewhere:
    they become mocap bodies, whose poses belong to the control vector. So all worlds share one model, and
    the dynamics are bit for bit those of a fixed body at that pose.
    """
    for body in movable:
        spec.body(body).mocap = True
    for sensor in sensors:
        spec.add_sensor(name=sensor.name, type=sensor.kind, objtype=sensor.object_type, objname=sensor.object)
    visible = spec.copy()
    # Meshes that nothing touches make a scene seven times as large and a tenth slower.
    spec.compiler.discardvisual = True
    model = spec.compile()
    _VISIBLE[model] = visible
    return model


def visible_scene(model: mujoco.MjModel) -> mujoco.MjModel:
    """The scene of `model` with all that can be seen in it: same bodies, joints and state; for pictures only.

    A model that `compile_scene` did not make has lost nothing that we know of: it is copied as it is.
    """
    known = _VISIBLE.get(model)
    if known is None:
        return copy.copy(model)
    if isinstance(known, mujoco.MjSpec):
        known = _VISIBLE[model] = known.compile()
    return known


def mocap_index(model: mujoco.MjModel, body: str) -> int:
    """Row of a mocap body in `mocap_pos` and `mocap_quat`."""
    return int(model.body_mocapid[model.body(body).id])
