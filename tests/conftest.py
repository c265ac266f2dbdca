"""One thread: the networks of the tests are too small to share. And any set of instructions."""

import os

import pytest

from elman import native

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def isa(request):
    """Have the kernels run on one instruction set of `tests.isas.ISAS_HERE`."""
    before = native.isa()
    if request.param:
        assert native.use_isa(request.param)
        assert native.isa() == request.param
    yield request.param
    if before:
        native.use_isa(before)
