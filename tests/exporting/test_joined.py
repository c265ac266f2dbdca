"""Part of the package as one file: what is used, as it stands, and nothing of what is not."""

from __future__ import annotations

import ast
import importlib
import sys
import textwrap
import types

import pytest

from elman.data.text.words import tokenize
from elman.exporting.joined import joined
from tests.web.text_models import TEXTS


def run(source):
    module = types.ModuleType("joined")
    sys.modules["joined"] = module  # dataclasses look their module up
    exec(compile("from __future__ import annotations\n" + source, "joined", "exec"), vars(module))
    return module


def test_what_is_joined_is_the_same_function():
    source = joined("elman.data.text.words", ["tokenize"])
    assert "elman" not in {name.split(".")[0] for name in imported(source)}
    alone = run(source).tokenize
    assert [alone(text) for text in TEXTS] == [tokenize(text) for text in TEXTS]
    assert "def all_resolved" not in source  # which it does not use
    assert "# A tag has no white space inside here" in source
    assert source.index("INVISIBLE = ") < source.index("INVISIBLE += ") < source.index("def kinds")


def test_what_is_used_of_other_modules_comes_first_and_once():
    source = joined("elman.judging.tags.decision", ["TagDecision"])
    assert source.count("def repeated(") == 1
    assert source.index("def may_follow(") < source.index("class TagDecision")
    decision = run(source).TagDecision(("O", "B-x", "I-x"), "IOB2")
    assert decision.check() is None


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Modules of the package that stand elsewhere."""
    import elman

    monkeypatch.setattr(elman, "__path__", [*elman.__path__, str(tmp_path)])

    def write(**sources):
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(source))
        importlib.invalidate_caches()

    return write


def test_two_things_of_one_name_are_refused_and_equal_ones_are_one(modules):
    modules(
        made_a="""
            LEAST = 1
            Floats = list[float]
            def a(x: Floats): return LEAST
        """,
        made_b="""
            from elman.made_a import a
            LEAST = 1
            Floats = list[int]
            def b(x: Floats): return a(x) + LEAST
        """,
        made_c="""
            from elman.made_a import a
            LEAST = 2
            def c(x): return a(x) + LEAST
        """,
    )
    source = joined("elman.made_b", ["b"])
    assert source.count("LEAST = 1") == 1
    assert run(source).b([]) == 2
    with pytest.raises(
        ValueError, match=r"LEAST is made by elman\.made_[ac] and by elman\.made_[ac]"
    ):
        joined("elman.made_c", ["c"])


def test_whole_modules_and_other_names_are_refused(modules):
    modules(
        made_a="def a(): return 1",
        made_b="from elman import made_a\ndef b(): return made_a.a()",
        made_c="from elman.made_a import a as z\ndef c(): return z()",
    )
    with pytest.raises(ValueError, match=r"elman.made_b takes a whole module: made_a"):
        joined("elman.made_b", ["b"])
    with pytest.raises(ValueError, match=r"elman.made_c calls a of elman.made_a by another name"):
        joined("elman.made_c", ["c"])


def test_what_an_annotation_alone_names_is_left_out(modules):
    modules(
        made_a="class Large:\n    pass\n\n\nclass Base:\n    pass",
        made_b="""
            from elman.made_a import Base, Large
            class B(Base):
                large: Large | None = None
            def b(large: Large) -> Large: return B()
        """,
    )
    source = joined("elman.made_b", ["b"])
    assert "class Base" in source
    assert "class Large" not in source
    assert run(source).b(None).large is None
