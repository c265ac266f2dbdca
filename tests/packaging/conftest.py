"""A copy of what the package is made from: builds leave nothing in the checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE")
FOLDERS = ("elman", "tests", "benchmarks")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The checkout as it is after cloning: nothing built."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in FILES:
        shutil.copy2(ROOT / name, copy)
    built = shutil.ignore_patterns("__pycache__", "*.so*")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=built)
    return copy
