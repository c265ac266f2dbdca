"""What docs/chapter.md shows is what its blocks print, as `tests/pages.py` compares it.

After a change that is meant, `python -m tests.test_chapter` writes the outputs anew.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.pages import Session, blocks, differences, rewritten

PAGE = Path(__file__).parent.parent / "docs" / "chapter.md"


def test_the_chapter_is_answered_as_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page, session = PAGE.read_text(encoding="utf-8"), Session()
    run = list(blocks(page))
    assert len(run) == page.count("```python\n") + page.count("```console\n") > 15
    wrong = [text for block in run for text in differences(block, session.run(block))]
    assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    page = PAGE.resolve()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
