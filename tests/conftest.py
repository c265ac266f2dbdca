"""One thread: the networks of the tests are too small to share. One budget for hypothesis.

Property tests are not timed: a busy machine is not a failure.
"""

import os

import pytest
from hypothesis import settings

from elman import native

os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("elman", max_examples=100, deadline=None)
settings.load_profile("elman")


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
