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

OPTIONS = ["--preset", "chapter", "--no-baselines", "--json", "-q"]


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
    alone = subprocess.run(
        [sys.executable, "-m", "elman", "train", data, "--out", tmp_path / "one", *OPTIONS],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
    )
    whole = json.loads(alone.stdout.splitlines()[-1])
    process = begin(data, tmp_path / "two")
    checkpoints = tmp_path / "two" / ".training" / "fit"
    while not list(checkpoints.glob("checkpoint-*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.kill(workers(process)[rank], signal.SIGKILL)
    report, said = ended(process)
    assert "resumed at step" in said
    mine, theirs = (r["training"]["history"][0] for r in (report, whole))
    assert [h["epoch"] for h in mine] == [h["epoch"] for h in theirs]
    for one, other in zip(mine, theirs, strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-3)
    one, two = (load_file(tmp_path / name / "weights.safetensors") for name in ("one", "two"))
    for name, values in one.items():
        most = np.abs(values).max()
        assert np.abs(values - two[name]).max() <= TOLERANCES["same training"] * most, name
    assert sorted(tmp_path.iterdir()) == [tmp_path / name for name in ("one", "rows.csv", "two")]
    assert not (tmp_path / "two" / ".training").exists()
