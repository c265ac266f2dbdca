"""Node, its packages and a browser for tests of pages; without them those tests are left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

__all__ = ["WEB", "drive", "needs_browser", "needs_node"]

WEB = Path(__file__).parents[2] / "web"
_PLAYWRIGHT = WEB / "node_modules/.bin/playwright"
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(),
    reason="pages' sources are not tested: no Node, or no web/node_modules (make web)",
)
needs_browser = pytest.mark.skipif(
    _CHROMIUM is None or shutil.which("node") is None or not _PLAYWRIGHT.exists(),
    reason="pages are not driven: no Chromium, no Node, or no web/node_modules (make web)",
)


def drive(spec: str, **settings: str) -> None:
    """Run a spec of web/tests/browser; settings go to it as ELMAN_… in the environment.

    ELMAN_PICTURES names the folder of web/ where pictures of what it saw are kept.
    """
    told = {f"ELMAN_{name.upper()}": value for name, value in settings.items()}
    with tempfile.TemporaryDirectory() as traces:
        done = subprocess.run(
            [_PLAYWRIGHT, "test", spec],
            cwd=WEB,
            env={**os.environ, "CHROMIUM": str(_CHROMIUM), "ELMAN_TRACES": traces, **told},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
