"""The table that every property runs over: cells × twins × shapes × dtypes, and the layers.

The twins come from the package's own table. What a twin does not support is skipped with the
twin's own reason, and a summary at the end counts those skips.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
import torch
from torch import Tensor, nn

import elman.nn
from elman import ops

CELLS = list(ops.GATES)
FAST = [twin for twin in ops.TWINS if twin != "reference"]
"""Every twin that is held against the reference."""


@dataclass(frozen=True)
class Case:
    """The shape of one layer; `lengths` says how long the rows are."""

    B: int
    T: int
    I: int  # noqa: E741
    H: int
    D: int = 1
    biased: bool = True
    lengths: str = "full"
    """`full`: none given; `ragged`: any, with an empty and a full row; `empty`: all 0."""

    def __str__(self) -> str:
        extra = [] if self.biased else ["nobias"]
        extra += [] if self.lengths == "full" else [self.lengths]
        return "-".join(
            [f"B{self.B}", f"T{self.T}", f"I{self.I}", f"H{self.H}", f"D{self.D}", *extra]
        )


CASES = [
    Case(3, 5, 3, 7, D=2, lengths="ragged"),
    Case(3, 5, 3, 7, biased=False, lengths="ragged"),
    Case(1, 1, 1, 1),
    Case(3, 1, 33, 65, D=2, biased=False, lengths="ragged"),
    Case(3, 0, 3, 7, D=2),
    Case(3, 0, 3, 16, lengths="ragged"),
    Case(3, 5, 3, 7, D=2, lengths="empty"),
    Case(1, 63, 3, 16),
    Case(1, 63, 33, 1, D=2, lengths="ragged"),
    Case(3, 63, 3, 65, D=2, lengths="ragged"),
    Case(3, 63, 1, 63, biased=False),
    Case(3, 5, 33, 63, D=2, biased=False),
    Case(3, 5, 1, 64, D=2),
    Case(17, 5, 33, 64, lengths="ragged"),
    Case(17, 5, 33, 65, D=2, lengths="ragged"),
    Case(257, 5, 1, 7, lengths="ragged"),
    Case(257, 1, 3, 1, D=2, biased=False),
    Case(9, 4, 130, 200, D=2, lengths="ragged"),
    # More steps and rows than a kernel takes at once, forward and backward.
    Case(32, 40, 20, 200, D=2, lengths="ragged"),
    # One set of rows, whose steps backward takes in several lots.
    Case(3, 200, 5, 17),
]

DEVICES = dict.fromkeys(FAST, "cpu")
if torch.cuda.is_available():
    DEVICES["gpu"] = "cuda"

DTYPES = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16}

SMALL = Case(3, 5, 3, 7, D=2, lengths="ragged")
LARGE = Case(17, 5, 33, 65, D=2, lengths="ragged")
LONG = Case(32, 40, 20, 200, D=2, lengths="ragged")


@dataclass(frozen=True)
class Problem:
    """One layer with numbers in it: what goes in, and the cotangents of what comes out."""

    cell: str
    case: Case
    x: Tensor
    weights: list[Tensor]
    state: tuple[Tensor, ...]
    lengths: Tensor | None
    grad_output: Tensor
    grad_state: tuple[Tensor, ...]

    def named(self) -> Iterator[tuple[str, Tensor]]:
        """The tensors a gradient is asked of, by the names of torch.nn."""
        yield "x", self.x
        yield from zip(("h_0", "c_0"), self.state, strict=False)
        kinds = ["weight_ih", "weight_hh"] + ["bias_ih", "bias_hh"] * self.case.biased
        for k, weight in enumerate(self.weights):
            d, kind = divmod(k, len(kinds))
            yield kinds[kind] + "_reverse" * d, weight

    def to(self, dtype: torch.dtype, device: str = "cpu") -> Problem:
        """The same numbers, as leaves of their own in another dtype and place."""

        def leaf(tensor: Tensor) -> Tensor:
            return tensor.detach().to(device, dtype, copy=True).requires_grad_()

        return Problem(
            self.cell,
            self.case,
            leaf(self.x),
            [leaf(weight) for weight in self.weights],
            tuple(leaf(part) for part in self.state),
            self.lengths,
            self.grad_output.to(device, dtype),
            tuple(part.to(device, dtype) for part in self.grad_state),
        )


def draw(cell: str, case: Case) -> Problem:
    """Random and asymmetric, the same for the same arguments; every number is exact in bfloat16,
    so that all dtypes start from the same problem.

    The recurrent weight has a spectral radius of about 0.7: rounding does not grow over the steps.
    """
    seed = zlib.crc32(f"{cell} {case}".encode())
    generator = torch.Generator().manual_seed(seed)
    B, T, I, H, D, G = case.B, case.T, case.I, case.H, case.D, ops.GATES[cell]  # noqa: E741

    def normal(*shape: int, scale: float = 1.0) -> Tensor:
        drawn = torch.randn(shape, generator=generator, dtype=torch.float64) * scale
        return drawn.to(torch.bfloat16).double()

    weights = []
    for _ in range(D):
        weights += [normal(G * H, I, scale=I**-0.5), normal(G * H, H, scale=0.7 * H**-0.5)]
        weights += [normal(G * H, scale=0.5), normal(G * H, scale=0.5)] * case.biased
    lengths = None
    if case.lengths == "ragged":
        lengths = torch.randint(0, T + 1, (B,), generator=generator)
        if B > 1:
            lengths[B // 2], lengths[-1] = 0, T
    elif case.lengths == "empty":
        lengths = torch.zeros(B, dtype=torch.int64)
    return Problem(
        cell,
        case,
        x=normal(B, T, I),
        weights=weights,
        state=tuple(normal(D, B, H, scale=0.5) for _ in range(ops.STATES[cell])),
        lengths=lengths,
        grad_output=normal(B, T, D * H),
        grad_state=tuple(normal(D, B, H) for _ in range(ops.STATES[cell])),
    )


def run(problem: Problem, twin: str | None) -> dict[str, Tensor]:
    """Forward and backward: every result and every gradient, by name."""
    return derived(problem, partial(forward, twin=twin))


def forward(problem: Problem, twin: str | None) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Output and final states."""
    return ops.layer(
        problem.cell,
        problem.x,
        weights=problem.weights,
        state=problem.state,
        lengths=problem.lengths,
        twin=twin,
    )


