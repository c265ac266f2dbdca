"""What a training waits for before it begins, and that it says how long that took."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from elman import native
from elman.training.listener import Stopwatch
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

SLOW = ("torch._dynamo", "sympy", "sklearn", "scipy", "pandas")
"""What takes a quarter of a second or more to import, beside torch itself."""


@pytest.mark.skipif(native.missing() is not None, reason="without kernels scikit-learn fits")
@pytest.mark.parametrize("options", ["preset='chapter'", "preset='fast'", "preset='strong'"])
def test_training_without_opponents_imports_neither_scikit_learn_nor_scipy(tmp_path, options):
    code = (
        "import sys, elman\n"
        "from tests.tasks.classify.small import reviews\n"
        f"elman.train(list(reviews(90)), sys.argv[1], baselines=False, {options})\n"
        f"print([m for m in {SLOW} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "m")],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ast.literal_eval(done.stdout) == []


def test_seconds_of_a_command_begin_with_its_start(tmp_path):
    write_csv(tmp_path / "r.csv", reviews(90))
    done = elman(
        *("train", tmp_path / "r.csv", "--out", tmp_path / "m", "--no-baselines", "--json")
    )
    seconds = json.loads(done.stdout)["seconds"]
    assert list(seconds)[:2] == ["start", "load"]
    assert 0 < seconds["start"] < seconds["total"]
    parts = sum(s for part, s in seconds.items() if part != "total")
    assert parts == pytest.approx(seconds["total"], abs=0.1 * seconds["total"])
    assert "seconds: start " in done.stderr


def test_what_lies_before_a_watch_is_its_start(monkeypatch):
    now = 40.0
    monkeypatch.setattr("time.perf_counter", lambda: now)
    watch = Stopwatch(begun=37.5)
    now = 41.0
    assert watch.report() == {"start": 2.5, "total": 3.5}
    assert Stopwatch().report() == {"total": 0.0}
