"""How far two right answers may differ, in one place, each with its reason."""

from __future__ import annotations

import numpy as np

__all__ = ["TOLERANCES", "assert_close"]

TOLERANCES = {
    # Two float32 implementations add the same products in another order: about 1e-7 a sum, and a
    # contracting network does not let it grow over the steps.
    "numpy and torch": 1e-5,
    # Beside 1, or their size: ONNX Runtime adds the same products of float32 in another order; as
    # above. A gate that stands in another's place is ten thousand times as far.
    "onnx and runtime": 1e-5,
    # One row is multiplied by another BLAS routine than sixteen; as above.
    "stream and whole": 1e-5,
    # Of the largest element. The same sums in another order; float64 leaves ten digits to spare.
    "float64 and reference": 1e-12,
    # Of the largest element: 63 steps and sums over 257 rows of float32, kernels' tanh good to
    # 3e-7. A wrong term in one step of one row is a thousand times larger.
    "float32 and reference": 2e-5,
    # Of the largest element: eight bits of a number, rounded again at every step.
    "bfloat16 and reference": 6e-2,
    # Of the largest element: two float32 trainings from the same start, 23 steps of Adam, which
    # divides small gradients by their own size and so carries their last digits into the weights.
    "same training": 1e-3,
    # Of the largest element: eleven bits of the factors of the recurrent products alone.
    "tf32 and reference": 5e-3,
    # Of the largest element: where both round the same numbers to eight bits, what differs is a sum
    # that lies at the border, whose last bit then goes the other way, and gates kept in eight bits;
    # sums of terms that cancel show it most. A term left out is several times as large.
    "bfloat16, rounded alike": 2e-2,
    # Of 1: what csrc/half_cells.h says of its tanh.
    "quick tanh": 1.3e-4,
    # Of the largest element: eleven bits of a number, rounded again at every step.
    "float16 and reference": 5e-3,
    # Of the largest element: the last of the eight bits, cut off rather than rounded by Triton's
    # interpreter.
    "bfloat16, once rounded": 8e-3,
    # Of the largest element of a channel: with a = 0.9995 the roundings of 2000 steps add up, at
    # random; a product over many steps, as a wrong grouping takes, is off by far more.
    "float32 scan of 2000 steps": 2e-5,
    # Of the largest element: λ of an LRU is rounded once, its angle to 3e-7, and a power of λ over
    # 40 steps multiplies that by 40.
    "float32 powers of λ": 1e-4,
    # Of samples of about 1: some ninety products of float32 added up in another order.
    "resampled and scipy": 2e-6,
    # Of logarithms: a power spectrum of float32 frames, good to 1e-6 of the loudest bin.
    "log-mel and equations": 1e-4,
    # Beside 1, or their size: Python adds products in float32, a page in float64; as above.
    "page and Python": 1e-5,
    # Beside 1, or their size: what was stored may have been computed with other instructions, which
    # add up in another order over 40 steps, or with a tanh that had another last digit.
    "stored and now": 3e-5,
    # Relative: the same sums in the same order, of a compiler that may join a product and a sum.
    "solver and scikit-learn": 1e-9,
    # Relative: the memory card must give the time constant of a net that has one back within 5 %;
    # rounding of float32 is far below.
    "known memory": 0.05,
}


def assert_close(name: str, found: np.ndarray, expected: np.ndarray, pair: str) -> None:
    """Fail unless two arrays agree to the tolerance of `pair`; say where they differ most."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, f"{name}: shape {found.shape}, not {expected.shape}"
    if found.size == 0:
        return
    error = np.abs(found.astype(np.float64) - expected)
    worst = np.unravel_index(np.argmax(np.nan_to_num(error, nan=np.inf)), error.shape)
    assert error[worst] <= TOLERANCES[pair], (
        f"{name}: differs by {error[worst]:.3g} at {tuple(map(int, worst))}, "
        f"allowed {TOLERANCES[pair]}"
    )
