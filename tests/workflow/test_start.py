"""What a training waits for before it begins, and that it says how long that took."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from elman.training.listener import Stopwatch
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

SECONDS_EACH = ("torch._dynamo", "sympy", "sklearn", "scipy.optimize", "scipy.stats", "pandas")
"""What takes a third of a second or more to import, beside torch itself."""


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("preset='chapter'", []),
        # the linear part is scikit-learn's, which imports its own friends
        ("", ["sklearn", "scipy.optimize", "scipy.stats"]),
    ],
)
def test_training_without_opponents_imports_what_it_uses(tmp_path, options, wanted):
    code = (
        "import sys, elman\n"
        "from tests.tasks.classify.small import reviews\n"
        f"elman.train(list(reviews(90)), sys.argv[1], baselines=False, {options})\n"
        f"print([m for m in {SECONDS_EACH} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "m")],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    # scikit-learn imports pandas where it is installed
    assert [name for name in ast.literal_eval(done.stdout) if name != "pandas"] == wanted


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
