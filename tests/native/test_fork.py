"""A child that was forked computes what its parent computes, on as many threads.

Outside of this process: here the pool of threads may have been used by anything.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from elman import native

pytestmark = [
    pytest.mark.skipif(native.missing() is not None, reason=str(native.missing())),
    pytest.mark.skipif(sys.platform == "win32", reason="this system has no fork"),
]

PROGRAM = """
import os, select, sys, torch, elman.nn

torch.manual_seed(0)
torch.set_num_threads(2)
layer = elman.nn.GRU(64, 128, num_layers=2, batch_first=True)
x, large = torch.randn(32, 50, 64), torch.randn(500, 500)


def forward():
    with torch.no_grad():
        return layer(x)[0][31, 49, :5].tolist()


def training():
    layer.zero_grad()
    output = layer(x)[0]
    output.backward(output.detach())
    return forward() + [p.grad.view(-1)[7].item() for p in layer.parameters()]


def torchs_own():
    return [float((large @ large).exp().isfinite().sum())]


def within():
    return training() + forked(training) + forked(torchs_own)


def forked(function):
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(sending, repr(function()).encode())
        os._exit(0)
    if not select.select([receiving], [], [], 40)[0]:
        os.kill(child, 9)
        sys.exit("the child hangs")
    os.waitpid(child, 0)
    return eval(os.read(receiving, 10000))
"""

SITUATIONS = {
    "a layer used before": """
expected, own = training(), torchs_own()
assert forked(training) == expected
assert forked(torchs_own) == own
assert forked(within) == expected + expected + own
assert training() == expected
""",
    "torch alone used before": """
torchs_own()
expected = forked(forward)
assert expected == forward()
assert forked(training) == training()  # of torch's own operations, none that is shared out
""",
    "nothing used before": """
assert forked(forward) == forward()
""",
    "a layer used by another thread": """
import threading
thread = threading.Thread(target=training)
thread.start()
thread.join()
assert forked(training) == training()
""",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_forked_child_computes_as_its_parent(situation):
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM + SITUATIONS[situation]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
