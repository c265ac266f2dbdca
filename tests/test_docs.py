"""What pages of docs show is what their blocks print, as `tests/pages.py` compares it.

They are run in this order, in one folder: later pages ask the models that earlier ones have
trained. After a change that is meant, `python -m tests.test_docs` writes the outputs anew, of all
pages or of those that are named.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import elman
from tests.pages import Session, blocks, differences, left_out, rewritten

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = (
    "explain.md",
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
SAVED = "tests/saved/reviews"
NOT_RUN = {
    "README": (5, "tests/test_readme.py runs what is for the shell; installs, output, the map"),
    "disk": (2, "tests/workflow/test_torchrun.py and tests/engines have these commands"),
    "explain": (4, "usage; models of sets that are not the project's, whose form is tested"),
    "forecasting": (1, "a chart of figures of one run"),
    "memory": (1, "a card that takes minutes"),
    "onnx": (1, "an install"),
    "production": (8, "files, which tests/test_production.py runs as they lie in examples"),
    "recall": (1, "usage"),
    "scale": (4, "machines, addresses and engines, which are not here"),
    "serve": (4, "installs, and commands that go on until they are ended"),
    "start": (1, "an install"),
    "streams": (1, "an install, and a command that goes on until it is ended"),
    "tour": (1, "a text of the tour"),
}
"""Blocks that no test runs: how many, and why."""


def furnish(folder):
    """Put there what pages find in a checkout."""
    shutil.copytree(ROOT / SAVED, Path(folder, SAVED))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("docs")
    furnish(place)
    return place


@pytest.mark.filterwarnings("ignore:The default of config:FutureWarning")  # of sktime
@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_is_printed(name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    page, session = (DOCS / name).read_text(encoding="utf-8"), Session()
    run = list(blocks(page))
    assert len(run) == page.count("```python\n") + page.count("```console\n") > 0
    wrong = [text for block in run for text in differences(block, session.run(block))]
    assert not wrong, "\n".join(wrong)


def test_screens_of_real_sets_are_as_screens_are_now(folder):
    """Of models of sets that are not the project's to hold, figures are one run's; heads, sums and
    how figures are written are those of the gallery's models."""
    page = (DOCS / "explain.md").read_text(encoding="utf-8")
    signal, tags = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    window = np.random.default_rng(0).normal(size=(4, 3))
    for shown, head, model, item in (
        (signal, "stretch", "sensors-model", window),
        (tags, "word", "tagger", "we light the light"),
    ):
        found = elman.explain(folder / model, item).text()
        assert _table(shown, head) == _table(found, head)
        assert _sum(shown) == _sum(found)


def _table(screen, head):
    """Names of the columns of a screen, and the ways in which figures are written below them."""
    lines = screen.split(f" {head} ", 1)[1].splitlines()
    rows = " ".join(itertools.takewhile(str.strip, lines[1:]))
    figures = re.findall(r"(?<= )[-+]?\d[\d.]*%?(?=,? )", rows)
    written = {re.sub(r"[-+]?\d+", "9", figure) for figure in figures}
    return re.sub(r"P\(.*", "P", lines[0]).split(), written


def _sum(screen):
    """The sentence that says what shares sum to, without its figures."""
    said = re.search(r"share: sum.*?scored", screen, re.DOTALL)
    return said and re.sub(r"[-+]?[\d.,]*\d", "#", " ".join(said[0].split()))


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
    """A page with Python or a console in it is named by the test that runs it; of other blocks it
    is known how many there are, and why they are not run."""
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    found = {}
    for path in {ROOT / "README.md", *DOCS.glob("*.md")} - {DOCS / "api.md"}:  # out of the sources
        page = path.read_text(encoding="utf-8")
        if any(blocks(page)):
            assert f'"{path.name}"' in tests, path.name
        found[path.stem] = len(left_out(page))
    expected = {name: count for name, (count, _) in NOT_RUN.items()}
    assert {name: count for name, count in found.items() if count} == expected


def test_installs_are_of_the_checkout():
    """No index has elman, so whoever begins at such a page has to be told so."""
    pages = (path for path in (ROOT / "README.md", *DOCS.glob("*.md")) if path.name != "api.md")
    said = [
        line for path in pages for line in re.findall("pip install .*", path.read_text("utf-8"))
    ]
    assert len(said) > 10
    assert [line for line in said if re.match(r"pip install \W*elman", line)] == []


if __name__ == "__main__":
    named = sys.argv[1:] or PAGES
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        furnish(folder)
        for name in PAGES[: max(map(PAGES.index, named)) + 1]:
            text = rewritten((DOCS / name).read_text(encoding="utf-8"))
            if name in named:
                (DOCS / name).write_text(text, encoding="utf-8")
