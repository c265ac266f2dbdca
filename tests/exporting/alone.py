"""The example that an export writes, as a module of this process."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

__all__ = ["loaded"]


def loaded(onnx: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the example beside a graph."""
    spec = importlib.util.spec_from_file_location("film", onnx.with_suffix(".py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "film", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
