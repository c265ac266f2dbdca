"""Manners of the command line: versions, help, how much is said, completion, eighty columns."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from elman import native, tasks
from elman.cli import commands
from elman.cli.app import app
from elman.cli.main import run
from elman.version import __version__
from tests.attribution.models import saved
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

COMMANDS = (
    "train",
    "compare",
    "evaluate",
    "predict",
    "update",
    "drift",
    "explain",
    "memory",
    "report",
    "stream",
    "export",
)
COMMANDS += ("serve", "lab", "demo", "recall", "bench")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manners")
    saved(folder / "m")
    write_csv(folder / "r.csv", reviews(60))
    return folder


def test_version_names_elman_kernels_python_and_torch():
    (line,) = elman("--version").stdout.splitlines()
    assert line.startswith(f"elman {__version__} (kernels: {native.isa() or 'no C++'}")
    assert "Python 3." in line
    assert "; torch 2." in line


def test_alone_it_prints_its_help_and_is_content():
    assert elman().stdout == elman("--help").stdout == elman("-h").stdout
    assert list(re.findall(r"^  ([a-z]+) {2}", elman().stdout, re.M)) == list(COMMANDS)
    assert "..." not in elman().stdout.split("Commands:")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_pages_of_help_fit_eighty_columns_and_have_panels(command):
    short, page = elman(command, "-h").stdout, elman(command, "--help").stdout
    assert short == page
    assert max(map(len, page.splitlines())) <= 80
    assert "\nOutput:\n" in page
    for option in ("--json", "-q, --quiet", "-v, --verbose", "-h, --help"):
        assert option in page
    assert not re.search(r"<\w+( range)?>", page)


def test_the_long_page_has_the_options_that_few_need():
    short, long = elman("train", "--help").stdout, elman("train", "--help-all").stdout
    kind = tasks.options_of(tasks.names()[0])
    advanced = [f for f in kind.__dataclass_fields__.values() if f.metadata["advanced"]]
    assert len(advanced) > 5
    for field in advanced:
        name = "--" + field.name.replace("_", "-")
        assert (f"  {name} " in short, f"  {name} " in long) == (False, True)
    assert elman("train", "--help").stdout == short
    assert [*re.findall(r"^(\w+):$", short, re.M)] == [
        *("Arguments", "Data", "Training", "Output", "Options")
    ]
    assert len(short.splitlines()) < 60
    elman("stream", "--help-all", code=2)  # has none


def test_quiet_keeps_the_result_and_verbose_says_what_was_chosen(place):
    words = ["train", "r.csv", "--threads", 1, "--no-baselines"]
    plain = elman(*words, "--out", "one", cwd=place)
    quiet = elman(*words, "--out", "two", "-q", cwd=place)
    before = elman("-q", *words, "--out", "three", cwd=place)
    assert "60 rows, 2 classes" in plain.stdout
    for done in (quiet, before):
        assert "60 rows, 2 classes" not in done.stdout
        assert "judged on 6 rows" in done.stdout
        assert done.stderr == ""
    verbose = elman(*words, "--out", "four", "--verbose", cwd=place)
    assert "r.csv is read as csv; columns: text, label" in verbose.stderr
    assert re.search(r"^fit-0: rnn runs on \w+", verbose.stderr, re.M)
    assert re.search(r"^fit: \d+\.\d\d s$", verbose.stderr, re.M)
    assert re.search(r"^train: \d+\.\d\d s$", verbose.stderr, re.M)
    assert "judged on 6 rows" in verbose.stdout
    assert elman("predict", "m", "good", cwd=place).stderr == ""  # the log is shut again


@pytest.mark.parametrize("command", [["predict", "m", "a"], ["evaluate", "m", "r.csv"]])
def test_verbose_names_the_model_and_what_runs_it(place, command):
    done = elman(*command, "-v", cwd=place)
    runs = "C++ kernels" if native.isa() else "numpy"
    assert f"m: classify, rnn of 7 units; runs on {runs}" in done.stderr
    quiet = elman(*command, "-q", "--json", cwd=place)
    assert (quiet.stdout.count("\n"), quiet.stderr) == (1, "")


def test_quiet_and_verbose_contradict(place):
    done = elman("predict", "m", "a", "-q", "-v", cwd=place, code=2)
    assert "--quiet and --verbose contradict each other" in done.stderr


def completed(words, place):
    asked = {"_ELMAN_COMPLETE": "complete_bash", "COMP_WORDS": f"elman {words}"}
    asked["COMP_CWORD"] = str(len(words.split(" ")))
    here, out = os.getcwd(), io.StringIO()
    os.chdir(place)
    try:
        with (
            mock.patch.dict(os.environ, asked),
            mock.patch.object(sys, "argv", ["elman"]),
            contextlib.redirect_stdout(out),
            pytest.raises(SystemExit) as ended,
        ):
            run()
    finally:
        os.chdir(here)
    assert not ended.value.code
    return out.getvalue().split()


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("pre", ["predict"]),
        ("train r.csv --preset f", ["fast"]),
        ("train r.csv --cell ", ["rnn", "gru", "lstm"]),
        ("train --task ", list(tasks.names())),
        ("train r.csv --label ", ["text", "label"]),
        ("evaluate m r.csv --text t", ["text"]),
        ("train nosuch.csv --label ", []),
        ("predict m --input r.csv --keep text,", ["text,label"]),
        ("predict m --format l", ["lines"]),
        ("compare r.csv --models rnn,s", ["rnn,strong"]),
        ("recall --init l", ["latch"]),
        ("bench --cell g", ["gru"]),
        ("train --help-", ["--help-all"]),
    ],
)
def test_a_shell_completes(place, words, values):
    assert completed(words, place) == values


def test_completion_imports_nothing_heavy(place):
    asked = {"_ELMAN_COMPLETE": "complete_bash", "COMP_CWORD": "4"}
    asked["COMP_WORDS"] = f"elman train {place / 'r.csv'} --label "
    script = """
