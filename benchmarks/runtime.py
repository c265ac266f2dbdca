"""Time a saved model's arithmetic without torch: many texts, one text, one streamed word.

python benchmarks/runtime.py, and once more with ELMAN_NATIVE=off for numpy: one thread, process
time, random weights and words.
"""

import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from elman import native
from elman.runtime.network import Network
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import tensor_shapes


def best(call, times: int) -> float:
    """Milliseconds."""
    found = float("inf")
    for _ in range(times):
        begun = time.process_time()
        call()
        found = min(found, 1e3 * (time.process_time() - begun))
    return found


draw = np.random.default_rng(0)
text = draw.integers(2, 20_000, 200)
texts = [draw.integers(2, 20_000, n) for n in draw.integers(50, 250, 2000)]
print(native.isa() or native.missing())
for cell, H in (("rnn", 32), ("lstm", 256)):
    spec = NetworkSpec(
        cell=cell, hidden_size=H, outputs=1, vocabulary=20_000, input_size=32, pools=("mean",)
    )
    tensors = {
        name: draw.uniform(-0.1, 0.1, shape).astype(np.float32)
        for name, shape in tensor_shapes(spec).items()
    }
    network = Network(spec, tensors)
    many = best(lambda network=network: network.forward(texts), 3)
    one = best(lambda network=network: network.forward([text]), 50)
    state = network.begin()
    words = best(
        lambda network=network, state=state: [network.step(state, 7) for _ in range(100)], 20
    )
    print(f"{cell} {H}: 2,000 texts {many:.0f} ms, one {one:.2f} ms, a word {10 * words:.1f} µs")
