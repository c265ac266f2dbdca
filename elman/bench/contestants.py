"""Who is timed on a case, with the same weights and inputs, and the proof that all compute it.

`elman` is `elman.nn`, given rows in any order and their lengths. `torch` is `torch.nn`: padded rows
as they are; ragged ones as a `PackedSequence` that was sorted and packed beforehand, so that it
pays for neither. `torch_padded`, for ragged rows, is `torch.nn` over the padding as well: not the
same results (no state at the end of a row, and none right for the reverse direction), but what many
do to stay clear of packing. `onnxruntime` runs forward, time first, memory bound beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

import elman.nn
from elman.bench import onnx_layer
from elman.bench.grid import Case
from elman.errors import WorkError

__all__ = ["OPPONENTS", "Contestant", "contestants", "refuse_if_different"]

OPPONENTS = ("torch", "torch_padded", "onnxruntime")

_ALLOWED = 1e-4
"""Of the largest number in a tensor. Two orders of adding float32 up differ by 1e-6 or so of it,
sums over ten thousand steps by somewhat more; a wrong gate, sign or length by 1e-2 and up."""


@dataclass(frozen=True)
class Contestant:
    """A call to be timed, and what it last computed."""

    run: Callable[[], object]
    result: Callable[[], dict[str, Tensor]]
    """Output `(B, T, D·H)`, states after the last step, in training every gradient, by name."""
    comparable: bool = True
    twin: str = ""
    """For elman: which of its implementations runs, and why not a faster one."""


def contestants(case: Case, seed: int = 0) -> dict[str, Contestant]:
    """Build everybody who can compute a case, `elman` first and `torch` second."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = _layer(torch.nn, case)
        x = torch.randn(case.B, case.T, case.I)
        cotangent = torch.randn(case.B, case.T, case.directions * case.H)
    lengths = torch.tensor(case.lengths) if case.ragged else None
    ours = _layer(elman.nn, case)
    ours.load_state_dict(layer.state_dict())
    found = {"elman": _padded(case, ours, x, cotangent, lengths=lengths)}
    if lengths is None:
        found["torch"] = _padded(case, layer, x, cotangent)
    else:
        found["torch"] = _packed(case, layer, x, cotangent, lengths=lengths)
        again = _layer(torch.nn, case)
        again.load_state_dict(layer.state_dict())
        found["torch_padded"] = _padded(case, again, x, cotangent, comparable=False)
    if case.mode == "forward" and onnx_layer.missing() is None:
        run, result = onnx_layer.prepare(layer, x, lengths=lengths, threads=case.threads)
        found["onnxruntime"] = Contestant(run, result)
    return found


def refuse_if_different(case: Case, found: Mapping[str, Contestant]) -> None:
    """Run everybody once and compare with torch.

    Raises:
        WorkError: somebody computes something else; the message names the case and the tensor.
    """
    results = {}
    for name, contestant in found.items():
        if contestant.comparable:
            contestant.run()
            results[name] = contestant.result()
    expected = results.pop("torch")
    for name, result in results.items():
        for tensor, right in expected.items():
            why = _difference(result.get(tensor), right)
            if why:
                raise WorkError(f"{case}: {name} computes another {tensor} than torch: {why}")


def _difference(value: Tensor | None, right: Tensor) -> str | None:
    if value is None:
        return "none at all"
    if value.shape != right.shape:
        return f"shape {tuple(value.shape)}, not {tuple(right.shape)}"
    error = float((value - right).abs().max()) / max(float(right.abs().max()), 1e-30)
    if error <= _ALLOWED:  # false for NaN
        return None
    return f"off by {error:.2g} of its largest number, allowed {_ALLOWED:g}"


def _layer(module: Any, case: Case) -> nn.RNNBase:
    kind = getattr(module, case.cell.upper())
    layer: nn.RNNBase = kind(case.I, case.H, batch_first=True, bidirectional=case.directions == 2)
    return layer


def _padded(
    case: Case,
    layer: nn.RNNBase,
    x: Tensor,
    cotangent: Tensor,
    *,
    lengths: Tensor | None = None,
    comparable: bool = True,
) -> Contestant:
    given = {} if lengths is None else {"lengths": lengths}
    leaf = x.clone().requires_grad_(case.mode == "training")
    run, last = _run(case, layer, leaf, lambda: layer(leaf, **given), cotangent)

    def result() -> dict[str, Tensor]:
        output, states = last()
        return _named(case, layer, output, states, leaf.grad)

    twin = ""
    if choose := getattr(layer, "explain_choice", None):
        with torch.set_grad_enabled(case.mode == "training"):
            twin = str(choose(leaf, **given))
    return Contestant(run, result, comparable, twin)


def _packed(
    case: Case, layer: nn.RNNBase, x: Tensor, cotangent: Tensor, *, lengths: Tensor
) -> Contestant:
    order = lengths.argsort(descending=True)
    back = order.argsort()

    def pack(rows: Tensor) -> PackedSequence:
        return pack_padded_sequence(rows[order], lengths[order], batch_first=True)

    def unpack(packed: PackedSequence) -> Tensor:
        return pad_packed_sequence(packed, batch_first=True, total_length=case.T)[0][back]

    packed = pack(x)
    leaf = packed.data.clone().requires_grad_(case.mode == "training")
    packed = packed._replace(data=leaf)
    run, last = _run(case, layer, leaf, lambda: layer(packed), pack(cotangent).data)

    def result() -> dict[str, Tensor]:
        output, states = last()
        states = tuple(h[:, back] for h in states)
        grad = None if leaf.grad is None else unpack(packed._replace(data=leaf.grad))
        return _named(case, layer, unpack(output), states, grad)

    return Contestant(run, result)


def _run(
    case: Case,
    layer: nn.RNNBase,
    leaf: Tensor,
    forward: Callable[[], tuple[Any, Any]],
    cotangent: Tensor,
) -> tuple[Callable[[], None], Callable[[], tuple[Any, tuple[Tensor, ...]]]]:
    """What is timed, and the output and states of its last call."""
    leaves = [leaf, *layer.parameters()]
    kept: list[Any] = [None, None]

    def infer() -> None:
        with torch.no_grad():
            kept[:] = forward()

    def train() -> None:
        for tensor in leaves:
            tensor.grad = None
        output, kept[1] = forward()
        kept[0] = output
        data = output.data if isinstance(output, PackedSequence) else output
        data.backward(cotangent)

    def last() -> tuple[Any, tuple[Tensor, ...]]:
        output, states = kept
        return output, states if isinstance(states, tuple) else (states,)

    return (train if case.mode == "training" else infer), last


def _named(
    case: Case,
    layer: nn.RNNBase,
    output: Tensor,
    states: tuple[Tensor, ...],
    x_grad: Tensor | None,
) -> dict[str, Tensor]:
    found = {"output": output, **dict(zip(("h_n", "c_n"), states, strict=False))}
    if x_grad is not None:
        found["gradient of x"] = x_grad
        for name, parameter in layer.named_parameters():
            if parameter.grad is not None:
                found[f"gradient of {name}"] = parameter.grad
    return {name: tensor.detach() for name, tensor in found.items()}
