"""Which twin the layers run on, one thread, and a count of what no twin supported."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from elman import ops
from tests.contract.table import CPU_LACKS


@pytest.fixture(autouse=True)
def _one_thread():
    """torch's threads wait by spinning, which on a busy machine turns tiny layers into seconds."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(params=["cpu", "aten"])
def engine(request, monkeypatch):
    """Have the layers run on one twin: the C++ kernels, or torch's where they do not serve."""
    if request.param == "cpu" and CPU_LACKS:
        pytest.skip(f"cpu: {CPU_LACKS}")
    if request.param == "aten":
        for twin in ("gpu", "half", "cpu"):
            monkeypatch.setattr(ops.TWINS[twin], "supports", lambda *_, **__: "left out")
    return request.param


def pytest_terminal_summary(terminalreporter):
    """Say how many cases of the table no twin computed, by reason."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if "tests/contract/" in report.nodeid and isinstance(report.longrepr, tuple)
    )
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"contract table: {count} skipped: {reason}")
