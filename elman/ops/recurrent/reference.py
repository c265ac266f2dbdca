"""The recurrences as their equations, step by step: slow, obvious, right in float64. The truth.

With W the weights, b the biases, x the input and h, c the state before the step (torch's gate
order, and torch's two biases; σ is the logistic function, ⊙ the product element by element):

    rnn        h' = tanh(W_ih x + b_ih + W_hh h + b_hh)
    rnn_relu   the same with max(0, ·)
    gru        r, z = σ(W_ih x + b_ih + W_hh h + b_hh)
               n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
               h' = (1 − z) ⊙ n + z ⊙ h
    lstm       i, f, o = σ(…), g = tanh(…) in the order i f g o
               c' = f ⊙ c + i ⊙ g;  h' = o ⊙ tanh(c')

It is differentiable any number of times, so it also serves the second derivatives of the others.

References:
    Elman, "Finding Structure in Time", 1990. Cho et al., 2014, arXiv 1406.1078, in the variant of
    torch.nn.GRU. Hochreiter & Schmidhuber, 1997, with the forget gate of Gers et al., 2000.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import linear

from elman.ops.recurrent.weights import Direction, directions_of

__all__ = ["gradients", "layer", "layer_packed", "step", "supports"]


def supports(cell: str, x: Tensor, **arguments: object) -> str | None:
    """It computes everything."""
    return None


def layer(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Carry a state through the real steps of every row; see `elman.ops.layer`."""
    B, T, _ = x.shape
    valid = None
    if lengths is not None:
        valid = torch.arange(T, device=x.device)[:, None] < lengths.to(x.device)  # (T, B)
        # also in derivatives: 0 times the NaN of a padded step would be NaN
        x = torch.where(valid.T[:, :, None], x, 0)
    outputs, ends = [], []
    for d, direction in enumerate(directions_of(weights)):
        before = tuple(part[d] for part in state)  # (B, H) each
        steps: list[Tensor] = []
        for t in reversed(range(T)) if d else range(T):
            after, _ = step(cell, x[:, t], before, direction)
            if valid is not None:
                keep = valid[t][:, None]  # (B, 1)
                after = tuple(torch.where(keep, a, b) for a, b in zip(after, before, strict=True))
                steps.append(torch.where(keep, after[0], 0))
            else:
                steps.append(after[0])
            before = after
        if d:
            steps.reverse()
        H = direction.weight_hh.shape[1]
        outputs.append(torch.stack(steps, 1) if steps else x.new_zeros(B, 0, H))
        ends.append(before)
    state_n = tuple(torch.stack(parts) for parts in zip(*ends, strict=True))
    return torch.cat(outputs, 2), state_n


def layer_packed(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    batch_sizes: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `layer`, over the data of a `PackedSequence`; see `cpu.layer_packed`."""
    rows = torch.arange(state[0].shape[1], device=batch_sizes.device)
    real = (batch_sizes[:, None] > rows).to(x.device)  # (T, B)
    first = (batch_sizes.cumsum(0) - batch_sizes).to(x.device)
    index = torch.where(real, first[:, None] + rows.to(x.device), 0)
    steps = x[index.T]  # (B, T, I)
    output, ends = layer(cell, steps, weights=weights, state=state, lengths=real.sum(0))
    return output.transpose(0, 1)[real], ends


def step(
    cell: str, x: Tensor, state: tuple[Tensor, ...], weights: Direction
) -> tuple[tuple[Tensor, ...], dict[str, Tensor]]:
    """Take one step.

    Args:
        cell: `rnn`, `rnn_relu`, `gru` or `lstm`.
        x: `(B, I)`.
        state: `(h,)` or `(h, c)`, `(B, H)` each.
        weights: of one direction.

    Returns:
        The next state, and the gates by letter, `(B, H)` each.
    """
    h = state[0]
    a = linear(x, weights.weight_ih, weights.bias_ih)  # (B, G·H)
    u = linear(h, weights.weight_hh, weights.bias_hh)
    if cell == "rnn":
        return (torch.tanh(a + u),), {}
    if cell == "rnn_relu":
        return (torch.relu(a + u),), {}
    if cell == "gru":
        (a_r, a_z, a_n), (u_r, u_z, u_n) = a.chunk(3, 1), u.chunk(3, 1)
        r, z = torch.sigmoid(a_r + u_r), torch.sigmoid(a_z + u_z)
        n = torch.tanh(a_n + r * u_n)
        return ((1 - z) * n + z * h,), {"r": r, "z": z, "n": n}
    i, f, g, o = (a + u).chunk(4, 1)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * state[1] + i * g
    return (o * torch.tanh(c), c), {"i": i, "f": f, "g": g, "o": o}


def gradients(
    results: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    inputs: Sequence[Tensor],
    wanted: Sequence[bool],
) -> list[Tensor | None]:
    """Differentiate results of `layer` so that it can be done again.

    Args:
        results: output and final states.
        grads: of each; None where nobody uses it.
        inputs: of which gradients may be wanted.
        wanted: of which they are; None is returned for the others.
    """
    pairs = [
        (result, grad)
        for result, grad in zip(results, grads, strict=False)
        if grad is not None and result.requires_grad
    ]
    found = iter(
        torch.autograd.grad(
            [result for result, _ in pairs],
            [tensor for tensor, need in zip(inputs, wanted, strict=True) if need],
            [grad for _, grad in pairs],
            create_graph=True,
            allow_unused=True,
        )
    )
    return [next(found) if need else None for need in wanted]
