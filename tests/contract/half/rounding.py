"""The cells as equations that round to bfloat16 where the kernels do, and nowhere else."""

from __future__ import annotations

import torch
from torch import Tensor

from elman.ops.recurrent.weights import directions_of
from tests.contract.table import Problem

__all__ = ["rounding"]


class _Rounded(torch.autograd.Function):
    """To bfloat16 and back, and gradients too where `both`."""

    @staticmethod
    def forward(ctx, x, there, back):
        ctx.back = back
        return x.to(torch.bfloat16).to(x.dtype) if there else x.clone()

    @staticmethod
    def backward(ctx, grad):
        return (grad.to(torch.bfloat16).to(grad.dtype) if ctx.back else grad), None, None


def rounded(x: Tensor, *, there: bool = True, back: bool = False) -> Tensor:
    """x as bfloat16 holds it, in its own dtype; its gradient passes, or is rounded on the way."""
    return _Rounded.apply(x, there, back)


def _step(cell: str, of_x: Tensor, of_h: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """One step of the sums of input and state; what goes back through them is rounded."""
    if cell.startswith("rnn"):
        a = rounded(of_x + of_h, there=False, back=True)
        return (a.relu() if cell == "rnn_relu" else a.tanh()), c
    if cell == "lstm":
        i, f, g, o = rounded(of_x + of_h, there=False, back=True).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    of_x, of_h = (rounded(part, there=False, back=True) for part in (of_x, of_h))
    r_x, z_x, n_x = of_x.chunk(3, -1)
    r_h, z_h, n_h = of_h.chunk(3, -1)
    r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
    n = (n_x + r * n_h).tanh()
    return (1 - z) * n + z * h, c


def rounding(problem: Problem) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Output and final states of a layer whose factors of products are bfloat16."""
    case, x = problem.case, rounded(problem.x)
    lengths = problem.lengths if problem.lengths is not None else torch.full((case.B,), case.T)
    outputs, ends = [], []
    for d, weights in enumerate(directions_of(problem.weights)):
        h = problem.state[0][d]
        c = problem.state[1][d] if problem.cell == "lstm" else torch.zeros_like(h)
        w_ih, w_hh = rounded(weights.weight_ih), rounded(weights.weight_hh)
        b_ih = weights.bias_ih if weights.bias_ih is not None else torch.zeros(len(w_ih)).to(h)
        b_hh = weights.bias_hh if weights.bias_hh is not None else torch.zeros(len(w_ih)).to(h)
        steps: list[Tensor] = [torch.zeros_like(h)] * case.T
        for t in reversed(range(case.T)) if d else range(case.T):
            of_x, of_h = x[:, t] @ w_ih.T + b_ih, rounded(h) @ w_hh.T + b_hh
            after, c_after = _step(problem.cell, of_x, of_h, h, c)
            real = (t < lengths)[:, None]
            h, c = torch.where(real, after, h), torch.where(real, c_after, c)
            steps[t] = torch.where(real, h, 0)
        outputs.append(torch.stack(steps, 1) if steps else x.new_zeros(case.B, 0, case.H))
        ends.append((h, c) if problem.cell == "lstm" else (h,))
    return torch.cat(outputs, -1), tuple(torch.stack(part) for part in zip(*ends, strict=True))
