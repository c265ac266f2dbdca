"""What docs/chapter.md shows is what its blocks print.

Words must be equal; numbers of trained nets may differ a little from machine to machine. After a
change that is meant, `python tests/test_chapter.py` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "chapter.md"
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.M | re.S)
NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")

POINTS = 4.0
"""Of a line in percent: other processors round otherwise, and a training carries that on."""

SHARE = 0.05
"""Of any other number, or 0.02 where that is more."""


def run(page: str, folder: Path) -> str:
    """Run every block in order; return the page with what they print now."""
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(folder), "COLUMNS": "100"}
    said = []  # python blocks share their names, as in one session

    def printed(command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def again(block: re.Match[str]) -> str:
        kind, code, _ = block.groups()
        if kind == "console":
            commands = [line[2:] for line in code.splitlines() if line.startswith("$ ")]
            shown = "".join(f"$ {line}\n{printed(['sh', '-c', line])}" for line in commands)
            return f"```console\n{shown}```\n"
        said.append(code)
        # what earlier blocks print is not wanted again
        quiet = "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n"
        before = [part for part in said[:-1] if "def write" in part or "airline()" in part]
        body = "".join(f"    {line}\n" for part in before for line in part.splitlines())
        output = printed([sys.executable, "-c", (quiet + body if before else "") + code])
        return f"```python\n{code}```\n" + (f"```text\n{output}```\n" if output else "")

    return BLOCK.sub(again, page)


def close(found: str, expected: str) -> bool:
    """Whether two lines have the same words and nearly the same numbers."""
    words = [re.sub(r"\s+|[█·]", "", NUMBER.sub("#", line)) for line in (found, expected)]
    if words[0] != words[1]:
        return False
    pairs = zip(NUMBER.findall(found), NUMBER.findall(expected), strict=True)
    values = [[float(value.replace(",", "")) for value in pair] for pair in pairs]
    least = POINTS if "%" in expected else 0.0 if "e-" in expected else 0.02
    return all(abs(a - b) <= max(least, SHARE * abs(b)) for a, b in values)


def test_the_chapter_is_answered_as_printed(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    found = run(page, tmp_path).splitlines()
    expected = page.splitlines()
    differing = [(a, b) for a, b in zip(found, expected, strict=False) if not close(a, b)]
    assert not differing, "\n".join(f"found    {a}\nexpected {b}" for a, b in differing)
    assert len(found) == len(expected)


def test_a_difference_is_seen():
    assert close("accuracy 99.1% of 800", "accuracy 98.9%  of 800")
    assert not close("accuracy 70.1% of 800", "accuracy 98.9% of 800")
    assert not close("the same: False", "the same: True")
    assert not close("state +0.52", "state -0.52")
    assert not close("right 90.1%", "right 99.9%")
    assert not close("after 39 steps 5.4e-09", "after 39 steps 3.3e-02")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(run(PAGE.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
