"""Texts without labels, from which the next word is learnt: as word numbers on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row
from elman.data.text.columns.choose import choose_columns
from elman.data.text.columns.columns import Columns
from elman.data.text.corpus import Ints
from elman.data.text.lookup.word_types import WordTypes, joined_words
from elman.data.text.spool import Spool
from elman.errors import DataError

__all__ = ["Unlabelled", "read_unlabelled"]

_PROGRESS_ROWS = 1000


@dataclass(frozen=True)
class Unlabelled:
    """N texts; row n is tokens[offsets[n]:offsets[n + 1]]."""

    source: str
    tokens: Ints
    """`(words,)` places in `word_types`."""
    offsets: npt.NDArray[np.int64]
    word_types: list[str]
    """Those it was read with, and after them its own."""
    left_out: int
    """Texts that are also judged on."""
    skipped: int
    """Rows that hold no text."""
    said: str
    """Which column was read, as a sentence."""


def read_unlabelled(
    path: str,
    place: Path,
    word_types: Sequence[str],
    *,
    judged: npt.NDArray[np.uint8],
    columns: tuple[str, ...] = (),
    progress: Callable[[int], None] | None = None,
) -> Unlabelled:
    """Read the texts of a file.

    Args:
        path: as `open_table` takes it; labels, if it has any, are not looked at.
        place: a folder for the arrays.
        word_types: words that have numbers already.
        judged: `(N, 16)` hashes of texts that are left out: those that a model is judged on.
        columns: the text columns of the training file, taken where the file has them.
        progress: is called with the number of texts read so far, every now and then.

    Raises:
        DataError: there is no text in it.
    """
    table = open_table(path)
    chosen = choose_columns(
        table, columns if {*columns} <= {*table.columns} else None, need_label=False
    )
    types = WordTypes(word_types)
    held = {row.tobytes() for row in judged}
    tokens, offsets = Spool(place / "tokens.i32", "i"), Spool(place / "offsets.i64", "q")
    offsets.extend([0])
    left_out = skipped = seen = 0
    try:
        for seen, row in enumerate(table.rows(), 1):
            if progress and seen % _PROGRESS_ROWS == 0:
                progress(seen)
            (words,) = joined_words([_text(row, chosen)])
            if not words:
                skipped += 1
                continue
            if hashlib.blake2b(words, digest_size=16).digest() in held:
                left_out += 1
                continue
            offsets.extend([tokens.extend(types.number(words))])
        if not tokens.size:
            raise DataError(f"{path}: no text among {seen:,} rows; expected texts to pre-train on")
    except BaseException:
        tokens.abandon()
        offsets.abandon()
        raise
    return Unlabelled(
        source=str(path),
        tokens=tokens.finish(),
        offsets=offsets.finish(),
        word_types=types.words(),
        left_out=left_out,
        skipped=skipped,
        said=chosen.said,
    )


def _text(row: Row | Reject, columns: Columns) -> str:
    """The text of a row, or nothing."""
    if isinstance(row, Reject):
        return ""
    try:
        return columns.text_of(row)
    except ValueError:
        return ""
