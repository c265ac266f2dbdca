"""Where a translation looks: which share of its attention each piece has on each of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elman.data.parallel.pieces import UNKNOWN
from elman.errors import OptionError
from elman.runtime.arrays import Floats
from elman.runtime.model import Model
from elman.runtime.translation.beam import search
from elman.runtime.translation.translator import Translator
from elman.tasks.translate.codec import codec_of

__all__ = ["AttentionMap", "attention_map"]

_SHADES = " ·░▒▓█"


@dataclass(frozen=True)
class AttentionMap:
    """One sentence, its translation, and what looks where.

    Args:
        source: pieces of the sentence, and its end, "".
        target: pieces of the translation.
        weights: `(T, S)` shares, each row adds up to 1.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    weights: Floats

    def text(self) -> str:
        """Return the map as characters: a row for each piece of the translation."""
        width = max([len(piece) for piece in self.target] or [0])
        heads = [piece.strip() or "■" for piece in self.source]
        tall = max(map(len, heads), default=0)
        lines = [
            " " * (width + 1) + " ".join(head.rjust(tall)[row] for head in heads)
            for row in range(tall)
        ]
        for piece, shares in zip(self.target, self.weights, strict=True):
            shades = (_SHADES[min(int(share * len(_SHADES)), len(_SHADES) - 1)] for share in shares)
            lines.append(piece.rjust(width) + " " + " ".join(shades))
        return "\n".join(line.rstrip() for line in lines)

    def to_json(self) -> dict[str, Any]:
        """Return pieces and shares, rounded."""
        return {
            "source": list(self.source),
            "target": list(self.target),
            "weights": [[round(float(share), 4) for share in row] for row in self.weights],
        }


def attention_map(model: Model, sentence: str) -> AttentionMap:
    """Translate a sentence, and return where its translation looks.

    Raises:
        OptionError: the model is no translator, or the sentence is empty.
    """
    translator: Any = model.network
    if not isinstance(translator, Translator):
        raise OptionError(f"{model.task}: this model does not translate, so nothing looks anywhere")
    codec = codec_of(model)
    steps, _ = codec.encode(sentence)
    if not len(steps):
        raise OptionError("an empty sentence has nothing to look at")
    ((best, *_),) = search(translator.network, [steps], translator.how)
    spelt = codec.pieces.spelt
    source, target = (
        tuple("�" if n == UNKNOWN else spelt[n] for n in numbers)
        for numbers in (steps.tolist(), best.pieces)
    )
    return AttentionMap(source, target, best.attention)