def derived(
    problem: Problem, forward: Callable[[Problem], tuple[Tensor, tuple[Tensor, ...]]]
) -> dict[str, Tensor]:
    """Every result of a function, and every gradient, by name."""
    leaves = dict(problem.named())
    output, state = forward(problem)
    results = {"output": output, **dict(zip(("h_n", "c_n"), state, strict=False))}
    # Every leaf takes part, so that one that drops out of the graph is an error here; only where
    # no row has a step is there nothing to read.
    idle = problem.case.T == 0 or problem.case.lengths == "empty"
    cotangents = zip([output, *state], [problem.grad_output, *problem.grad_state], strict=True)
    attached = [pair for pair in cotangents if pair[0].requires_grad or not idle]
    gradients = torch.autograd.grad(
        [result for result, _ in attached],
        list(leaves.values()),
        [cotangent.to(result.dtype) for result, cotangent in attached],
        allow_unused=idle,
        materialize_grads=idle,
    )
    grads = {f"gradient of {name}": g for name, g in zip(leaves, gradients, strict=True)}
    return {name: tensor.detach().cpu() for name, tensor in {**results, **grads}.items()}


def values(problem: Problem, twin: str) -> dict[str, Tensor]:
    """Forward without gradients: every result, by name."""
    with torch.no_grad():
        output, state = forward(problem, twin)
    return {"output": output, **dict(zip(("h_n", "c_n"), state, strict=False))}


def require(twin: str, problem: Problem) -> None:
    """Skip what a twin does not support, with its own reason."""
    arguments = {"weights": problem.weights, "state": problem.state, "lengths": problem.lengths}
    reason = ops.TWINS[twin].supports(problem.cell, problem.x, **arguments)
    if reason is not None:
        pytest.skip(f"{twin} {problem.cell}: {reason}")


_one = torch.zeros(1, 1, 1)
CPU_LACKS = ops.TWINS["cpu"].supports("rnn", _one, weights=[_one[0]] * 2, state=(_one,))
"""Why the C++ kernels do not run here even the smallest layer; None where they do."""

needs_cpu = pytest.mark.skipif(CPU_LACKS is not None, reason=f"cpu: {CPU_LACKS}")
"""For what only the C++ kernels promise."""


@dataclass(frozen=True)
class Layer:
    """A drop-in module beside the one of torch it stands for."""

    name: str
    ours: type[nn.RNNBase]
    torchs: type[nn.RNNBase]
    options: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.name

    def pair(self, *args: int, **options: object) -> tuple[nn.RNNBase, nn.RNNBase]:
        """Ours and torch's with the same random weights, float64."""
        torch.manual_seed(zlib.crc32(f"{self.name} {args} {options}".encode()))
        options = {"dtype": torch.float64, **dict(self.options), **options}
        theirs = self.torchs(*args, **options)
        with torch.no_grad():
            for parameter in theirs.parameters():
                parameter.normal_(0, 0.7 * theirs.hidden_size**-0.5)
        ours = self.ours(*args, **options)
        ours.load_state_dict(theirs.state_dict(), strict=True)
        return ours, theirs

    def states(self, module: nn.RNNBase, B: int | None) -> object:
        """Random states before the first step, in torch's form; unbatched where B is None."""
        L = module.num_layers * (1 + module.bidirectional)
        rows = () if B is None else (B,)
        like = module.weight_hh_l0
        h = torch.randn(L, *rows, module.proj_size or module.hidden_size).to(like)
        if self.ours is not elman.nn.LSTM:
            return h
        return h, torch.randn(L, *rows, module.hidden_size).to(like)


LAYERS = [
    Layer("RNN", elman.nn.RNN, nn.RNN),
    Layer("RNN-relu", elman.nn.RNN, nn.RNN, (("nonlinearity", "relu"),)),
    Layer("GRU", elman.nn.GRU, nn.GRU),
    Layer("LSTM", elman.nn.LSTM, nn.LSTM),
]


def flat(state: object) -> tuple[Tensor, ...]:
    """The tensors of a state in torch's form."""
    return state if isinstance(state, tuple) else (state,)
