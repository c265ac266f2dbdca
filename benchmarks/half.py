"""Time one row to 32 in bfloat16, without gradients, beside torch's own layer in bfloat16.

python benchmarks/half.py: one thread, process time, the best of many calls, in turns; the largest
error is that against float32 with the same rounded weights and inputs.
"""

import time

import torch
from torch import nn

import elman.nn

SHAPES = ((1, 100, 64, 64), (1, 100, 256, 256), (1, 50, 1024, 1024), (4, 50, 512, 512),
          (32, 20, 512, 512))  # fmt: skip


def best(*calls) -> list[float]:
    """Milliseconds of each."""
    found = [float("inf")] * len(calls)
    for _ in range(60):
        for k, call in enumerate(calls):
            begun = time.process_time()
            call()
            found[k] = min(found[k], 1e3 * (time.process_time() - begun))
    return found


torch.set_num_threads(1)
torch.manual_seed(0)
with torch.no_grad():
    for cell in ("RNN", "GRU", "LSTM"):
        for B, T, features, H in SHAPES:
            theirs = getattr(nn, cell)(features, H, batch_first=True).bfloat16()
            ours = getattr(elman.nn, cell)(features, H, batch_first=True).bfloat16()
            exact = getattr(nn, cell)(features, H, batch_first=True)
            ours.load_state_dict(theirs.state_dict())
            exact.load_state_dict({k: v.float() for k, v in theirs.state_dict().items()})
            x = torch.randn(B, T, features).bfloat16()
            true = exact(x.float())[0]
            errors = [float((layer(x)[0].float() - true).abs().max()) for layer in (ours, theirs)]
            ms = best(lambda layer=ours, x=x: layer(x), lambda layer=theirs, x=x: layer(x))
            print(f"{cell:4} {B}×{T}×{features}×{H}  on {ours.explain_choice(x).twin:4}  "
                  f"{ms[0]:.3f} ms, torch {ms[1]:.3f} ({ms[1] / ms[0]:.2f}×)  "
                  f"error {errors[0]:.4f}, torch {errors[1]:.4f}")  # fmt: skip
