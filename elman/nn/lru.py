"""The linear recurrent unit: a state that is turned and shrunk, and never looked at by a gate."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from elman.errors import OptionError
from elman.nn.linear_stack import LinearStack

__all__ = ["LRU"]


class LRU(LinearStack):
    """A linear recurrent unit: a complex diagonal that turns and shrinks the state.

        h' = λ ⊙ h + γ ⊙ (B x),  h complex
        y  = Re(C h') + D x
        λ  = exp(−exp(ν) + i exp(θ)),  so that |λ| < 1 whatever ν

    y is the output, `(…, H)`; h is the state, `(L·D, B, H)` and complex. At the start λ is spread
    evenly over the ring r_min ≤ |λ| ≤ r_max, 0 ≤ arg λ ≤ max_phase, and γ = √(1 − |λ|²), which
    keeps the state as large as what is read, however long it is kept. ν, θ and log γ are learned.

    Parameters of layer k, with `_reverse` for the second direction: `nu_log_l{k}`,
    `theta_log_l{k}`, `gamma_log_l{k}` `(H,)`, `B_re_l{k}`, `B_im_l{k}`, `D_l{k}` `(H, I)` and
    `C_re_l{k}`, `C_im_l{k}` `(H, H)`.

    Unlike the paper's code, where input and output are of one size and D is a diagonal, D is a
    matrix, and `hidden_size` is both the size of the state and that of the output. Unlike the
    paper's block, there is no normalisation, gate or residual connection around it. As in
    torch.nn.RNN, time comes first unless `batch_first=True`.

    Args:
        input_size: features of a step, I.
        hidden_size: H.
        num_layers: layers on top of each other, L.
        batch_first: `(B, T, ·)` instead of `(T, B, ·)`; states are `(L·D, B, H)` either way.
        dropout: probability to drop an element between layers in training.
        bidirectional: a second walk from each row's last real step to its first.
        r_min: smallest |λ| at the start; near 1 for tasks with long memories.
        r_max: largest |λ| at the start, at most 1.
        max_phase: largest arg λ at the start, in radians; small for long memories.

    References:
        Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", 2023, arXiv
        2303.06349: sections 3.3 (λ) and 3.4 (γ), lemma 3.2 (the ring), appendix A (the code).
    """

    _complex = True

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        r_min: float = 0.0,
        r_max: float = 1.0,
        max_phase: float = 2 * math.pi,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            batch_first=batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
        )
        if not 0 <= r_min < r_max <= 1:
            raise OptionError(f"0 ≤ r_min < r_max ≤ 1 must hold; r_min={r_min}, r_max={r_max}")
        if not 0 < max_phase <= 2 * math.pi:
            raise OptionError(f"max_phase must be in (0, 2π]; it is {max_phase}")
        self.r_min, self.r_max, self.max_phase = r_min, r_max, max_phase
        H = hidden_size
        for depth in range(num_layers):
            inputs = self._inputs(depth)
            shapes: dict[str, tuple[int, ...]] = {
                "nu_log": (H,),
                "theta_log": (H,),
                "gamma_log": (H,),
                "B_re": (H, inputs),
                "B_im": (H, inputs),
                "C_re": (H, H),
                "C_im": (H, H),
                "D": (H, inputs),
            }
            for name in self._names(depth):
                for letter, shape in shapes.items():
                    parameter = nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
                    self.register_parameter(f"{letter}_{name}", parameter)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Spread λ over the ring, set γ from it, and draw B, C and D normal, scaled by fan-in."""
        for depth in range(self.num_layers):
            for name in self._names(depth):
                nu, theta, gamma = self._parts(name, "nu_log", "theta_log", "gamma_log")
                B_re, B_im, C_re, C_im, D = self._parts(name, "B_re", "B_im", "C_re", "C_im", "D")
                fan_in = max(1, self._inputs(depth))
                for weight, variance in (
                    (B_re, 0.5 / fan_in),
                    (B_im, 0.5 / fan_in),
                    (C_re, 1 / self.hidden_size),
                    (C_im, 1 / self.hidden_size),
                    (D, 1 / fan_in),
                ):
                    nn.init.normal_(weight, std=math.sqrt(variance))
                with torch.no_grad():
                    # Away from 0 and 1, whose logarithms have no end.
                    u_1, u_2 = (torch.rand_like(nu).clamp(1e-6, 1 - 1e-6) for _ in range(2))
                    squared = self.r_min**2 + u_1 * (self.r_max**2 - self.r_min**2)  # |λ|²
                    nu.copy_(torch.log(-0.5 * torch.log(squared)))
                    theta.copy_(torch.log(self.max_phase * u_2))
                    gamma.copy_(0.5 * torch.log1p(-squared))

    def _options(self) -> dict[str, Any]:
        return {"r_min": 0.0, "r_max": 1.0, "max_phase": 2 * math.pi}

    def _parts(self, name: str, *letters: str) -> list[Tensor]:
        return [getattr(self, f"{letter}_{name}") for letter in letters]

    def _terms(self, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
        nu, theta, gamma = self._parts(name, "nu_log", "theta_log", "gamma_log")
        decay = torch.polar(torch.exp(-torch.exp(nu)), torch.exp(theta))  # λ (H,)
        # Real and imaginary rows in turn: the product comes out as complex numbers do in memory.
        B = torch.stack(self._parts(name, "B_re", "B_im"), 1)  # (H, 2, I)
        read = linear(x, (torch.exp(gamma)[:, None, None] * B).flatten(0, 1)).to(nu.dtype)
        pairs = read.view(*read.shape[:-1], self.hidden_size, 2)
        return decay, torch.view_as_complex(pairs)

    def _emit(self, h: Tensor, x: Tensor, name: str) -> Tensor:
        C_re, C_im, D = self._parts(name, "C_re", "C_im", "D")
        C = torch.stack([C_re, -C_im], 2).flatten(1, 2)  # (H, 2·H)
        return linear(torch.view_as_real(h).flatten(-2), C) + linear(x, D)
