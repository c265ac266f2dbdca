"""docs/serve.md, run block by block against a service, and held against what there is."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from elman.serve.bounds import Bounds
from elman.serve.errors import CODES
from tests.pages import Session, blocks, differences
from tests.serve.running import TEXTS, running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")


def test_the_page_runs():
    pytest.importorskip("tritonclient.http")
    with running(TEXTS) as service:
        here = f"127.0.0.1:{service.port}"
        session, run = Session(), 0
        for block in blocks(PAGE):
            if block.kind == "console" and shutil.which("curl") is None:
                continue
            block = dataclasses.replace(
                block,
                code=block.code.replace("127.0.0.1:8080", here),
                said=block.said.replace("127.0.0.1:8080", here),
            )
            found = session.run(block)
            assert not differences(block, found), found
            run += 1
    assert run >= 2


def test_every_bound_and_every_status_stands_there():
    for field in dataclasses.fields(Bounds):
        flag, help = f"--{field.name.replace('_', '-')}", field.metadata["help"]
        assert re.search(rf"^\| `{flag}` \| [\d,]+ \| {re.escape(help)} \|$", PAGE, re.M), flag
        (shown,) = re.findall(rf"^\| `{flag}` \| ([\d,]+) \|", PAGE, re.M)
        assert float(shown.replace(",", "")) == field.default
    (errors,) = re.findall(r"## Errors\n(.*?)\n## ", PAGE, re.S)
    assert {int(n) for n in re.findall(r"\b[45]\d\d\b", errors)} == CODES.keys() - {499}


def test_files_that_are_shown_are_as_they_are():
    assert (ROOT / "examples" / "service" / "elman.service").read_text() in PAGE
    made = (ROOT / "Dockerfile").read_text()
    shown = re.findall(r"^docker run.*\\\n.*$", PAGE, re.M)
    assert len(shown) == 1
    assert " ".join(shown[0].split()) in " ".join(made.replace("#", "").split())