import sys
sys.argv = ["elman"]
from elman.cli.main import run
try:
    run()
except SystemExit:
    print([m for m in ("torch", "numpy", "rich") if m in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | asked, capture_output=True, text=True
    )
    assert done.stdout.split("\n") == ["text", "label", "[]", ""]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["evalute"], "No such command 'evalute'. Did you mean 'evaluate'?"),
        (["train", "--otu", "x"], "No such option: --otu. Did you mean --column, --group, --out?"),
        (["train", "d", "--seed", "x"], "Invalid value for '--seed': expected a whole number."),
        (["bench", "--seconds", "x"], "Invalid value for '--seconds': expected a number."),
        (["recall", "--hidden-size", "0"], "Invalid value for '--hidden-size': expected 1 or more"),
    ],
)
def test_slips_of_the_hand_are_named_in_plain_words(words, message):
    assert f"error: {message}" in elman(*words, code=2).stderr


def test_what_a_command_makes_is_called_out_everywhere_and_old_names_are_taken(place):
    commands.register(app)
    for command in app.registered_commands:
        page = elman(command.callback.__name__, "--help-all", code=None).stdout
        assert "--output" not in page
        assert "--html" not in page
    elman("explain", "m", "good", "--html", "p.html", cwd=place)
    elman("predict", "m", "--input", "r.csv", "--output=o.csv", cwd=place)
    assert (place / "p.html").exists()
    assert (place / "o.csv").exists()
    assert "--output" in elman("predict", "m", "--", "--output", cwd=place).stdout
    words = ["predict", "m", "--input", "r.csv"]
    for typed in ("--out", "--output"):
        error = elman(*words, typed, "r.csv", cwd=place, code=2).stderr
        assert error == f"error: {typed} r.csv is the input itself; name another file\n"


def test_every_default_is_taken_as_what_is_typed_would_be():
    """typer gives a default to the parser as it stands, be it a path already."""
    taken = {}
    for module in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}."):
        for name, function in vars(importlib.import_module(module.name)).items():
            if name not in COMMANDS or not inspect.isfunction(function):
                continue
            for option in inspect.signature(function, eval_str=True).parameters.values():
                for told in getattr(option.annotation, "__metadata__", ()):
                    parser = getattr(told, "parser", None)
                    if parser and option.default not in (None, option.empty):
                        taken[name, option.name] = parser(option.default)
                        assert taken[name, option.name] == option.default
    assert taken[("demo", "out")] == Path("demo-model")
