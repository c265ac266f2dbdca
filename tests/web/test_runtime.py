"""The runtime of a page against Python's: the same tokens, outputs and answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
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


def test_a_page_says_what_python_says(kept_of, tmp_path):
    """Networks of every shape, and trained ones, with their weights in each precision.

    Each section has its test in web/tests/parity, which reads what is written here.
    """

    def trained(*kinds: str) -> list[dict[str, Any]]:
        return [case for kind in kinds for case in trained_cases(kind, kept_of(kind))]

    texts = tokenized()
    sections = {
        "words": {"texts": texts},
        "networks": network_cases(),
        "texts": text_cases() + trained("classify", "classify-linear"),
        "series": {"models": series_cases() + trained("forecast"), "calendars": calendar_cases()},
        "signals": signal_cases() + trained("signal-sound"),
        "translations": {
            "models": translation_cases() + trained("translate"),
            "pieces": piece_cases([text for text, _ in texts[::7]]),
        },
        "opponents": opponent_cases(),
        "tags": {"shapes": shapes(), "models": tag_cases() + trained("tag-chain")},
    }
    path = tmp_path / "cases.json"
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


def test_entities_are_those_of_python():
    assert entities.MODULE.read_text(encoding="utf-8") == entities.module()
