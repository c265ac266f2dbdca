"""The Triton kernels under the interpreter, in a process that runs beside the other tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = [Path(__file__).with_name(name) for name in ("test_gpu.py", "test_scan_gpu.py")]

RUN = pytest.StashKey()


def pytest_collection_finish(session):
    """Begin with the session, where a test will ask how it ended."""
    asking = [item for item in session.items if "interpreted" in getattr(item, "fixturenames", ())]
    skipped = any(mark.args[0] for item in asking for mark in item.iter_markers("skipif"))
    if asking and not skipped and not session.config.option.collectonly:
        session.config.stash[RUN] = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-v", *map(str, FILES)],
            env=os.environ | {"TRITON_INTERPRET": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="session")
def interpreted(request):
    """How it ended, and what it printed."""
    process = request.config.stash[RUN]
    printed, _ = process.communicate(timeout=300)
    return process.returncode, printed


def pytest_sessionfinish(session):
    """Nothing outlives a session that ended early."""
    if RUN in session.config.stash:
        process = session.config.stash[RUN]
        process.kill()
        process.communicate()
