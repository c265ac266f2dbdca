"""What docs/sklearn.md shows is what its blocks print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import Session, blocks, differences

PAGE = Path(__file__).parents[2] / "docs" / "sklearn.md"


def test_the_page_says_what_is_printed(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    page, session = PAGE.read_text(encoding="utf-8"), Session()
    run = list(blocks(page))
    assert len(run) == page.count("```python\n") >= 6
    wrong = [text for block in run for text in differences(block, session.run(block))]
    assert not wrong, "\n".join(wrong)
