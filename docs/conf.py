"""The documentation as a site: `make docs` builds it strictly into build/docs."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx import addnodes

import elman
from elman.version import __version__

project = "elman"
author = "the elman authors"
copyright = "2026, the elman authors"
version = release = __version__

extensions = ["myst_parser"]
root_doc = "index"
nitpicky = True
myst_heading_anchors = 4
smartquotes = False

html_theme = "furo"
html_title = "elman"
html_copy_source = False
# a summary is read out of the page, which browsers refuse a file to do
html_show_search_summary = False

ROOT = Path(__file__).parent.parent
TOUR = ROOT / "elman" / "web" / "tour"
LAB = "lab/index.html"
BACK = (
    '<body><nav class="lab-head not-printed" aria-label="Documentation">'
    '<a href="../index.html">← Documentation of elman</a></nav>'
)
"""How the page of the lab begins in the site, which it would lead nowhere out of."""
BESIDE = {"CHANGELOG": "changelog", "CONTRIBUTING": "contributing", "README": "index"}
"""Pages of the site that stand for files above docs."""

FOR_EVERYBODY = {
    '<aside class="sidebar-drawer': '<aside aria-label="All pages" class="sidebar-drawer',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<th class="head"><p></p></th>': "<td></td>",
    '<div id="search-results">': '<h1>Search</h1><div id="search-results">',
}
"""What a page says, and what it is to say: names of columns, what scrolls takes the focus, a table
has no empty heading, and the page of the search has one."""


def setup(app):
    app.connect("doctree-read", lead_within_the_site)
    app.connect("html-page-context", name_the_lab, priority=900)
    app.connect("build-finished", finish)


def lead_within_the_site(app, doctree):
    """Links go to files as they lie in the repository; of some the site has something better.

    A text of the tour is live in the lab, and a program is shown below the paragraph.
    """
    for link in list(doctree.findall(addnodes.pending_xref)):
        path = Path(app.srcdir, link["reftarget"]).resolve()
        if path == TOUR or path.parent == TOUR:
            place = f"{LAB}#{place_of(path)}"
            live = nodes.reference("", "", *link.children, internal=False, refuri=place)
            link.replace_self(live)
        elif path.parent == ROOT and path.stem in BESIDE:
            link["refdomain"], link["reftarget"] = "doc", BESIDE[path.stem]
    for link in list(doctree.findall(addnodes.download_reference)):
        path = Path(app.srcdir, link["reftarget"]).resolve()
        if path.suffix == ".py":
            code = path.read_text(encoding="utf-8")
            shown = [
                nodes.raw("", f"<details><summary>{path.name}</summary>", format="html"),
                nodes.literal_block(code, code, language="python"),
                nodes.raw("", "</details>", format="html"),
            ]
            section = link.parent.parent
            section.insert(section.index(link.parent) + 1, shown)


def place_of(text):
    """Where the lab has a text of the tour: stops go by their number."""
    if text == TOUR:
        return "tour"
    first = text.name.partition("-")[0]
    return f"tour/{int(first)}" if first.isdigit() else f"tour/{text.stem}"


def name_the_lab(app, page, template, context, doctree):
    """Two lines below the table of contents, on every page; its headings get a level."""
    at = context["pathto"](LAB, resource=True)
    contents = context["furo_navigation_tree"] + (
        '<p class="caption" role="heading"><span class="caption-text">Live</span></p><ul>'
        f'<li class="toctree-l1"><a class="reference" href="{at}">The lab</a></li>'
        f'<li class="toctree-l1"><a class="reference" href="{at}#tour">The tour</a></li></ul>'
    )
    context["furo_navigation_tree"] = contents.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def finish(app, exception):
    """The lab and the tour in it, with the built-in models, as `elman lab --static` writes them.

    And what the theme leaves out for who has a keyboard alone, or listens.
    """
    if exception is not None:
        return
    lab = elman.lab(static=Path(app.outdir, LAB).parent)
    lab.write_text(lab.read_text(encoding="utf-8").replace("<body>", BACK, 1), encoding="utf-8")
    for page in Path(app.outdir).glob("*.html"):
        html = page.read_text(encoding="utf-8")
        for had, has in FOR_EVERYBODY.items():
            html = html.replace(had, has)
        page.write_text(html, encoding="utf-8")
