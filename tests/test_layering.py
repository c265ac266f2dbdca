"""Imports point one way, heavy ones wait until they are needed, and no pickle is ever read."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import elman

ROOT = Path(elman.__file__).parent

GROUPS = [
    {"errors", "cells"},
    {"schema", "artifact", "intervals", "native", "data"},
    {"runtime", "ops"},
    {"nn"},
    {"models", "memory", "explaining", "bench"},
    {"training"},
    {"tasks"},
    {"report"},
    {"serve"},
    {"cli"},
]
"""From left to right; a file imports from its own folder and from groups to its left."""

SAME_GROUP = {("artifact", "schema")}
"""Neighbours that may be known: the directory is read with the closed-schema decoder."""

FILES = sorted(ROOT.rglob("*.py"))


def level(part):
    return next(k for k, group in enumerate(GROUPS) if part in group)


def imports(path):
    """Yield (module, whether it is imported as soon as the file is)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node not in late) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module, node not in late
            if node.module == "elman":
                yield from ((f"elman.{name.name}", node not in late) for name in node.names)


def test_every_file_is_seen():
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_to_the_left(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    here = parts[0]
    if here in ("__init__", "__main__"):
        return
    for module, _ in imports(path):
        if not module.startswith("elman.") or module == "elman.__version__":
            continue
        there = module.split(".")[1]
        if there == here or (here, there) in SAME_GROUP:
            continue
        assert level(there) < level(here), f"{'.'.join(parts)} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_pickle_and_no_evaluation(path):
    names = {module.split(".")[0] for module, _ in imports(path)}
    assert not names & {"pickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    assert not called & {"eval", "exec", "torch.load", "torch.save", "np.load", "compile"}


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
    code = "sys.argv = ['elman', 'train', '--help']\nfrom elman.cli.app import run\nrun()"
    assert loaded_by(code) == []


def test_runtime_imports_no_torch():
    code = "import elman.runtime.model, elman.tasks.classify, elman.tasks.forecast"
    assert loaded_by(code) == ["numpy"]


def test_public_names_are_what_all_says():
    assert sorted(elman.__all__) == elman.__all__
    for name in elman.__all__:
        assert callable(getattr(elman, name))
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        elman.trian  # noqa: B018
