"""Make small wrong changes in the Python, one at a time, and demand that a named test turns red.

    python tests/mutate_python.py [WORD …]     all mutants, or those whose name or file has a word

Each is tried in a private copy of the package, in a process forked from this one, which has torch
loaded already. One that its tests let pass has survived: exit code 1. So has one whose place in the
sources is gone (stale): mend the list in `python_mutants.py` with the code.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest
import torch  # noqa: F401  loaded once, for all forks

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.python_mutants import MUTANTS, Mutant  # noqa: E402

LONGEST_S = 600.0
"""A mutant that takes longer counts as seen: it does not end."""


def copied(folder: Path) -> Path:
    """Copy what the tests need."""
    for name in ("elman", "tests", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            shutil.copy(source, folder / name)
    return folder


def is_red(root: Path, tests: list[str], longest_s: float = LONGEST_S) -> bool:
    """Run tests on the copy in a fork; what does not end counts as seen."""
    child = os.fork()
    if child == 0:
        code = 1  # whatever comes out of it, this process goes no further
        try:
            code = _tried(root, tests)
        finally:
            os._exit(code)
    begun = time.monotonic()
    while time.monotonic() - begun < longest_s:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            if code == 3:
                raise SystemExit(f"these tests cannot be run: {' '.join(tests)}")
            return code != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _tried(root: Path, tests: list[str]) -> int:
    """Run tests in this process; 0 if all pass, 1 if not, 3 if they cannot be run."""
    os.chdir(root)
    for module in [m for m in sys.modules if m.split(".")[0] in ("elman", "tests")]:
        del sys.modules[module]
    sys.path[:] = [str(root), *(p for p in sys.path if Path(p).resolve() != ROOT)]
    os.environ["PYTHONPATH"] = str(root)  # of programs that tests begin
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow"]
    code = pytest.main([*options, *tests])
    # a test that is not there must not count as one that saw something
    return 0 if code == 0 else 1 if code in (1, 2) else 3


def fate(root: Path, mutant: Mutant) -> str:
    path = root / mutant.file
    original = path.read_text(encoding="utf-8") if path.exists() else ""
    if original.count(mutant.old) != 1:
        return "stale"
    path.write_text(original.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return "killed" if is_red(root, list(mutant.tests)) else "SURVIVED"
    finally:
        path.write_text(original, encoding="utf-8")


def main() -> int:
    words = sys.argv[1:]
    chosen = [m for m in MUTANTS if not words or any(w in m.name or w in m.file for w in words)]
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder))
        every = sorted({test for mutant in chosen for test in mutant.tests})
        if is_red(root, every, longest_s=3600.0):
            raise SystemExit("the code as it is does not pass these tests")
        for mutant in chosen:
            found = fate(root, mutant)
            print(f"{found:8}  {mutant.file}: {mutant.name}", flush=True)
            survivors += found != "killed"
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
