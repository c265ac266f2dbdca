"""What pages of docs show is what their blocks print, as `tests/pages.py` compares it.

They are run in this order, in one folder: later pages ask the models that earlier ones have
trained. After a change that is meant, `python -m tests.test_docs` writes the outputs anew, of all
pages or of those that are named.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from tests.pages import Session, blocks, differences, rewritten

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = (
    "gallery.md",
    "start.md",
    "classification.md",
    "forecasting.md",
    "tagging.md",
    "signals.md",
    "translation.md",
    "pytorch.md",
    "sklearn.md",
    "memory.md",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("docs")


@pytest.mark.filterwarnings("ignore:The default of config:FutureWarning")  # of sktime
@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_is_printed(name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    page, session = (DOCS / name).read_text(encoding="utf-8"), Session()
    run = list(blocks(page))
    assert len(run) == page.count("```python\n") + page.count("```console\n") > 0
    wrong = [text for block in run for text in differences(block, session.run(block))]
    assert not wrong, "\n".join(wrong)


def test_every_example_is_in_the_gallery_and_short():
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    scripts = sorted((ROOT / "examples").glob("*.py"))
    assert len(scripts) == 6
    for path in scripts:
        assert f"$ python examples/{path.name}\n" in page
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 80, path.name
        assert "argparse" not in text


def test_every_block_that_could_run_is_run_by_some_test():
    """A page with Python or a console in it is named by the test that runs it."""
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    for path in DOCS.glob("*.md"):
        if re.search(r"^```(python|console|sh)\n", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert f'"{path.name}"' in tests, path.name


if __name__ == "__main__":
    named = sys.argv[1:] or PAGES
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in PAGES[: max(map(PAGES.index, named)) + 1]:
            text = rewritten((DOCS / name).read_text(encoding="utf-8"))
            if name in named:
                (DOCS / name).write_text(text, encoding="utf-8")
