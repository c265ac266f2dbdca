"""On which unit products of bfloat16 run, and nothing left to others because it is slower."""

from __future__ import annotations

import pytest

from elman import native, ops
from tests.contract.half.units import UNITS_HERE


@pytest.fixture(params=UNITS_HERE)
def unit(request, monkeypatch):
    """Each unit that this processor has, and the emulation, whatever is faster."""
    if request.param is None:
        pytest.skip(str(native.missing()))
    monkeypatch.setattr(ops.TWINS["half"], "advises_against", lambda *_, **__: None)
    assert native.use_half(request.param)
    assert native.half() == request.param
    yield request.param
    native.use_half(None)
