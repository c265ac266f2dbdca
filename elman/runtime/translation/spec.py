"""What a network that translates is, as data, and the tensors that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from elman.artifact import fit
from elman.cells import GATES
from elman.errors import ArtifactError
from elman.runtime.tensors import LARGEST_WEIGHT

__all__ = ["TranslationSpec", "check", "tensor_shapes"]

SIZES = {
    "pieces": (5, 2**20),
    "input_size": (1, 2**14),
    "hidden_size": (2, 2**14),
    "encoder_layers": (1, 16),
    "longest": (1, 2**12),
    "beam": (1, 64),
    "length_penalty": (0, 5),
}
"""The least and the most that a spec may ask for, so that sums and lists of them stay small."""

TABLE = "embedding.weight"


@dataclass(frozen=True)
class TranslationSpec:
    """Pieces of a sentence → recurrent encoder, both ways → attention → recurrent decoder → pieces.

    Both languages share one table of pieces, whose rows, times √E, are the vectors of the source
    (S of them) and of the target so far, and which scores the next piece as well (Press & Wolf
    2017, arXiv 1608.05859).

    With e the source's vectors, y = e and, layer by layer, y = encoder(y), with y added from the
    second layer on; t a vector of the target, h and h' what the decoder's two layers say of it:

        h  = below(t)                       begun with tanh(B m + b), m the mean of y over steps
        a  = softmax over the source of (Q h) · (K y) / √H
        v  = Σ a [y; e]
        h' = above([h; v]) + h              begun likewise
        o  = tanh(W [h'; v; t] + w),   scores = table o + bias

    No step of `below` waits for the attention of the step before (Wu et al. 2016, arXiv 1609.08144,
    have it between layers too), so in training each layer runs over the whole sentence at once.
    Vectors of the source reach the output past the encoder, so a rare word is found again by its
    own row (Nguyen & Chiang 2018, arXiv 1710.01329).

    Tensors (G gates, E input size, H hidden size, V pieces), named and shaped as torch's own:
    `embedding.weight (V, E)`; `encoder.{k}.weight_ih_l0[_reverse]`…, H/2 units each way;
    `query.weight`, `key.weight (H, H)`; `begin.weight (2H, H)`, `begin.bias`;
    `below.weight_ih_l0 (G·H, E)`…, `above.weight_ih_l0 (G·H, 2H + E)`…;
    `fc.weight (E, 2H + 2E)`, `fc.bias (E,)`; `bias (V,)`.
    """

    cell: Literal["rnn", "gru", "lstm"]
    pieces: int
    """Rows of the table: pieces of both languages, and the four that are none."""
    input_size: int
    hidden_size: int
    """An even number: half of it reads the source from its end."""
    encoder_layers: int = 2
    longest: int = 200
    """Pieces a translation may have; there it is cut off."""
    beam: int = 5
    """Beginnings kept in the search; 1 is greedy."""
    length_penalty: float = 1.0
    """Of the search; see `runtime.translation.beam`."""
    kind: Literal["translation"] = "translation"
    """Tells it from other kinds of network."""

    @property
    def outputs(self) -> int:
        """Numbers of an answer: how good it is, its pieces, and where each came from."""
        return 1 + 2 * self.longest


def tensor_shapes(spec: TranslationSpec) -> dict[str, tuple[int, ...]]:
    """Return names and shapes of all tensors.

    Raises:
        ArtifactError: the spec asks for impossible sizes.
    """
    for field, (least, most) in SIZES.items():
        size = getattr(spec, field)
        if not least <= size <= most:
            found = size if abs(size) < 10**18 else "a number beyond all use"
            raise ArtifactError(f"network.{field} must be from {least} to {most}, found {found}.")
    if spec.hidden_size % 2:
        raise ArtifactError(
            f"network.hidden_size is {spec.hidden_size}; expected an even number, half each way."
        )
    E, H, V = spec.input_size, spec.hidden_size, spec.pieces
    shapes: dict[str, tuple[int, ...]] = {TABLE: (V, E)}
    for k in range(spec.encoder_layers):
        for side in ("", "_reverse"):
            shapes |= _cell(spec.cell, f"encoder.{k}", H if k else E, H // 2, side)
    shapes |= _cell(spec.cell, "below", E, H) | _cell(spec.cell, "above", 2 * H + E, H)
    return shapes | {
        "query.weight": (H, H),
        "key.weight": (H, H),
        "begin.weight": (2 * H, H),
        "begin.bias": (2 * H,),
        "fc.weight": (E, 2 * H + 2 * E),
        "fc.bias": (E,),
        "bias": (V,),
    }


def check(spec: TranslationSpec, tensors: Mapping[str, np.ndarray]) -> None:
    """Refuse a spec of impossible size, and tensors that are not exactly the spec's."""
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32:
            raise ArtifactError(f'tensor "{name}": expected float32, found {tensor.dtype}.')
    fit(tensor_shapes(spec), {name: tensor.shape for name, tensor in tensors.items()})
    for name, tensor in tensors.items():
        if not (np.abs(tensor) <= LARGEST_WEIGHT).all():
            raise ArtifactError(
                f'tensor "{name}" holds NaN or a value beyond {LARGEST_WEIGHT:g}: '
                f"its training diverged. Train again with a smaller learning rate."
            )


def _cell(
    cell: str, name: str, inputs: int, units: int, side: str = ""
) -> dict[str, tuple[int, ...]]:
    G = GATES[cell]
    return {
        f"{name}.weight_ih_l0{side}": (G * units, inputs),
        f"{name}.weight_hh_l0{side}": (G * units, units),
        f"{name}.bias_ih_l0{side}": (G * units,),
        f"{name}.bias_hh_l0{side}": (G * units,),
    }
