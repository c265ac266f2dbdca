"""What a step of training does not load: Triton, and torch's compiler, which takes two seconds."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys, torch, elman.nn
from elman import ops
from elman.models.network import RecurrentNetwork
from elman.runtime.spec import NetworkSpec

for kind in (elman.nn.RNN, elman.nn.GRU, elman.nn.LSTM,
             elman.nn.minGRU, elman.nn.minLSTM, elman.nn.LRU):
    output, _ = kind(3, 5, num_layers=2)(torch.zeros(4, 2, 3), lengths=[4, 1])
    output.sum().backward()
spec = NetworkSpec("gru", 5, outputs=2, vocabulary=9, input_size=3, pools=("mean", "max"))
network = RecurrentNetwork(spec)
network(torch.ones(2, 4, dtype=torch.int64), torch.tensor([4, 1])).sum().backward()
torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
x = torch.zeros(1, 1, 1)
choice = ops.explain_choice("rnn", x, weights=[x[0], x[0]], state=(x,))
assert choice.reasons["gpu"] == "x is on the cpu", choice
print([name for name in ("triton", "torch._dynamo", "torch._inductor") if name in sys.modules])
"""


def test_layers_train_without_triton_and_without_the_compiler():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
