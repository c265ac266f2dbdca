"""What the README shows must run as it stands."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from elman import tasks
from elman.data.builtin.airline import airline
from elman.data.builtin.reviews import reviews
from tests.pages import Block, Session

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def write_files():
    """Write those that the README speaks of."""
    series = airline()
    for name, header, rows in (
        ("reviews.csv", ["text", "label"], reviews(500, seed=1)),
        ("new-reviews.csv", ["text", "label"], reviews(100, seed=2)),
        (
            "airline.csv",
            ["month", "passengers"],
            ((series.date(n), value) for n, value in enumerate(series.values)),
        ),
    ):
        with open(name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)


def test_shell_and_python_blocks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files()
    kinds = [kind for kind, _ in BLOCKS]
    assert kinds.count("python") == 2
    assert kinds.count("sh") == 1
    session = Session()
    for kind, code in BLOCKS:
        if kind == "python":
            shown = "is elman's now" if "accelerate" in code else "negative"
            assert shown in session.run(Block("python", code, ""))
        if kind == "sh":
            for line in code.strip().splitlines():
                # how long a layer is timed is the reader's affair
                briefly = " --seconds 0.01" if line.startswith("elman bench") else ""
                assert session.shell(line + briefly), line


def test_demo_output_is_the_shape_the_command_prints():
    shown, mark = re.search(r"^```text\n(.*?)^```\n(.*?)\n", README, re.M | re.S).groups()
    for sentence in ("judged on", "majority class", "seconds: start", "The model lies in"):
        assert sentence in shown
    assert mark.startswith("≈ one run")


def test_map_names_what_is_there_and_leaves_nothing_out():
    page = README[README.index("## Map") :]
    named = re.findall(r"\belman/(\w+)", page)
    rooms = {path.parent.name for path in (ROOT / "elman").glob("*/*.*")} - {"__pycache__"}
    assert sorted(named) == sorted(rooms | {"ray", "spark", "sktime"})
    (said,) = re.findall(r"one folder a task: (.*)", page)
    assert said.split(", ") == sorted(tasks.names())
    for name in re.findall(r"^(\w+)/ ", page, re.MULTILINE):
        assert (ROOT / name).is_dir(), name
