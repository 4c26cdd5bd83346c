import dataclasses
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import Evaluation, FieldView, TrainingTrace, UserError
from rewardsmith.envs.episodes import Episodes
from rewardsmith.experiments import Trained
from rewardsmith.experiments.training.cache import ResultCache
from rewardsmith.experiments.training.entry import Damaged, Entry

KEY = "ab" + "0" * 62
REALS = st.floats(width=64)


def evaluation(metric: float = 0.5) -> Evaluation:
    return Evaluation(
        np.array([3, 2**32 - 1]), np.array([True, False]), np.array([metric, 0.1]), np.array([5, 9])
    )


def trained(number: float = 0.3) -> Trained:
    return Trained(
        trace=TrainingTrace(
            np.array([2048, 4096]), np.array([0.0, 1 / 3]), {"reward": np.full((2, 3), number)}
        ),
        evaluation=evaluation(number),
        seconds=number,
        isolation="process, seccomp",
        steps=4096,
        held_out=evaluation(),
        episodes=Episodes(
            FieldView({"hand": np.ones((3, 2), np.float32), "held": np.zeros(3, bool)}),
            np.array([1, 0]),
            np.array([2]),
            np.array([True]),
            np.array([False]),
        ),
    )


def agent(folder: Path, content: bytes = b"weights") -> Path:
    folder.mkdir(parents=True)
    (folder / "model.zip").write_bytes(content)
    (folder / "progress.csv").write_text("steps\n1\n")
    (folder / "model.partial.zip").write_bytes(b"half")
    return folder


def plain(outcome: Trained) -> dict:
    values = {field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome)}
    records = ("trace", "evaluation", "held_out")
    values |= {name: values[name] and repr(values[name].to_dict()) for name in records}
    return {**values, "episodes": outcome.episodes and outcome.episodes.to_bytes()}


@settings(deadline=None)
@given(REALS, st.none() | st.dictionaries(st.sampled_from(["a", "b.npz"]), st.binary(max_size=50)))
def test_an_entry_survives_its_bytes(number, files):
    entry = Entry.from_bytes(Entry(KEY, trained(number), files).to_bytes(), KEY)
    assert repr(plain(entry.outcome)) == repr(plain(trained(number)))
    assert entry.files == files


def test_a_result_and_its_agent_come_back_as_they_were(tmp_path):
    cache = ResultCache(tmp_path / "cache")
    assert cache.get(KEY) is None and cache.size() == 0
    bare = dataclasses.replace(trained(), held_out=None, episodes=None)
    for outcome in (trained(), bare):
        cache.put(KEY, outcome, agent(tmp_path / f"made{outcome is bare}"))
        assert plain(cache.get(KEY, tmp_path / "restored")) == plain(outcome)
    restored = {path.name: path.read_bytes() for path in (tmp_path / "restored").iterdir()}
    assert restored == {"model.zip": b"weights", "progress.csv": b"steps\n1\n"}
    (entry,) = (tmp_path / "cache").rglob("*.json")
    assert entry == tmp_path / "cache" / "ab" / f"{KEY}.json"
    assert cache.size() == entry.stat().st_size


def test_what_an_interrupted_run_left_makes_way(tmp_path):
    cache = ResultCache(tmp_path / "cache")
    cache.put(KEY, trained(), agent(tmp_path / "made"))
    out = tmp_path / "out"
    out.mkdir()
    (out / "events.out.tfevents.1.host").touch()
    cache.get(KEY, out)
    assert sorted(path.name for path in out.iterdir()) == ["model.zip", "progress.csv"]


def test_a_result_without_an_agent_is_none_where_an_agent_is_wanted(tmp_path):
    cache = ResultCache(tmp_path / "cache")
    cache.put(KEY, trained())
    assert cache.get(KEY) is not None
    assert cache.get(KEY, tmp_path / "out") is None
    assert not (tmp_path / "out").exists()


@settings(deadline=None)
@given(st.data())
def test_no_damage_goes_unseen(data):
    content = Entry(KEY, trained(), {"model.zip": b"weights"}).to_bytes()
    if data.draw(st.booleans()):
        damaged = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        place, bit = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7))
        damaged = content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :]
    with pytest.raises(Damaged):
        Entry.from_bytes(damaged, KEY)


def test_a_damaged_entry_is_named_and_overwritten(tmp_path, capsys):
    cache = ResultCache(tmp_path)
    cache.put(KEY, trained())
    path = tmp_path / "ab" / f"{KEY}.json"
    path.write_bytes(path.read_bytes()[:-10])
    assert cache.get(KEY) is None
    (line,) = capsys.readouterr().err.splitlines()
    assert str(path) in line and "is damaged (its checksum is wrong): it is trained again" in line
    cache.put(KEY, trained())
    assert cache.get(KEY) is not None and capsys.readouterr().err == ""


def test_an_entry_under_another_name_is_damaged(tmp_path, capsys):
    cache, other = ResultCache(tmp_path), "ab" + "1" * 62
    cache.put(KEY, trained())
    (tmp_path / "ab" / f"{KEY}.json").rename(tmp_path / "ab" / f"{other}.json")
    assert cache.get(other) is None
    assert "belongs to another job" in capsys.readouterr().err


def put_and_get(folder: Path, number: int, rounds: int) -> None:
    cache = ResultCache(folder)
    for i in range(rounds):
        key = f"{i % 3:02x}" + "0" * 62
        cache.put(key, trained(i % 3))
        found = cache.get(key)
        assert found is not None and plain(found) == plain(trained(i % 3)), number


def test_ten_processes_may_use_one_folder_at_once(tmp_path, capfd):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=put_and_get, args=(tmp_path, n, 12)) for n in range(10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 10
    assert capfd.readouterr().err == ""
    left = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert left == [f"{i:02x}" + "0" * 62 + ".json" for i in range(3)]


def test_a_cache_that_cannot_be_written_loses_no_result(tmp_path, capsys):
    cache = ResultCache(tmp_path)
    (tmp_path / "ab").write_text("a file in the way")
    cache.put(KEY, trained())
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written" in line and "not cached" in line


def test_a_file_in_place_of_the_folder_is_the_users_error(tmp_path):
    (tmp_path / "cache").touch()
    with pytest.raises(UserError, match="choose another --cache"):
        ResultCache(tmp_path / "cache")
