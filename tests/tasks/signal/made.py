"""Saved models of signals with weights of one's own, or at random."""

from __future__ import annotations

from elman import artifact
from elman.judging.classes.decision import Decision
from elman.runtime.spec import NetworkSpec
from elman.tasks.signal.coding.input import SignalInput
from elman.workflow.load import load
from tests.attribution.models import random_tensors


def saved(directory, classes=("rest", "knock"), *, change=None, doubt=0.0, **input):
    """Write a recurrent model and load it; `change` may set some weights by hand."""
    read = SignalInput(doubt=doubt, **input)
    decision = Decision(
        classes, "binary" if len(classes) == 2 else "multiclass", temperature=1.3, prior=()
    )
    spec = NetworkSpec(
        "gru" if change is None else "rnn",
        hidden_size=9 if change is None else 1,
        outputs=decision.outputs,
        input_size=read.size,
        pools=("mean", "max") if change is None else ("max",),
    )
    tensors = random_tensors(spec)
    if change is not None:
        for tensor in tensors.values():
            tensor[:] = 0
        change(tensors)
    artifact.write(
        directory,
        task="signal",
        network=artifact.encode(spec),
        input=artifact.encode(read),
        output=artifact.encode(decision),
        training={},
        tensors=tensors,
        parts={},
        allowed_parts={},
    )
    return load(directory)
