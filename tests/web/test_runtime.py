"""The runtime of a page against Python's: the same tokens, outputs and answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.web import entities
from tests.web.networks import network_cases
from tests.web.texts import tokenized

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (entities.WEB / "node_modules").is_dir(),
    reason="node, or web/node_modules is not there: npm ci in web/",
)


def words() -> dict[str, Any]:
    return {"texts": tokenized()}


SECTIONS: dict[str, Callable[[], Any]] = {"words": words, "networks": network_cases}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_page_says_what_python_says(section, tmp_path):
    """Each section has its test in web/tests/parity, which reads what is written here."""
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({section: SECTIONS[section]()}))
    ran = subprocess.run(
        ["npx", "vitest", "run", f"tests/parity/{section}.test.ts"],
        cwd=entities.WEB,
        env=os.environ | {"ELMAN_PARITY": str(path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_entities_are_those_of_python():
    assert entities.MODULE.read_text(encoding="utf-8") == entities.module()
