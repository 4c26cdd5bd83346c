import numpy as np
import pytest

from rewardsmith.envs import Episodes, FieldView, UserError
from rewardsmith.experiments.store.trajectories import Trajectories


def episodes(value: float = 0.5) -> Episodes:
    states = FieldView({"x": np.full((5, 2), value, np.float32), "done": np.zeros(5, bool)})
    lengths = np.array([1, 2])
    return Episodes(states, np.arange(3), lengths, np.array([True, False]), np.array([True, False]))


def test_what_was_put_is_got(tmp_path):
    Trajectories(tmp_path).put("g0-c1", episodes())
    kept = Trajectories(tmp_path).get("g0-c1")
    assert kept is not None and kept.to_bytes() == episodes().to_bytes()
    assert Trajectories(tmp_path).names() == ["g0-c1"]
    assert Trajectories(tmp_path).get("g0-c2") is None


def test_the_same_episodes_put_again_leave_the_same_files(tmp_path):
    def contents():
        return {path.name: path.read_bytes() for path in (tmp_path / "trajectories").iterdir()}

    Trajectories(tmp_path).put("g0-c1", episodes())
    before = contents()
    Trajectories(tmp_path).put("g0-c1", episodes())
    assert contents() == before and set(before) == {"g0-c1.npz", "g0-c1.sha256"}


def test_episodes_that_were_not_written_whole_are_not_there(tmp_path):
    store = Trajectories(tmp_path)
    store.put("g0-c1", episodes())
    (store.folder / "g0-c1.npz").rename(store.folder / "g0-c1.npz.partial")
    assert store.get("g0-c1") is None and store.names() == []
    store.put("g0-c1", episodes(0.25))
    kept = store.get("g0-c1")
    assert kept is not None and kept.states.x[0, 0] == 0.25


@pytest.mark.parametrize("lost", [False, True])
def test_changed_bytes_and_a_lost_checksum_are_refused(tmp_path, lost):
    store = Trajectories(tmp_path)
    store.put("g0-c1", episodes())
    if lost:
        (store.folder / "g0-c1.sha256").unlink()
    else:
        file = store.folder / "g0-c1.npz"
        content = bytearray(file.read_bytes())
        content[100] ^= 1
        file.write_bytes(content)
    with pytest.raises(UserError, match="restore the file, or delete it"):
        store.get("g0-c1")
