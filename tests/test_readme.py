"""What the README shows must run as it stands."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from elman.data.builtin.airline import airline
from elman.data.builtin.reviews import reviews

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working directory with the files that the README speaks of."""
    path = tmp_path_factory.mktemp("readme")
    series = airline()
    for name, header, rows in (
        ("reviews.csv", ["text", "label"], reviews(500, seed=1)),
        ("new-reviews.csv", ["text", "label"], reviews(100, seed=2)),
        ("airline.csv", ["month", "passengers"], zip(series.dates, series.values, strict=True)),
    ):
        with open(path / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
    return path


def run(command, folder):
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300,
        env=os.environ | {"PATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_shell_and_python_blocks_run_in_order(folder):
    kinds = [kind for kind, _ in BLOCKS]
    assert kinds.count("python") == 2
    assert kinds.count("sh") == 1
    for kind, code in BLOCKS:
        if kind == "python":
            shown = "runs on" if "accelerate" in code else "negative"
            assert shown in run([sys.executable, "-c", code], folder)
        if kind == "sh":
            for line in code.strip().splitlines():
                assert run(["sh", "-c", line], folder), line


def test_demo_output_is_the_shape_the_command_prints():
    shown = next(code for kind, code in BLOCKS if kind == "text")
    for sentence in ("judged on", "majority class", "seconds: load", "The model lies in"):
        assert sentence in shown


def test_map_names_what_is_there():
    root = Path(__file__).parent.parent
    for name in re.findall(r"^(?:elman/|docs/|benchmarks/)\S*", README, re.MULTILINE):
        first = name.rstrip(",")
        assert (root / first).exists() or (root / f"{first}.py").exists(), first
