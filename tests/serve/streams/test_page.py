"""docs/streams.md, run block by block against a service."""

from __future__ import annotations

from pathlib import Path

from tests.pages import Session, blocks, differences
from tests.serve.running import running

PAGE = Path(__file__).parents[3] / "docs" / "streams.md"
PORT = "127.0.0.1:8080"


def test_the_page_of_streams():
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(PORT) == 1
    with running() as service:
        page = page.replace(PORT, f"127.0.0.1:{service.port}")
        session, run = Session(), 0
        for block in blocks(page):
            found = session.run(block)
            assert not differences(block, found), found
            run += 1
    assert run == 4
