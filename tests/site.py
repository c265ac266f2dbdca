"""The documentation as a site: built strictly, then looked through for what leads nowhere.

`make docs` calls this file. Nothing in the site may ask the network, and every address in it, in
pages and in whatever html they hold, must be there: files, and places in them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from elman.web.course import course

__all__ = ["LAB", "build", "faults"]

ROOT = Path(__file__).parent.parent
LAB = "lab/index.html"
_LONGEST = 120
"""Seconds."""
_LOADED = {"src", "srcset", "poster", "data", "action"}
"""Attributes whose address a browser asks for by itself, or sends something to."""
_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


def build(folder: Path) -> list[str]:
    """Build the site into a folder; return what is wrong with it, one fault a line."""
    shutil.rmtree(folder, ignore_errors=True)  # pages that are gone would stay
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-n", "-W", "--keep-going"]
    with tempfile.TemporaryDirectory() as kept:
        done = subprocess.run(
            [*command, "-d", kept, ROOT / "docs", folder],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
        )
    said = (done.stdout + done.stderr).splitlines()
    if done.returncode:
        return said or [f"sphinx ended with {done.returncode}"]
    return said + faults(folder)


def faults(folder: Path) -> list[str]:
    """Return what in the pages and styles of a folder leads nowhere, or to the network unasked."""
    pages = {path: _Page(path) for path in sorted(folder.rglob("*.html"))}
    wrong = [
        f"{path.relative_to(folder)}: {why}: {address}"
        for path, page in pages.items()
        for loaded, address in page.addresses
        if (why := _fault(folder, pages, path, address, loaded))
    ]
    for path in sorted(folder.rglob("*.css")):
        for address in map("".join, _ADDRESS.findall(path.read_text(encoding="utf-8"))):
            if why := _fault(folder, pages, path, address, loaded=True):
                wrong.append(f"{path.relative_to(folder)}: {why}: {address}")
    return wrong


def _fault(folder: Path, pages: dict, path: Path, address: str, loaded: bool) -> str:
    """Why an address is wrong; nothing if it is right."""
    parts = urlsplit(address)
    if parts.scheme == "data":
        return ""
    if parts.scheme or parts.netloc:
        return "asks the network" if loaded else ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "no such file"
    if folder.resolve() not in target.parents:
        return "outside of the site"
    place = unquote(parts.fragment)
    if not place or (page := pages.get(target)) is None:
        return ""
    places = set(_tour()) if target == (folder / LAB).resolve() else page.places
    return "" if place in places else "no such place"


def _tour() -> Iterator[str]:
    """Places of the tour in the lab, which has no pages of its own for them."""
    yield "tour"
    for name in course():
        first, _, _ = name.partition("-")
        yield f"tour/{int(first)}" if first.isdigit() else f"tour/{name.removesuffix('.md')}"


class _Page(HTMLParser):
    """Addresses in a page, and places that it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.addresses: list[tuple[bool, str]] = []
        """Whether it is asked for by itself, and the address."""
        self.places = {"", "top"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name"):
                self.places.add(value or "")
            elif value and (name in _LOADED or name.endswith("href")):
                self.addresses.append((name in _LOADED or tag != "a", value))
            elif name == "style":
                self.addresses += [(True, "".join(one)) for one in _ADDRESS.findall(value or "")]


if __name__ == "__main__":
    site = ROOT / "build" / "docs"
    if wrong := build(site):
        sys.exit("\n".join(wrong))
    print(f"{len(list(site.glob('*.html')))} pages: {site / 'index.html'}")
