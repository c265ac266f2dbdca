"""BLEU and chrF of texts, by sacreBLEU, with the signatures that make them comparable.

    log BLEU = min(0, 1 − r/h) + ¼ Σ log(mₙ/tₙ),  n = 1 to 4

of sums over all texts: mₙ runs of n words that the reference has too, of tₙ; h words, and r those
of the reference. So BLEU belongs to a whole set, and is no mean over its texts. `shares` writes it
as one: each text has the part by which it moves the sums, in the linear form of BLEU around them,

    share = BLEU · (1 + N Σ ∂log BLEU/∂s · s of that text)

The mean of the shares is BLEU, their differences between two systems have BLEU's difference as
their mean, and their spread gives its standard error (the infinitesimal jackknife, Jaeckel 1972).
A BLEU of each sentence by itself has neither property.

References:
    Papineni et al., 2002; Post, 2018, arXiv 1804.08771; Popović, 2015, of chrF.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.errors import MissingExtraError, installing

__all__ = ["Bleu", "bleu_of", "chrf_of", "set_apart", "shares", "words_by"]

Floats = NDArray[np.float64]

ORDERS = 4

_HAN, _SPACELESS = ((0x3400, 0x9FFF),), ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))
_KANA = ((0x3040, 0x30FF),)


class Bleu(NamedTuple):
    """A figure from 0 to 100, and how it came about."""

    score: float
    signature: str
    details: dict[str, Any]


def words_by(references: Sequence[str]) -> str:
    """Return which of sacreBLEU's ways to cut texts into words suits these; 13a where spaces do."""
    text = "".join(references)
    letters = max(sum(character.isalpha() for character in text), 1)
    kana, spaceless, han = (
        sum(any(low <= ord(c) <= high for low, high in ranges) for c in text) / letters
        for ranges in (_KANA, _SPACELESS, _HAN)
    )
    if kana > 0.1 or spaceless > 0.3:
        return "char"
    return "zh" if han > 0.3 else "13a"


def set_apart(texts: Sequence[str]) -> bool:
    """Say whether most full stops at the end of texts have a space before them.

    So a tokenizer leaves them; BLEU of such references is not that of texts as they are written.
    """
    ends = [text[-2:] for text in texts if text.endswith(".")]
    return 2 * ends.count(" .") > len(ends)


def bleu_of(
    texts: Sequence[str], references: Sequence[str], *, words: str, lower: bool = False
) -> Bleu:
    """Return the BLEU of texts, each with one reference.

    Args:
        texts: to be judged.
        references: their truths.
        words: as of `words_by`.
        lower: whether capital letters are small ones.

    Raises:
        MissingExtraError: sacreBLEU is not installed.
    """
    # forced: what it would say of texts whose words and marks stand apart, `set_apart` says
    metric = _sacrebleu().BLEU(tokenize=words, lowercase=lower, force=True)
    found = metric.corpus_score(list(texts), [list(references)])
    details = {
        "precisions": [float(p) for p in found.precisions],
        "brevity_penalty": float(found.bp),
        "words": int(found.sys_len),
        "reference_words": int(found.ref_len),
    }
    return Bleu(float(found.score), str(metric.get_signature()), details)


def chrf_of(texts: Sequence[str], references: Sequence[str]) -> Bleu:
    """Return the chrF of texts: the F2 of their runs of one to six characters."""
    metric = _sacrebleu().CHRF()
    found = metric.corpus_score(list(texts), [list(references)])
    return Bleu(float(found.score), str(metric.get_signature()), {})


def shares(texts: Sequence[str], references: Sequence[str], *, words: str) -> Floats:
    """Return what each text adds to BLEU, `(N,)`, in shares: their mean is BLEU / 100."""
    # of a sentence, only the counts are taken; the order is effective to keep sacreBLEU from
    # saying that the BLEU of one is nothing to go by
    metric = _sacrebleu().BLEU(tokenize=words, effective_order=True)
    each = [
        metric.sentence_score(text, [reference])
        for text, reference in zip(texts, references, strict=True)
    ]
    matches = np.array([one.counts for one in each], np.float64).reshape(-1, ORDERS)
    runs = np.array([one.totals for one in each], np.float64).reshape(-1, ORDERS)
    lengths = np.array([(one.sys_len, one.ref_len) for one in each], np.float64).reshape(-1, 2)
    m, t, (h, r) = matches.sum(0), runs.sum(0), lengths.sum(0)
    whole = metric.compute_bleu(
        m.astype(int).tolist(), t.astype(int).tolist(), int(h), int(r), smooth_method="exp"
    )
    # an order without a match is smoothed by sacreBLEU, and moves with no text
    there = m > 0
    moved = (matches[:, there] / m[there] - runs[:, there] / t[there]).sum(1) / ORDERS
    if 0 < h < r:
        moved += lengths[:, 0] * r / h**2 - lengths[:, 1] / h
    return np.asarray(whole.score / 100 * (1 + len(each) * moved))


def _sacrebleu() -> ModuleType:
    try:
        from sacrebleu import metrics
    except ImportError:
        raise MissingExtraError(
            f"translations are judged by sacreBLEU: {installing('translation')}"
        ) from None
    found: ModuleType = metrics
    return found
