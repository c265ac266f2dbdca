"""Commands as pages show them: their options are there, by the names that they have now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from elman.cli import commands
from elman.cli.app import app
from elman.cli.pages import FORMER

ROOT = Path(__file__).parents[2]
commands.register(app)
OPTIONS = {
    name: {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    for name, command in typer.main.get_command(app).commands.items()
}
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "elman/web/tour").glob("*.md")),
    *(path for path in sorted((ROOT / "examples").rglob("*")) if path.is_file()),
]
COMMAND = re.compile(rf"\belman ({'|'.join(OPTIONS)})\b((?:\\\n|[^\n`|;])*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def shown(text):
    """Yield each command and option that a text has on one line of a shell."""
    for command, rest in COMMAND.findall(text):
        for option in OPTION.findall(rest.partition(" #")[0]):
            yield command, option


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_options_on_a_page_are_those_of_the_command(path):
    found = set(shown(path.read_text(encoding="utf-8")))
    assert not {(command, option) for command, option in found if option not in OPTIONS[command]}


def test_commands_are_found_on_the_pages():
    found = [each for path in PAGES for each in shown(path.read_text(encoding="utf-8"))]
    assert len(found) > 150
    assert {"train", "predict", "serve", "export", "lab"} <= {command for command, _ in found}
    assert list(shown("`elman predict m \\\n --out o --no` | x --a; `elman lab` --b")) == [
        *(("predict", "--out"), ("predict", "--no"))
    ]


@pytest.mark.parametrize("former", sorted({name for each in FORMER.values() for name in each}))
def test_nothing_is_said_by_a_former_name(former):
    places = {*PAGES, *(ROOT / "elman").rglob("*.py")}
    places -= {ROOT / "CHANGELOG.md", ROOT / "elman/cli/pages.py"}  # what was, and what is taken
    named = re.compile(rf"(?<![\w-]){former}(?![\w-])")
    assert [p for p in places if named.search(p.read_text(encoding="utf-8"))] == []


def test_the_operator_is_told_which_commands_have_threads():
    page = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"[^.]*alone have `--threads`", page)
    named = {word for word in re.findall(r"\w+", said) if word in OPTIONS}
    assert named == {command for command, options in OPTIONS.items() if "--threads" in options}
