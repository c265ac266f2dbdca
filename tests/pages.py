"""A page that runs: its blocks in order, what they print, and how nearly that must be equal.

A block is Python, or a console whose lines `$ …` are commands; what it prints stands below. Where
the next line begins with ≈, the figures come out of a training, and are one run's: text and number
of lines must still be equal, figures may move. A name in that line bounds the first figure after
it: "≈ one run: `right on` 90 to 100, 0 to 30" is about the first line with "right on" and the
second; a single bound is about every such line. "≈ within 0.02" is of a model that is kept: each
figure must be as near as that, whatever computes it. A line "…" stands for any number of lines.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cli.command import elman

__all__ = ["Block", "Session", "abridged", "blocks", "differences", "left_out", "rewritten"]

_ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(
    r"^```(python|console)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?(≈ [^\n]*\n)?",
    re.MULTILINE | re.DOTALL,
)
_FENCED = re.compile(r"^(`{3,})([^`\n]*)\n.*?^\1$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"elman (.*?)( [|>] .*)?")
_EXAMPLE = re.compile(r"python (examples/\w+\.py)")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")
_NEAR = re.compile(r"≈ within ([\d.]+)")
_NAMED = re.compile(r"`([^`]+)` ([^`;]+)")
_BOUND = re.compile(r"(-?[\d.]*\d) to (-?[\d.]*\d)")


@dataclass(frozen=True)
class Block:
    """One block of a page."""

    kind: str
    """`python` or `console`."""
    code: str
    """Of a console, its commands."""
    said: str
    """What the page says it prints; of a console with the commands."""
    mark: str = ""
    """The line that begins with ≈; without one every character counts."""

    def page(self, said: str) -> str:
        """Return the block as it stands in a page, with what it prints."""
        if self.kind == "console":
            return f"```console\n{said}```\n{self.mark}"
        shown = f"```text\n{said}```\n" if said else ""
        return f"```python\n{self.code}```\n{shown}{self.mark}"


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page in order."""
    return (_block(match) for match in _BLOCK.finditer(page))


def left_out(page: str) -> list[str]:
    """Return the kinds of what else stands in fences, in order, and is not run."""
    kinds = [match[2] for match in _FENCED.finditer(_BLOCK.sub("", page))]
    return [kind for kind in kinds if not kind.startswith("{")]


def _block(match: re.Match[str]) -> Block:
    kind, code, said, mark = match.groups(default="")
    if kind == "python":
        return Block(kind, code, said, mark)
    commands = [line for line in code.splitlines(keepends=True) if line.startswith("$ ")]
    return Block(kind, "".join(commands), code, mark)


class Session:
    """Blocks run one after the other in the current folder; Python blocks share their names.

    `elman …` runs in this process, 80 columns wide, whatever it is piped into in a shell; so does
    `python examples/….py`, which a page says as if it were typed in a checkout.
    """

    def __init__(self) -> None:
        self.names: dict[str, object] = {"__name__": "page"}

    def run(self, block: Block) -> str:
        """Return what a block prints; of a console with the commands."""
        if block.kind == "console":
            lines = block.code.splitlines()
            return "".join(f"{line}\n{self.shell(line.removeprefix('$ '))}" for line in lines)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(block.code, self.names)
        return out.getvalue()

    def shell(self, line: str) -> str:
        """Return what a command line prints."""
        if example := _EXAMPLE.fullmatch(line):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                runpy.run_path(str(_ROOT / example[1]))
            return out.getvalue()
        match = _COMMAND.fullmatch(line)
        if match is None:
            return _in_shell(line)
        arguments, rest = match.groups(default="")
        said = elman(*shlex.split(arguments), columns=80).stdout
        return _in_shell(f"cat{rest}", said) if rest else said


def _in_shell(line: str, given: str = "") -> str:
    done = subprocess.run(["sh", "-c", line], input=given, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}: {done.stderr}"
    return done.stdout


def differences(block: Block, found: str) -> list[str]:
    """Return what is not as the page says, in words; nothing if all is."""
    expected, lines = block.said.splitlines(), abridged(block, found).splitlines()
    if len(expected) != len(lines):
        return [f"{len(lines)} lines for {len(expected)}:\n{found}"]
    compared = _words if block.mark else str
    near = _NEAR.match(block.mark)
    wrong = [
        f"found    {b}\nexpected {a}"
        for a, b in zip(expected, lines, strict=True)
        if compared(a) != compared(b) or (near and _apart(a, b) > float(near[1]))
    ]
    return wrong + _out_of_bounds(block.mark, lines)


def abridged(block: Block, found: str) -> str:
    """Return what a block prints without the lines for which its page has one "…"."""
    before, gap, after = block.said.partition("\n…\n")
    lines, B, A = found.splitlines(), before.count("\n") + 1, after.count("\n")
    if not gap or len(lines) < B + A:
        return found
    return "".join(f"{line}\n" for line in [*lines[:B], "…", *lines[len(lines) - A :]])


def _words(line: str) -> str:
    """A line without its figures; columns and bars go with them."""
    return re.sub(r"\s+|[▁-█·░▒▓]", "", _NUMBER.sub("#", line))


def _apart(one: str, other: str) -> float:
    """By how much figures of two lines with the same words differ at most."""
    pairs = zip(_figures(one), _figures(other), strict=True)
    return max((abs(a - b) for a, b in pairs), default=0.0)


def _figures(line: str) -> list[float]:
    return [float(figure.replace(",", "")) for figure in _NUMBER.findall(line)]


def _out_of_bounds(mark: str, lines: list[str]) -> list[str]:
    wrong = []
    for name, said in _NAMED.findall(mark):
        bounds = [(float(low), float(high)) for low, high in _BOUND.findall(said)]
        figures = [
            _figures(rest)[0]
            for line in lines
            if not line.startswith("$ ")
            for _, found, rest in [line.partition(name)]
            if found
        ]
        if len(bounds) == 1:
            bounds *= max(1, len(figures))
        if len(bounds) != len(figures):
            wrong.append(f"`{name}` has {len(figures)} figures for {len(bounds)} bounds")
            continue
        wrong += [
            f"`{name}` is {figure}, expected {low} to {high}"
            for figure, (low, high) in zip(figures, bounds, strict=True)
            if not low <= figure <= high
        ]
    return wrong


def rewritten(page: str) -> str:
    """Run all blocks; return the page with what they print now."""
    session = Session()

    def again(match: re.Match[str]) -> str:
        block = _block(match)
        return block.page(abridged(block, session.run(block)))

    return _BLOCK.sub(again, page)
