"""What an index shows of the package, and what a type checker sees of a checkout."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_string

import pytest

from tests.packaging.conftest import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
SOURCE = '\n[project.urls]\nSource = "https://example.org/elman/"\n'


def build(checkout, what, into):
    """Run one hook of the build, without a compiler."""
    code = f"from setuptools import build_meta; print(build_meta.{what}({str(into)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        env={"CXX": "no-such-compiler", "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return into / done.stdout.splitlines()[-1]


@pytest.fixture
def metadata(checkout, tmp_path):
    """The metadata of a wheel, with more lines in pyproject.toml."""
    project = (checkout / "pyproject.toml").read_text(encoding="utf-8")

    def metadata(more=""):
        (checkout / "pyproject.toml").write_text(project + more, encoding="utf-8")
        made = build(checkout, "prepare_metadata_for_build_wheel", tmp_path)
        return message_from_string((made / "METADATA").read_text(encoding="utf-8"))

    yield metadata
    (checkout / "pyproject.toml").write_text(project, encoding="utf-8")


def headings(file):
    """The places in a Markdown file that a link can lead to."""
    titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_metadata_is_complete_and_links_lead_nowhere_wrong(metadata):
    found = metadata()
    assert found["License-Expression"] == "Apache-2.0"
    assert found["Author"] == "the elman authors"
    assert found["Description-Content-Type"] == "text/markdown"
    assert found["Requires-Python"] == ">=3.10"
    assert len(found.get_all("Classifier")) > 8
    assert "GRU" in found["Keywords"].split(",")
    shown, readme = found.get_payload(), (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(LINK.findall(readme)) > 5
    assert LINK.findall(shown) == []
    assert "commands and intervals in docs/results.md." in shown
    assert "![" not in shown
    assert abs(shown.count("\n") - readme.count("\n")) <= 1


def test_links_lead_to_the_source_where_it_is_public(metadata):
    shown, readme = metadata(SOURCE).get_payload(), (ROOT / "README.md").read_text("utf-8")
    links, place = LINK.findall(shown), "https://example.org/elman"
    assert len(links) == len(LINK.findall(readme))
    assert f"{place}/blob/HEAD/docs/results.md" in links
    assert f"![recall by length]({place}/raw/HEAD/docs/reach.svg)" in shown
    for link in links:
        file, _, heading = link.split("/HEAD/")[1].partition("#")
        assert (ROOT / file).exists(), link
        assert not heading or heading in headings(ROOT / file), link


def test_types_are_seen_in_an_editable_install(checkout, tmp_path):
    """A hook of the import system would do for Python alone."""
    with zipfile.ZipFile(build(checkout, "build_editable", tmp_path)) as wheel:
        names = [name for name in wheel.namelist() if "dist-info" not in name]
        assert [name.rsplit(".", 1)[1] for name in names] == ["pth"]
        assert wheel.read(names[0]).decode().strip() == str(checkout)
    assert (checkout / "elman/py.typed").exists()
