"""The runtime of a page against Python's: the same tokens, outputs and answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web import entities
from tests.web.networks import network_cases
from tests.web.opponents import opponent_cases
from tests.web.series_models import calendar_cases, series_cases
from tests.web.signal_models import signal_cases
from tests.web.tag_models import shapes, tag_cases
from tests.web.text_models import text_cases
from tests.web.texts import tokenized
from tests.web.trained import trained_cases
from tests.web.translation_models import piece_cases, translation_cases

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (entities.WEB / "node_modules").is_dir(),
    reason="node, or web/node_modules is not there: npm ci in web/",
)


SECTIONS: dict[str, Callable[[], Any]] = {
    "words": lambda: {"texts": tokenized()},
    "networks": network_cases,
    "texts": text_cases,
    "series": lambda: {
        "models": series_cases(),
        "calendars": calendar_cases(),
    },
    "signals": signal_cases,
    "translations": lambda: {
        "models": translation_cases(),
        "pieces": piece_cases([text for text, _ in tokenized()[::7]]),
    },
    "opponents": opponent_cases,
    "tags": lambda: {"shapes": shapes(), "models": tag_cases()},
}
"""Each has its test in web/tests/parity, which reads what is written here."""


def run(sections: dict[str, Any], folder: Path) -> None:
    """Fail with what vitest says where a test of a section is red."""
    path = folder / "cases.json"
    path.write_text(json.dumps(sections))
    tests = [f"tests/parity/{section}.test.ts" for section in sections]
    ran = subprocess.run(
        ["npx", "vitest", "run", "--reporter=dot", *tests],
        cwd=entities.WEB,
        env=os.environ | {"ELMAN_PARITY": str(path), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if ran.returncode:
        pytest.fail(ran.stdout + ran.stderr, pytrace=False)


def test_a_page_says_what_python_says(tmp_path):
    run({name: make() for name, make in SECTIONS.items()}, tmp_path)


def test_a_page_says_what_python_says_with_trained_models(tmp_path):
    """In each precision: Python then computes with the weights that the page has."""

    def trained(*kinds: str) -> list[dict[str, Any]]:
        return [case for kind in kinds for case in trained_cases(kind, tmp_path)]

    sections = {
        "texts": trained("classify", "classify-linear"),
        "series": SECTIONS["series"]() | {"models": trained("forecast")},
        "signals": trained("signal-sound"),
        "tags": {"shapes": {}, "models": trained("tag-chain")},
        "translations": {"models": trained("translate"), "pieces": piece_cases([])},
    }
    run(sections, tmp_path)


def test_entities_are_those_of_python():
    assert entities.MODULE.read_text(encoding="utf-8") == entities.module()
