"""Drop-in `RNN`, `GRU` and `LSTM`: torch's own modules with a faster `forward`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from elman.nn.layer.base import Recurrent

__all__ = ["GRU", "LSTM", "RNN"]


class RNN(Recurrent[Tensor], nn.RNN):
    """`torch.nn.RNN`, faster: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or max(0, ·).

    Args, parameters, states and results are those of `torch.nn.RNN`; `forward` also takes
    `lengths`, see there, and `step` and `trace` are added.

    >>> layer = RNN(3, 5, batch_first=True)
    >>> output, h_n = layer(torch.zeros(2, 7, 3), lengths=[7, 4])
    >>> output.shape, h_n.shape
    (torch.Size([2, 7, 5]), torch.Size([1, 2, 5]))

    References:
        Elman, "Finding Structure in Time", Cognitive Science 14, 1990.
    """

    # torch's takes whatever comes: its arguments are shown here, to people and editors.
    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (bias, batch_first, dropout, bidirectional)
        nn.RNN.__init__(
            self,
            input_size,
            hidden_size,
            num_layers,
            nonlinearity,
            *options,
            device=device,
            dtype=dtype,
        )


class GRU(Recurrent[Tensor], nn.GRU):
    """`torch.nn.GRU`, faster.

    r, z = σ(W_ih x + b_ih + W_hh h + b_hh); n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn));
    h' = (1 − z) ⊙ n + z ⊙ h. Unlike the paper, and like torch, r acts after the product.

    Args, parameters, states and results are those of `torch.nn.GRU`; `forward` also takes
    `lengths`, see there, and `step` and `trace` are added.

    References:
        Cho et al., 2014, arXiv 1406.1078, equations 5-8.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (bias, batch_first, dropout, bidirectional)
        nn.GRU.__init__(
            self, input_size, hidden_size, num_layers, *options, device=device, dtype=dtype
        )


class LSTM(Recurrent[tuple[Tensor, Tensor]], nn.LSTM):
    """`torch.nn.LSTM`, faster.

    i, f, o = σ(W_ih x + b_ih + W_hh h + b_hh), g = tanh(…), in the order i f g o;
    c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c').

    Args, parameters, states and results are those of `torch.nn.LSTM`; `forward` also takes
    `lengths`, see there, and `step` and `trace` are added. With `proj_size` it is torch's own.

    References:
        Hochreiter & Schmidhuber, 1997; the forget gate of Gers et al., 2000.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (bias, batch_first, dropout, bidirectional)
        nn.LSTM.__init__(
            self,
            input_size,
            hidden_size,
            num_layers,
            *options,
            proj_size,
            device=device,
            dtype=dtype,
        )
