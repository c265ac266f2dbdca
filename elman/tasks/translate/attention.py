"""Translate a sentence, and keep where the translation looks."""

from __future__ import annotations

from typing import Any

from elman.attribution.maps.attention import AttentionMap
from elman.data.parallel.pieces import UNKNOWN
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.runtime.translation.beam import search
from elman.runtime.translation.translator import Translator, origins_of
from elman.tasks.translate.codec import codec_of

__all__ = ["attention_map"]


def attention_map(model: Model, sentence: str) -> AttentionMap:
    """Translate a sentence, and return where its translation looks.

    Raises:
        OptionError: the model is no translator, or the sentence is empty.
    """
    translator: Any = model.network
    if not isinstance(translator, Translator):
        raise OptionError(f"{model.task}: this model does not translate, so nothing looks anywhere")
    codec = codec_of(model)
    steps, context = codec.encode(sentence)
    words: Any = context
    if not len(steps):
        raise OptionError('nothing to translate; pass a sentence, as "Ein Hund."')
    ((best, *_),) = search(translator.network, [steps], translator.how)
    spelt, origins = codec.pieces.spelt, origins_of(best, steps)
    # an unknown piece is the text that stands there, and in the translation what is copied
    source = [words.each[k] if n == UNKNOWN else spelt[n] for k, n in enumerate(steps)]
    target = [
        words.each[k] if n == UNKNOWN else spelt[n]
        for k, n in zip(origins, best.pieces, strict=True)
    ]
    return AttentionMap(tuple(source), tuple(target), best.attention)
