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


_LONGEST = (
    "tests/test_chapter.py",
    "tests/test_docs.py",
    "tests/packaging/test_wheel.py",
    "tests/tasks/contract/test_page.py",
    "tests/web/test_lab_models.py",
    "tests/tasks/classify/test_training.py",
    "tests/python/test_types.py",
)


def pytest_collection_modifyitems(items):
    """Have the longest files begin first, so that two processes end together."""
    begin = {file: n for n, file in enumerate(_LONGEST)}
    items.sort(key=lambda item: begin.get(item.nodeid.split("::")[0], len(begin)))


@pytest.fixture(scope="session", autouse=True)
def _quick_pages():
    """A page at the end of a training has no memory card here: hundreds of them would take minutes.

    Programs of their own, such as the demo, have it.
    """
    from elman.workflow.looking import report

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_CARD_TIME", "0.001s")
        yield


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
