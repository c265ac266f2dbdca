"""What docs/onnx.md shows is what its blocks print."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from elman.exporting.joined import joined
from tests.pages import Session, blocks, differences

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "onnx.md").read_text(encoding="utf-8")


def test_the_page_says_what_is_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    shutil.copytree(ROOT / "tests/saved/reviews", "model")
    session = Session()
    wrong = [text for block in blocks(PAGE) for text in differences(block, session.run(block))]
    assert not wrong, "\n".join(wrong)


def test_the_lines_of_front_ends_are_those_that_the_page_says():
    said = [int(n) for n in re.findall(r": (\d+) \|$", PAGE, re.MULTILINE)]
    tasks = ("classify", "tag", "signal", "forecast", "translate")
    found = [joined(f"elman.tasks.{task}.exported.alone", ["main"]).count("\n") for task in tasks]
    assert said == [pytest.approx(count, rel=0.1) for count in found]
