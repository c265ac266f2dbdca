"""Pairs as a recipe reads them: cut into pieces that were learnt from the training part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from elman.data.parallel.pieces import Pieces
from elman.data.seen import Seen
from elman.judging.texts.yardstick import TextYardstick
from elman.runtime.arrays import Steps
from elman.runtime.model import Model
from elman.tasks.interface import Beside, Labelled
from elman.tasks.translate.codec import SentenceCodec, TranslateInput, codec_of, seen_by
from elman.tasks.translate.rows import Ints, Rows, hashes_of

__all__ = ["Prepared", "labelled_of"]

_WORST, _BEST = 20, 3


@dataclass(frozen=True)
class Prepared:
    """`tasks.interface.Prepared` for pairs of sentences."""

    rows: Rows
    pieces: Pieces
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def codec(self) -> SentenceCodec:
        """What reads sentences as the network that is trained does."""
        read = self.rows.read
        return SentenceCodec(TranslateInput(*read.sides, files=read.files), self.pieces)

    def steps(self, row: int) -> Steps:
        """Return the source of a pair as the network reads it."""
        return self.codec.encode(self.rows.pairs[row].source).steps

    @cached_property
    def seen(self) -> Seen:
        """The sentences that are learnt from."""
        return Seen.of(hashes_of(self.rows.sources(self.rows.train)))

    @cached_property
    def test(self) -> Labelled:
        rows = self.rows
        return labelled_of(
            self.codec,
            rows.sources(rows.test),
            rows.targets(rows.test),
            [rows.pairs[row].line for row in rows.test],
            said=rows.test_called,
        )

    @property
    def facts(self) -> dict[str, Any]:
        rows, pairs = self.rows, self.rows.read.pairs
        return {
            "rows": {
                "train": len(rows.train),
                "validation": len(rows.validation),
                "test": len(rows.test),
                "skipped": dict(pairs.skipped),
                "copies": pairs.copies,
                "equal": len(pairs.equal),
            },
            "pieces": len(self.pieces),
            "warnings": list(self.warnings),
        }

    def beside(self, other: Model) -> Beside | str:
        """Return the test rows as another translator reads them, best those new to it."""
        codec, rows = codec_of(other), self.rows
        seen = seen_by(other)
        new = ~seen.among(hashes_of(rows.sources(rows.test)))
        chosen: Ints = np.flatnonzero(new) if new.any() else np.arange(len(rows.test))
        note = "" if new.any() else " (the old one learnt from some)"
        part = rows.test[chosen]
        theirs = labelled_of(
            codec,
            rows.sources(part),
            rows.targets(part),
            [rows.pairs[row].line for row in part],
            said=rows.test_called,
        )
        return Beside(chosen, theirs, note)


def labelled_of(
    codec: SentenceCodec,
    sources: Sequence[str],
    targets: Sequence[str],
    lines: Sequence[int],
    *,
    said: str,
    **more: Any,
) -> Labelled:
    """Return pairs as they are judged."""
    encoded = [codec.encode(source) for source in sources]
    contexts: list[Any] = [one.context for one in encoded]
    yardstick = TextYardstick(tuple(targets))

    def telling(numbers: Any) -> dict[str, list[dict[str, Any]]]:
        """Return the `worst` translations, which cost most BLEU, and the `best`."""
        order = np.argsort(yardstick.points(numbers), kind="stable").tolist()
        answers = codec.answers(numbers, contexts)

        def told(n: int) -> dict[str, Any]:
            return {
                "line": lines[n],
                "source": sources[n],
                "truth": targets[n],
                "translation": answers[n].text,
            }

        best = [n for n in reversed(order) if n not in order[:_WORST]][:_BEST]
        return {"worst": [told(n) for n in order[:_WORST]], "best": [told(n) for n in best]}

    return Labelled(
        said=said,
        steps=[one.steps for one in encoded],
        contexts=contexts,
        yardstick=yardstick,
        wanted=np.zeros(len(sources), np.int64),
        telling=telling,
        **more,
    )
