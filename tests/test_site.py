"""The documentation as a site: built strictly, whole, and usable from files by whoever comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site import LAB, build, faults
from tests.web.browser import drive, needs_browser

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    assert build(folder) == []
    return folder


def test_every_page_of_docs_is_in_it(site):
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert len(pages) > 17
    assert pages <= {path.stem for path in site.glob("*.html")}
    assert (site / LAB).stat().st_size > 500_000


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="b.html">', "a.html: no such file: b.html"),
        ('<a href="#there">', "a.html: no such place: #there"),
        ('<a href="lab/index.html#tour/99">', "a.html: no such place: lab/index.html#tour/99"),
        ('<a href="../c.html">', "a.html: outside of the site: ../c.html"),
        ('<img src="https://example.org/a.png">', "asks the network: https://example.org/a.png"),
        ('<script src="//example.org/a.js">', "a.html: asks the network: //example.org/a.js"),
        ('<link rel="x" href="https://a.org">', "a.html: asks the network: https://a.org"),
        ('<p style="background: url(https://a.org)">', "a.html: asks the network: https://a.org"),
    ],
)
def test_what_leads_nowhere_is_named(tmp_path, html, fault):
    folder = tmp_path / "site"
    (folder / "lab").mkdir(parents=True)
    (tmp_path / "c.html").write_text("")
    (folder / LAB).write_text("")
    page = folder / "a.html"
    page.write_text(f'<p id="here"><a href="{LAB}#tour/1">, <a href="#here"> {html}')
    (found,) = faults(folder)
    assert fault in found


def test_what_leads_somewhere_is_not(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="https://example.org">, <a href="b%20c.html?q=1#d">, <img src="data:,">'
    )
    (tmp_path / "b c.html").write_text('<a name="d"> <a href="a.html">')
    (tmp_path / "a.css").write_text("p { background: url('b c.html') }")
    assert faults(tmp_path) == []
    (tmp_path / "a.css").write_text("@import 'https://example.org/b.css'")
    assert faults(tmp_path) == ["a.css: asks the network: https://example.org/b.css"]


@needs_browser
def test_it_is_found_read_and_searched_from_files(site):
    drive("docs.spec.ts", site=str(site))
