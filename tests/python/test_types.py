"""Everything public is known to an editor: two type checkers read the programs of a stranger."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS = [HERE / "stranger.py", HERE / "mistaken.py"]


def _mypy(folder):
    """(file, line, message), as a user of the installed package has them."""
    files = [path.name for path in PROGRAMS]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]
    found = [re.match(r"(.+?):(\d+): error: (.*)", line) for line in lines]
    return [(one[1], int(one[2]), one[3]) for one in found]


def _pyright(folder):
    command = shutil.which("basedpyright", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("basedpyright is not installed")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    command = [command, "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)["generalDiagnostics"]
    return [
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1, one["message"])
        for one in told
        if one["severity"] == "error"
    ]


@pytest.mark.parametrize("checker", [_mypy, _pyright], ids=["mypy", "pyright"])
def test_a_stranger_is_told_of_mistakes_and_of_nothing_else(tmp_path, checker):
    for path in PROGRAMS:
        shutil.copy(path, tmp_path)
    found = defaultdict(dict)
    for file, line, message in checker(tmp_path):
        found[file][line] = message
    mistaken = (HERE / "mistaken.py").read_text().splitlines()
    wrong = {n for n, line in enumerate(mistaken, 1) if "# ERROR" in line}
    assert len(wrong) >= 10
    assert found.pop("stranger.py", {}) == {}
    assert set(found.pop("mistaken.py")) == wrong
    assert not found
