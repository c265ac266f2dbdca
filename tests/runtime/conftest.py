"""The two ways to run the recurrent layers of a saved network."""

from __future__ import annotations

import pytest

from elman import native


@pytest.fixture(params=["native", "numpy"])
def backend(request, monkeypatch):
    """The C++ kernels, or numpy as where an install lacks them; subprocesses follow."""
    if request.param == "numpy":
        monkeypatch.setenv("ELMAN_NATIVE", "off")
        monkeypatch.setattr(native, "missing", lambda: "left out by a test")
    elif reason := native.missing():
        pytest.skip(reason)
    return request.param
