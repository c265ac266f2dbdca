"""Several processes train as one does: the same losses, decisions and checkpoints."""

import json
import multiprocessing
import socket

import numpy as np
import pytest

from elman.training.batches import step_seed
from elman.training.several.sent import packed, unpacked
from tests.tolerances import TOLERANCES
from tests.training import together

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(together.PRELOADED)

_CLOSE = {"rel": TOLERANCES["same training"], "abs": TOLERANCES["same training"]}


def train(folder, size, **case):
    """Train in so many processes; return what rank 0 found, nothing where it ended before."""
    out = folder / "found.json"
    out.unlink(missing_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = (size, port, {"out": str(out), **case})
    begun = [PROCESSES.Process(target=together.main, args=(rank, *told)) for rank in range(size)]
    for process in begun:
        process.start()
    for process in begun:
        process.join(timeout=120)
    codes = [process.exitcode for process in begun]
    if out.exists() and "error" not in (found := json.loads(out.read_text())):
        assert codes == [0] * size
        return found
    assert codes[0] != 0 or found
    assert None not in codes
    return found if out.exists() else None


def same(found, other):
    assert len(found["history"]) == len(other["history"])
    for mine, theirs in zip(found["history"], other["history"], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-4)
    assert found["weights"] == pytest.approx(other["weights"], **_CLOSE)
    # Adam and a clipped gradient look the same at any scale
    assert found["largest_norm"] == pytest.approx(other["largest_norm"], **_CLOSE)
    for name in ("steps_done", "finished", "nonfinite", "clipped", "best_epoch"):
        assert found[name] == other[name]


def test_two_and_three_processes_train_as_one(tmp_path):
    """61 rows: the last batch is one row, and all but the first rank have nothing of it."""
    one, two, three = (train(tmp_path, size) for size in (1, 2, 3))
    same(two, one)
    same(three, one)
    assert (one["rows"], two["rows"], three["rows"]) == (4 * 61, 4 * 31, 4 * 22)


def test_a_bad_step_is_skipped_by_all_and_too_many_end_it_for_all(tmp_path):
    one, two = (train(tmp_path, size, poison=[7], config={"epochs": 3}) for size in (1, 2))
    same(two, one)
    assert len(two["nonfinite"]) == 3
    ended = train(tmp_path, 2, poison=[7], config={"max_nonfinite": 2})
    assert "training stopped after 2 non-finite steps" in ended["error"]


def test_the_first_decides_when_all_end(tmp_path):
    told = train(tmp_path, 2, ends=3)
    assert (told["finished"], told["steps_done"]) == ("the observer says so", 3)
    limit = train(tmp_path, 2, config={"time_limit_s": 0.05, "epochs": 100_000})
    assert limit["finished"] == "the time limit of 0.05 s was reached"
    ahead = train(tmp_path, 2, ahead=True, config={"time_limit_s": 60.0})
    assert ahead["finished"] == "all 4 epochs done"


def test_a_checkpoint_of_two_goes_on_with_one_and_of_one_with_two(tmp_path):
    whole = train(tmp_path, 1)
    for first, second in ((2, 1), (1, 2)):
        place = {"directory": str(tmp_path / f"{first} then {second}")}
        train(tmp_path, first, ends=6, kill=True, **place)
        found = train(tmp_path, second, resume=True, **place)
        assert found["notes"] == ["resumed at step 5 of 16"]
        same(found, whole)


def test_a_process_that_ends_ends_the_others_and_the_checkpoint_stands(tmp_path):
    place = {"directory": str(tmp_path / "kept")}
    lost = train(tmp_path, 2, ends=6, kill="other", **place)
    assert lost["error"].startswith("another process of this run ended; the last checkpoint stands")
    same(train(tmp_path, 2, resume=True, **place), train(tmp_path, 1))


def test_each_rank_has_dropout_of_its_own_and_the_first_that_of_one_alone(tmp_path):
    assert step_seed(3, 4, 5) == step_seed(3, 4, 5, 0)
    assert len({step_seed(3, 4, 5, rank) for rank in range(9)}) == 9
    again = [train(tmp_path, 2, dropout=0.3) for _ in range(2)]
    assert again[0]["weights"] == again[1]["weights"]
    assert again[0]["weights"] != train(tmp_path, 1, dropout=0.3)["weights"]


def test_arrays_in_files_are_sent_by_name(tmp_path):
    values = np.arange(60_000, dtype=np.int64)
    values.tofile(tmp_path / "file")
    mapped = np.memmap(tmp_path / "file", np.int64, "r", shape=(20_000, 3))
    whole, part, plain, copy = given = mapped, mapped[5:9], np.asarray(mapped)[7:], values[:4]
    assert len(packed([whole, part, plain])) < 1000
    for sent, there in zip(given, unpacked(packed(given)), strict=True):
        assert there.dtype == sent.dtype
        assert there.tolist() == sent.tolist()
    gaps = unpacked(packed(mapped[::2, 1]))
    assert gaps.tolist() == mapped[::2, 1].tolist()
    assert copy is values[:4] or copy.base is values
