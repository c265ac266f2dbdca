"""What docs/scale.md shows runs."""

from __future__ import annotations

import csv
from pathlib import Path

from elman.data.builtin.reviews import reviews
from tests.pages import Session, blocks, differences
from tests.tasks.classify.small import write_csv

PAGE = (Path(__file__).parent.parent / "docs" / "scale.md").read_text(encoding="utf-8")


def test_the_blocks_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_csv("reviews.csv", reviews(1000, seed=1))
    Path("in").mkdir()
    rows = [[n, text, "new"] for n, (text, _) in enumerate(reviews(2399, seed=2))]
    rows[1205].pop()
    rows[1207:1207] = [[*rows[1207], "one too many"]]
    for name, some in (("a", rows[:1200]), ("b", rows[1200:])):
        with open(f"in/{name}.csv", "w", newline="") as file:
            csv.writer(file).writerows([["id", "text", "source"], *some])
    commands, cost = blocks(PAGE)
    session = Session()
    assert commands.code.count("$ elman") == 3
    assert not differences(commands, session.run(commands))
    assert not differences(cost, session.run(cost))
