import mujoco
import numpy as np
import pytest

from rewardsmith.envs.robots.mujoco_batch import MujocoBatch
from rewardsmith.envs.robots.scene import Sensor, body_pos, joint_pos, load_scene, mocap_index, package_file

PENDULUM = """
<mujoco>
  <worldbody>
    <geom type="plane" size="2 2 .1"/>
    <body name="post" pos="0 0 0.05"><geom name="stop" type="box" size=".02 .2 .05"/></body>
    <body name="arm" pos="0 0 1">
      <joint name="hinge" type="hinge" axis="0 1 0" damping="0.05"/>
      <geom type="capsule" fromto="0 0 0 .3 0 -.9" size=".03"/>
      <geom name="ornament" type="sphere" size=".1" contype="0" conaffinity="0" mass="0"/>
    </body>
  </worldbody>
  <actuator><motor joint="hinge" gear="3"/></actuator>
</mujoco>
"""
SPEED = Sensor("speed", mujoco.mjtSensor.mjSENS_JOINTVEL, mujoco.mjtObj.mjOBJ_JOINT, "hinge")


@pytest.fixture
def scene_path(tmp_path):
    path = tmp_path / "pendulum.xml"
    path.write_text(PENDULUM)
    return path


@pytest.fixture
def model(scene_path):
    return load_scene(
        scene_path, (joint_pos("angle", "hinge"), SPEED, body_pos("post_pos", "post")), ("post",)
    )


def scattered(model, worlds, threads=1):
    batch = MujocoBatch(model, worlds, threads)
    rng = np.random.default_rng(0)
    batch.qpos[:] = rng.uniform(-1, 1, batch.qpos.shape)
    batch.mocap_pos[:, 0, 0] = rng.uniform(-0.5, 0.5, worlds)
    batch.ctrl[:] = rng.uniform(-1, 1, batch.ctrl.shape)
    batch.sense()
    return batch


def test_steps_like_mj_step_with_the_body_fixed_at_its_pose(scene_path, model):
    batch = scattered(model, 7)
    start, pose, effort = batch.qpos.copy(), batch.mocap_pos[:, 0].copy(), batch.ctrl.copy()
    batch.step(50)
    for world in range(7):
        fixed = mujoco.MjModel.from_xml_path(str(scene_path))
        fixed.body("post").pos = pose[world]
        data = mujoco.MjData(fixed)
        data.qpos[:], data.ctrl[:] = start[world], effort[world]
        mujoco.mj_step(fixed, data, 50)
        assert batch.qpos[world] == pytest.approx(data.qpos, abs=1e-12)
        assert batch.qvel[world] == pytest.approx(data.qvel, abs=1e-11)


def test_sensors_are_those_of_the_new_state(model):
    batch = scattered(model, 5)
    for _ in range(20):
        batch.step(3)
        assert np.array_equal(batch.sensor("angle"), batch.qpos)
        assert np.array_equal(batch.sensor("speed"), batch.qvel)
        assert np.array_equal(batch.sensor("post_pos"), batch.mocap_pos[:, 0])


def test_warmstart_is_the_last_substeps_acceleration(model):
    batch, twin = scattered(model, 3), scattered(model, 3)
    batch.step(4)
    twin.step(3)
    before = twin.qvel.copy()
    twin.step(1)
    assert twin.warmstart == pytest.approx((twin.qvel - before) / model.opt.timestep)
    assert batch.warmstart == pytest.approx(twin.warmstart, abs=1e-9)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_bit(model, threads):
    one, many = scattered(model, 8), scattered(model, 8, threads)
    for _ in range(30):
        one.step(5)
        many.step(5)
    assert np.array_equal(one.state, many.state)
    assert np.array_equal(one.sensor("angle"), many.sensor("angle"))


def test_a_world_does_not_depend_on_its_neighbours(model):
    batch, alone = scattered(model, 4), MujocoBatch(model, 1)
    alone.set_rows(np.arange(1), batch.state[2], batch.control[2])
    for _ in range(40):
        batch.step(5)
        alone.step(5)
    assert np.array_equal(batch.state[2], alone.state[0])


def test_snapshot_brings_back_the_same_future(model):
    batch = scattered(model, 4)
    batch.step(30)
    saved = batch.snapshot()
    batch.step(20)
    future, seen = batch.state.copy(), batch.sensor("angle")
    batch.control[:] = 0.0
    batch.restore(saved)
    assert np.array_equal(batch.sensor("angle")[:, 0], saved["state"][:, 1])
    batch.step(20)
    assert np.array_equal(batch.state, future)
    assert np.array_equal(batch.sensor("angle"), seen)


def test_sensor_values_already_read_stay_as_they_are(model):
    batch = scattered(model, 4)
    read = batch.sensor("angle")
    kept = read.copy()
    batch.set_rows(np.array([1]), np.zeros(batch.state.shape[1]), batch.control[1])
    batch.sense(np.array([1]))
    batch.step(5)
    assert np.array_equal(read, kept)


def test_sensing_some_worlds_leaves_the_others(model):
    batch = scattered(model, 4)
    before = batch.sensor("angle")
    batch.qpos[:] += 0.25
    batch.sense(np.array([3, 0]))
    assert batch.sensor("angle") - before == pytest.approx(np.array([[0.25], [0], [0], [0.25]]))
    batch.sense(np.array([], int))


@pytest.mark.parametrize("substeps", [1, 5])
def test_advancing_some_worlds_steps_them_and_leaves_the_others(model, substeps):
    batch, twin, untouched, behind = (scattered(model, 4) for _ in range(4))
    twin.step(substeps)
    for _ in range(substeps - 1):
        behind.step(1)
    just_before = batch.advance(np.array([3, 0]), substeps)
    assert just_before == pytest.approx(behind.state[[3, 0]], abs=1e-12)
    for name in ("state", "warmstart"):
        assert np.array_equal(getattr(batch, name)[[3, 0]], getattr(twin, name)[[3, 0]])
        assert np.array_equal(getattr(batch, name)[[1, 2]], getattr(untouched, name)[[1, 2]])
    batch.advance(np.array([], int), substeps)


def test_scene_drops_what_nothing_touches_and_finds_its_movable_body(model):
    assert [model.geom(i).name for i in range(model.ngeom)].count("ornament") == 0
    assert mocap_index(model, "post") == 0


def test_missing_package_is_named():
    with pytest.raises(ModuleNotFoundError, match="pip install no_such_package"):
        package_file("no_such_package", "scene.xml")
