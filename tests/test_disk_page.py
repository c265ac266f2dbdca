"""docs/disk.md runs: a folder, a pattern and a file of the same rows are the same bits."""

from __future__ import annotations

from pathlib import Path

import elman
from tests.pages import Session, blocks, differences
from tests.tasks.classify.small import reviews, write_csv

PAGE = (Path(__file__).parent.parent / "docs" / "disk.md").read_text(encoding="utf-8")


def test_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = list(reviews(300))
    write_csv("whole.csv", rows)
    Path("parts").mkdir()
    for n in range(3):
        write_csv(f"parts/part-{n}.csv", rows[100 * n : 100 * (n + 1)])
    session = Session()
    console, python = blocks(PAGE)
    for block in (console, python):
        assert not differences(block, session.run(block))
    called = []
    monkeypatch.setattr(elman, "train", lambda *given, **how: called.append((*given, how)))
    for out in ("new", "begun"):
        Path(out, *([".training"] if out == "begun" else [])).mkdir(parents=True)
        session.names["learn"]({"data": "parts", "out": out})
    assert called == [("parts", "new", {"resume": False}), ("parts", "begun", {"resume": True})]
