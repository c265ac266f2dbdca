"""PyTorch's own samples for nn.RNN, nn.GRU and nn.LSTM, 80 of them, run against our layers.

In a fork: importing torch's test machinery switches global flags for good.
"""

from __future__ import annotations

from collections import Counter

import pytest
import torch

import elman.nn
from tests.contract.compare import assert_near
from tests.contract.table import CPU_LACKS, flat
from tests.forked import fork

OURS = {torch.nn.RNN: elman.nn.RNN, torch.nn.GRU: elman.nn.GRU, torch.nn.LSTM: elman.nn.LSTM}
SAMPLES = {"nn.RNN": 32, "nn.GRU": 16, "nn.LSTM": 32}


def results(module, sample):
    """Output, states and the gradient of every parameter."""
    output, state = module(*sample.args, **sample.kwargs)
    found = {"output": output, **dict(zip(("h_n", "c_n"), flat(state), strict=False))}
    torch.manual_seed(1)
    loss = sum((t * torch.randn(t.shape, dtype=torch.float64)).sum() for t in found.values())
    leaves = {"input": sample.args[0], **dict(module.named_parameters())}
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return found | {f"gradient of {k}": g for k, g in zip(leaves, gradients, strict=True)}


def compared():
    """Every sample in evaluation and training, in float32 (our fast path) and float64."""
    from torch.testing._internal.common_modules import module_db

    ran, twins = Counter(), Counter()
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
    return ran, twins


@pytest.mark.filterwarnings("ignore")  # of torch, about itself
def test_torchs_own_samples_pass():
    pytest.importorskip("expecttest", reason="torch's test machinery needs it")
    ran, twins = fork(compared)()
    assert ran == {
        f"{name} {mode} {dtype}": count
        for name, count in SAMPLES.items()
        for mode in ("evaluation", "training")
        for dtype in ("torch.float32", "torch.float64")
    }
    assert sum(SAMPLES.values()) == 80
    # Of the 320 runs, those in float32 without a projection are the kernels'.
    assert twins.get("cpu", 0) == (0 if CPU_LACKS else 128)
