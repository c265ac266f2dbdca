"""docs/api.md is what the docstrings say; `make api` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from tests.api import PACKAGES, page, public

PAGE = Path(__file__).parent.parent / "docs" / "api.md"


def test_the_reference_is_what_the_docstrings_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make api`"


def test_every_public_name_is_described():
    text = page()
    for package in PACKAGES:
        section = re.search(rf"^## {re.escape(package)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]
        entries = dict(re.findall(r"^### (\w+)\n\n(.*?)(?=^### |\Z)", section, re.M | re.S))
        for name in public(package):
            if f"{package}.{name}" not in PACKAGES:
                said = re.sub(r"```.*?```", "", entries[name], flags=re.S)
                assert len(said.split()) > 3, f"{package}.{name}"


def test_fences_are_closed():
    assert page().count("```") % 2 == 0


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
