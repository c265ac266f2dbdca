"""The structs of `elman/csrc`, by the names of their fields, and what is done with each.

Every field is eight bytes: a number, or the address of float32 or int64 memory; what is left out
is 0, a null pointer. A field of two directions is two here, the second with torch's `_reverse`.
"""

from __future__ import annotations

import ctypes
import weakref
from ctypes import byref
from typing import Any

from elman.native.library import library

__all__ = [
    "CELLS",
    "Layer",
    "Packed",
    "Pool",
    "Scan",
    "Step",
    "fields",
    "half_reserve_size",
    "reserve_size",
]

CELLS = {"rnn": 0, "rnn_relu": 1, "gru": 2, "lstm": 3}
"""Cells by their number in `csrc/elman.h`."""


def fields(names: str, *bytes: str) -> list[tuple[str, Any]]:
    """Return fields of eight bytes each: numbers and addresses, and some that take bytes too."""
    kinds = dict.fromkeys(bytes, ctypes.c_char_p)
    return [(name, kinds.get(name, ctypes.c_int64)) for name in names.split()]


class Layer(ctypes.Structure):
    """One layer over a batch: `Layer` of `csrc/elman.h`."""

    __slots__ = ()
    _fields_ = fields("""
        cell B T I H D threads
        lengths offsets
        x x_row x_step
        output output_row output_step
        h_0 c_0 h_n c_n
        reserve
        weight_ih weight_ih_reverse weight_hh weight_hh_reverse
        bias_ih bias_ih_reverse bias_hh bias_hh_reverse
        grad_output grad_output_row grad_output_step
        grad_h_n grad_c_n
        grad_x grad_x_reverse grad_x_row grad_x_step
        grad_h_0 grad_c_0
        grad_weight_ih grad_weight_ih_reverse grad_weight_hh grad_weight_hh_reverse
        grad_bias_ih grad_bias_ih_reverse grad_bias_hh grad_bias_hh_reverse
        x_half output_half
    """)

    def forward(self, *, half: bool = False) -> None:
        """Run the layer, of the fields up to `bias_hh`.

        Args:
            half: `weight_ih` and `weight_hh` are bfloat16.

        Raises:
            ValueError: lengths below 0 or beyond T; nothing was computed.
        """
        lib = library()
        assert lib is not None
        run = lib.elman_layer_forward_half if half else lib.elman_layer_forward
        _checked(run(byref(self)))

    def backward(self) -> None:
        """Run the layer backward.

        Raises:
            ValueError: as of `forward`.
        """
        lib = library()
        assert lib is not None
        _checked(lib.elman_layer_backward(byref(self)))

    def half_forward(self) -> None:
        """Run the layer in products of bfloat16, on the unit in use; there must be one.

        Raises:
            ValueError: as of `forward`.
        """
        lib = library()
        assert lib is not None
        _checked(lib.elman_half_forward(byref(self)))

    def half_backward(self) -> None:
        """Run it backward.

        Raises:
            ValueError: as of `forward`.
        """
        lib = library()
        assert lib is not None
        _checked(lib.elman_half_backward(byref(self)))


class Packed:
    """The weights of a layer, packed once for many short calls of forward.

    They are freed with this object, and stay with the instruction set they were packed for.

    Args:
        layer: only sizes and weights are read, and not kept.
    """

    def __init__(self, layer: Layer) -> None:
        lib = library()
        assert lib is not None
        self._forward = lib.elman_packed_forward
        self._address = lib.elman_pack(byref(layer))
        weakref.finalize(self, lib.elman_drop, self._address)

    @property
    def address(self) -> int:
        """Where the library keeps them."""
        return int(self._address)

    def forward(self, layer: Layer) -> None:
        """Run the layer as its own `forward` does; the addresses of weights are not read.

        Raises:
            ValueError: as there.
        """
        _checked(self._forward(byref(layer), self._address))


class Scan(ctypes.Structure):
    """One walk of h' = a ⊙ h + x: `Scan` of `csrc/scan.h`."""

    __slots__ = ()
    _fields_ = fields("""
        scalar B T H threads reverse adjoint conjugate
        lengths
        a a_row a_step
        x x_row x_step
        before output after
        h h_0 grad_a
    """)

    def run(self) -> None:
        """Walk.

        Raises:
            ValueError: as of `Layer.forward`.
        """
        lib = library()
        assert lib is not None
        _checked(lib.elman_scan(byref(self)))


class Pool(ctypes.Structure):
    """Mean and maximum over real steps, or their gradient: `Pool` of `csrc/pool.h`."""

    __slots__ = ()
    _fields_ = fields("""
        B T H threads
        lengths
        x x_row x_step
        mean greatest at grad_x
    """)

    def run(self) -> None:
        """Pool; with `grad_x`, backward.

        Raises:
            ValueError: as of `Layer.forward`.
        """
        lib = library()
        assert lib is not None
        _checked(lib.elman_pool(byref(self)))


class Step(ctypes.Structure):
    """One step of one cell over a batch: `Step` of `csrc/step.h`."""

    __slots__ = ()
    _fields_ = fields("""
        cell B I H threads
        x h c
        weight_ih weight_hh bias_ih bias_hh
        h_n c_n gates
        grad_h_n grad_c_n
        grad_x grad_h grad_c
        grad_weight_ih grad_weight_hh grad_bias_ih grad_bias_hh
    """)

    def forward(self) -> None:
        """Take the step, of the fields up to `gates`."""
        lib = library()
        assert lib is not None
        lib.elman_step_forward(byref(self))

    def backward(self) -> None:
        """Return gradients through the step."""
        lib = library()
        assert lib is not None
        lib.elman_step_backward(byref(self))


def reserve_size(cell: str, hidden_size: int) -> int:
    """Floats that forward keeps for backward, for every real step and direction."""
    lib = library()
    assert lib is not None
    return int(lib.elman_reserve_size(CELLS[cell], hidden_size))


def half_reserve_size(cell: str, hidden_size: int) -> int:
    """As `reserve_size`, numbers of bfloat16."""
    lib = library()
    assert lib is not None
    return int(lib.elman_half_reserve_size(CELLS[cell], hidden_size))


def _checked(failed: int) -> None:
    assert failed != 2, "there is no unit for bfloat16"
    if failed:
        raise ValueError("lengths must be between 0 and the steps of the input")
