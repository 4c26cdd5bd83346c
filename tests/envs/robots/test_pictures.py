"""Pictures show the worlds as they are, the goal included, on whatever draws them."""

import os
import subprocess
import sys
from types import SimpleNamespace

import mujoco
import numpy as np
import pytest

from rewardsmith.envs import UserError, task_class, task_names
from rewardsmith.envs.robots.canvas import chosen_way
from rewardsmith.envs.robots.mujoco_batch import CONTROL, STATE, MujocoBatch
from rewardsmith.envs.robots.mujoco_task import MujocoTask
from rewardsmith.envs.robots.picture import Camera, Painter
from rewardsmith.envs.robots.scene import load_scene, visible_scene

SIMULATED = task_names(lambda task: issubclass(task, MujocoTask))
LAMPS = """
<mujoco>
  <visual><headlight ambient="1 1 1" diffuse="0 0 0" specular="0 0 0"/></visual>
  <worldbody>
    <body name="slider" pos="-0.5 0 0">
      <joint name="rail" type="slide" axis="1 0 0"/>
      <geom type="sphere" size=".2" rgba="1 0 0 1"/>
    </body>
    <body name="ornament" pos="0.5 0 0">
      <geom type="sphere" size=".2" rgba="0 0 1 1" contype="0" conaffinity="0"/>
      <site type="sphere" size=".25" rgba="1 1 1 1"/>
    </body>
  </worldbody>
  <actuator><motor joint="rail"/></actuator>
</mujoco>
"""
FROM_ABOVE = Camera(lookat=(0.0, 0.0, 0.0), distance=3.0, azimuth=90.0, elevation=-90.0)
LIT = 100


@pytest.fixture
def batch(tmp_path):
    path = tmp_path / "lamps.xml"
    path.write_text(LAMPS)
    return MujocoBatch(load_scene(path, (), ("ornament",)), 3)


def column(picture, channel):
    """Mean column of the pixels that shine in one colour alone; None where there are none."""
    others = [c for c in range(3) if c != channel]
    lit = (picture[..., channel] > LIT) & (picture[..., others] < LIT).all(-1)
    return np.nonzero(lit)[1].mean() if lit.any() else None


def test_each_world_is_drawn_at_its_own_state(batch):
    batch.qpos[:, 0] = 0.0, 0.5, 1.0
    batch.mocap_pos[2, 0, 0] = -0.5
    painter = Painter(batch, 120, 90, FROM_ABOVE)
    pictures = [painter.picture(world) for world in range(3)]
    assert all(picture.shape == (90, 120, 3) and picture.dtype == np.uint8 for picture in pictures)
    red, blue = ([column(picture, channel) for picture in pictures] for channel in (0, 2))
    assert red[0] < red[1] < red[2]
    assert red[1] == pytest.approx(59.5, abs=1)
    assert blue[0] == pytest.approx(red[2], abs=1) and blue[2] == pytest.approx(red[0], abs=1)


def test_physics_has_no_ornament_and_the_picture_no_sites(batch):
    assert batch.model.ngeom == 1
    assert visible_scene(batch.scene).ngeom == 2
    picture = Painter(batch, 120, 90, FROM_ABOVE).picture(0)
    assert column(picture, 2) is not None
    assert not (picture > LIT).all(-1).any()


def test_a_marker_is_drawn_where_it_is(batch):
    painter = Painter(batch, 120, 90, FROM_ABOVE)
    assert column(painter.picture(0), 1) is None
    picture = painter.picture(0, [np.array([0.0, 0.5, 0.0])])
    changed = np.argwhere((picture != painter.picture(0)).any(-1))
    row, col = changed.mean(0)
    assert row < 40 and col == pytest.approx(59.5, abs=1)


def test_the_camera_follows_a_body(batch):
    batch.qpos[:, 0] = 0.0, 7.0, 30.0
    camera = FROM_ABOVE._replace(follow="slider")
    painter = Painter(batch, 120, 90, camera)
    assert [column(painter.picture(world), 0) for world in range(3)] == pytest.approx([59.5] * 3, abs=1)


def test_scenes_of_others_are_drawn_as_they_are():
    model = mujoco.MjModel.from_xml_string(LAMPS)
    picture = Painter(MujocoBatch(model, 1), 64, 64, FROM_ABOVE).picture(0)
    assert column(picture, 0) is not None and column(picture, 2) is not None
    assert model.vis.global_.offwidth == 640, "the model that was handed in is not ours to change"


def test_closing_one_painter_leaves_the_others(batch):
    first, second = (Painter(batch, 60, 60, FROM_ABOVE) for _ in range(2))
    before = first.picture(0)
    second.picture(0)
    second.close()
    second.close()
    assert np.array_equal(first.picture(0), before)


@pytest.mark.parametrize("task", SIMULATED)
def test_what_is_seen_stands_where_the_physics_has_it(task):
    worlds = task_class(task)(2)
    worlds.reset(np.arange(2), np.random.default_rng(0).random((2, worlds.draws)))
    batch = worlds.batch
    places = []
    for model in (batch.model, visible_scene(batch.scene)):
        data = mujoco.MjData(model)
        mujoco.mj_setState(model, data, batch.state[1], STATE)
        mujoco.mj_setState(model, data, batch.control[1], CONTROL)
        mujoco.mj_kinematics(model, data)
        places.append(SimpleNamespace(names=[model.body(i).name for i in range(model.nbody)], pos=data.xpos))
    physics, seen = places
    assert physics.names == seen.names
    assert physics.pos == pytest.approx(seen.pos, abs=1e-9)


def test_every_task_on_a_batch_can_be_drawn():
    for name in task_names(lambda task: "robot" in task.spec.tags):
        worlds = task_class(name)(1)
        if isinstance(getattr(worlds, "batch", None), MujocoBatch):
            assert isinstance(worlds, MujocoTask), f"{name}: derive its class from MujocoTask"


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({}, "egl"),
        ({"DISPLAY": ":0"}, "glfw"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "glfw"),
        ({"DISPLAY": ":0", "MUJOCO_GL": "EGL"}, "egl"),
        ({"MUJOCO_GL": "osmesa"}, "osmesa"),
        ({"MUJOCO_GL": "glfw"}, "glfw"),
        ({"MUJOCO_GL": "on"}, "glfw"),
    ],
)
def test_the_way_to_draw_is_the_users_or_else_one_that_works(monkeypatch, variables, way):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MUJOCO_GL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert chosen_way() == way


def test_pictures_that_are_switched_off_are_refused(monkeypatch):
    monkeypatch.setenv("MUJOCO_GL", "off")
    with pytest.raises(UserError, match="MUJOCO_GL=off switches pictures off: unset it"):
        chosen_way()


def run_python(code, **variables):
    environment = {name: value for name, value in os.environ.items() if name not in ("MUJOCO_GL", "DISPLAY")}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment | variables, capture_output=True, text=True, check=False
    )


DRAW = """
from rewardsmith.envs import UserError, task_class
try:
    print(task_class("reach")(1).render_rgb(0, 8, 8).shape)
except UserError as error:
    print(error)
"""


def test_without_opengl_one_line_says_what_to_install():
    done = run_python(DRAW, PYOPENGL_PLATFORM="glx", MUJOCO_GL="")
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert line.startswith("pictures need OpenGL off screen, and egl failed")
    assert "apt-get install libegl1 libgl1 libgl1-mesa-dri" in line


def test_nothing_is_said_at_exit_about_pictures_left_open():
    done = run_python(
        "from rewardsmith.envs import task_class\nkept = task_class('reach')(1)\n"
        + "kept.render_rgb(0, 8, 8)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
