"""Imports point one way, in no circle; heavy ones wait; files are short; no pickle is read."""

from __future__ import annotations

import ast
import importlib
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import elman
from elman import tasks

ROOT = Path(elman.__file__).parent

LEVELS = [
    {"errors", "version", "cells", "figures", "width"},
    {"schema", "files", "lock", "terminal", "native"},
    {"artifact", "data", "judging", "draw"},
    {"web"},
    {"runtime", "ops"},
    {"nn", "exporting"},
    {"models", "bench"},
    {"training"},
    {"attribution", "memory"},
    {"tasks"},
    {"reporting"},
    {"workflow"},
    {"serve"},
    {"cli", "sklearn", "sktime", "ray", "spark"},
]
"""From bottom to top; a file imports from lower levels and from its own folder."""

LONG = {"schema.py", "data/builtin/grammar.py"}
"""Closed schemas and lists of words may be as long as they are."""

FILES = sorted(ROOT.rglob("*.py"))


def name_of(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imports(name):
    """Every module of ours that a file imports, at once, late or for types alone."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            # a package is meant only where something of its own __init__ is taken
            files = inner & MODULES.keys()
            found |= files | ({node.module} if inner - files else set())
    return {module for module in found if module in MODULES}


IMPORTS = {name: imports(name) for name in MODULES}


def room(name):
    return name.split(".")[1] if "." in name else ""


def level(name):
    return next(n for n, rooms in enumerate(LEVELS) if room(name) in rooms)


def inside(name):
    return "." in name and room(name) != "__main__"


def test_every_file_is_seen():
    assert len(FILES) > 150
    assert {room(name) for name in MODULES if inside(name)} == set().union(*LEVELS)


def test_imports_point_downwards():
    upwards = [
        f"{name} imports {other}"
        for name in filter(inside, MODULES)
        for other in IMPORTS[name]
        if room(other) != room(name) and not (inside(other) and level(other) < level(name))
    ]
    assert not upwards


def test_no_two_files_import_each_other_by_any_way():
    """Also inside a folder, through late imports and those for types: one after another can go."""
    left = {name: set(others) - {name} for name, others in IMPORTS.items()}
    while free := [name for name, others in left.items() if not others & left.keys()]:
        for name in free:
            del left[name]
    assert not left, f"in a circle, or above one: {sorted(left)}"


def test_folders_of_tasks_do_not_know_each_other():
    knows = [
        f"{name} imports {other}"
        for name in MODULES
        for other in IMPORTS[name]
        if name.startswith("elman.tasks.")
        and other.startswith("elman.tasks.")
        and other.split(".")[2] in tasks.names()
        and name.split(".")[2] != other.split(".")[2]
    ]
    assert not knows


NAMES_OF_COLUMNS = ("elman.data.text.columns.names", "elman.data.text.leaks.columns")
"""Say what users call their columns, which may be what a task is called."""


def test_nobody_outside_its_folder_says_the_name_of_a_task():
    said = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and node.value in tasks.names()
        and not name.startswith(f"elman.tasks.{node.value}.")
        and name not in NAMES_OF_COLUMNS
    ]
    assert not said


def test_files_are_short_and_folders_hold_few():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    long = {
        path.relative_to(ROOT).as_posix(): count for path, count in lines.items() if count > 300
    }
    assert long.keys() <= LONG, long
    assert statistics.median(lines.values()) <= 110
    folders = {path.parent for path in FILES}
    full = [folder for folder in folders if len(list(folder.glob("*.py"))) > 15]
    assert not full


SENT = "elman.training.several.sent"
"""Between the processes of one run, from memory to memory, objects go as torch sends them."""


def test_no_pickle_and_no_evaluation():
    for name, tree in TREES.items():
        modules, called = set(), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call):
                called.add(ast.unparse(node.func))
        pickles = modules & {"pickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
        assert pickles == ({"pickle"} if name == SENT else set()), name
        refused = {"eval", "exec", "torch.load", "torch.save", "np.load", "compile"}
        assert not called & refused, name


HEAVY = ("torch", "sklearn", "scipy", "polars", "pandas")


def loaded_by(code):
    script = f"import sys\n{code}\nprint([m for m in {(*HEAVY, 'numpy')} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return ast.literal_eval(done.stdout.splitlines()[-1])


def test_facade_imports_nothing_heavy():
    assert loaded_by("import elman; elman.__version__; dir(elman)") == []


def test_help_imports_neither_torch_nor_numpy():
    code = "sys.argv = ['elman', 'train', '--help']\nfrom elman.cli.main import run\nrun()"
    assert loaded_by(code) == []


def test_runtime_and_every_task_import_no_torch():
    named = "; ".join(f"tasks.named({name!r})" for name in tasks.names())
    code = f"import elman.runtime.model, elman.workflow.load; from elman import tasks; {named}"
    assert loaded_by(code) == ["numpy"]
    assert loaded_by(f"{code}; import elman.serve.transport.server") == ["numpy"]


def test_public_names_are_what_all_says():
    assert sorted(elman.__all__) == elman.__all__
    for name in elman.__all__:
        assert callable(getattr(elman, name))
    for package in (elman.attribution, elman.memory, elman.nn, elman.ops):
        assert all(hasattr(package, name) for name in package.__all__)
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        elman.trian  # noqa: B018


@pytest.mark.parametrize(
    "door", ["attribution", "data", "errors", "memory", "nn", "ops", "sklearn", "sktime"]
)
def test_packages_need_no_import_of_their_own(door, monkeypatch):
    """What `import elman.nn` leaves on the package is taken away first."""
    if door == "sktime":
        pytest.importorskip("sktime")
    module = importlib.import_module(f"elman.{door}")
    monkeypatch.delattr(elman, door, raising=False)
    assert getattr(elman, door) is module
    assert door in dir(elman)
