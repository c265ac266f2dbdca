"""`torchrun … -m elman train`: one report, one model, and on from the last checkpoint by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.tasks.classify.small import reviews, write_csv
from tests.tolerances import TOLERANCES

OPTIONS = ["--preset", "chapter", "--no-baselines", "--json"]


def begin(data, out, *more, processes=2):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={processes}", "--max-restarts=2"]
    command += ["-m", "elman", "train", str(data), "--out", str(out), *OPTIONS, *more]
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process):
    out, said = process.communicate(timeout=240)
    assert process.returncode == 0, said.decode()
    return json.loads(out.decode().splitlines()[-1]), said.decode()


def workers(process):
    """The processes of a run by rank."""
    found = {}
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        env = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        rank = next(word for word in env if word.startswith(b"RANK="))
        found[int(rank.partition(b"=")[2])] = int(pid)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("rank", [0, 1])
def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path, rank):
    data = write_csv(tmp_path / "rows.csv", list(reviews(4000)))
    (alone, _), (whole, _) = (ended(begin(data, tmp_path / f"of {n}", processes=n)) for n in (1, 2))
    process = begin(data, tmp_path / "two")
    checkpoints = tmp_path / "two" / ".training" / "fit"
    while not list(checkpoints.glob("checkpoint-*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.kill(workers(process)[rank], signal.SIGKILL)
    report, said = ended(process)
    assert "resumed at step" in said
    one, two, killed = (r["training"]["history"][0] for r in (alone, whole, report))
    assert killed == two
    # later epochs of a net that learns by leaps are another's after a few steps
    assert two[0]["loss"] == pytest.approx(one[0]["loss"], rel=TOLERANCES["same training"])
    first, second = (load_file(tmp_path / name / "weights.safetensors") for name in ("of 2", "two"))
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert np.array_equal(values, second[name]), name
    assert sorted(tmp_path.iterdir()) == [
        tmp_path / name for name in ("of 1", "of 2", "rows.csv", "two")
    ]
    assert not (tmp_path / "two" / ".training").exists()
