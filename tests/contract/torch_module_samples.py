"""Run PyTorch's own module samples against our layers; print what ran as JSON.

A process of its own: importing torch's test machinery switches global flags for good.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

import torch
from torch.testing._internal.common_modules import module_db

import elman.nn
from tests.contract.compare import assert_near
from tests.contract.table import flat

OURS = {torch.nn.RNN: elman.nn.RNN, torch.nn.GRU: elman.nn.GRU, torch.nn.LSTM: elman.nn.LSTM}


def results(module, sample):
    """Output, states and the gradient of every parameter."""
    output, state = module(*sample.args, **sample.kwargs)
    found = {"output": output, **dict(zip(("h_n", "c_n"), flat(state), strict=False))}
    torch.manual_seed(1)
    loss = sum((t * torch.randn(t.shape, dtype=torch.float64)).sum() for t in found.values())
    leaves = {"input": sample.args[0], **dict(module.named_parameters())}
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return found | {f"gradient of {k}": g for k, g in zip(leaves, gradients, strict=True)}


def main() -> None:
    """Every sample in evaluation and training, in float32 (our fast path) and float64."""
    ran: Counter[str] = Counter()
    twins: Counter[str] = Counter()
    for entry in module_db:
        if entry.module_cls not in OURS:
            continue
        torch.manual_seed(0)
        for dtype in (torch.float32, torch.float64):
            for training in (False, True):
                samples = entry.module_inputs_func(
                    entry, device="cpu", dtype=dtype, requires_grad=True, training=training
                )
                for sample in samples:
                    args, kwargs = sample.constructor_input.args, sample.constructor_input.kwargs
                    theirs = entry.module_cls(*args, **kwargs, dtype=dtype).train(training)
                    ours = OURS[entry.module_cls](*args, **kwargs, dtype=dtype).train(training)
                    ours.load_state_dict(theirs.state_dict(), strict=True)
                    found = results(ours, sample.forward_input)
                    pair = f"{str(dtype).removeprefix('torch.')} and reference"
                    for name, expected in results(theirs, sample.forward_input).items():
                        what = f"{entry.name} {sample.desc or kwargs}: {name}"
                        # Small gradients here are what is left of sums of terms of about 1.
                        assert_near(what, found[name], expected, pair, at_least=1)
                    ran[f"{entry.name} {'training' if training else 'evaluation'} {dtype}"] += 1
                    twins[ours.explain_choice(*sample.forward_input.args).twin] += 1
    json.dump({"ran": ran, "twins": twins}, sys.stdout)


if __name__ == "__main__":
    main()
