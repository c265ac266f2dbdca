"""The options of tagging."""

from __future__ import annotations

from dataclasses import dataclass

from elman.errors import OptionError
from elman.tasks.options import DATA, FILES, Options, check_at_least, flag, option

__all__ = ["OPTIONS", "TagOptions"]


@dataclass(frozen=True)
class TagOptions(Options):
    """A tag for every word: parts of speech, names."""

    text: str | None = option(
        None, "column of the words of a sentence, in a table", commands=FILES, column=True
    )
    column: str | None = option(
        None,
        "column of the tags, as upos, ner or 2",
        commands=(*DATA, "predict"),
        column=True,
    )
    test: str | None = option(None, "file to judge on; by default a tenth of DATA is held out")
    validation: str | None = option(
        None, "file to choose by; by default some of DATA is held out for that", advanced=True
    )
    one_way: bool = option(False, "read left to right only, so that it streams")
    crf: bool | None = option(
        None,
        "tie the tags of neighbouring words, by a linear-chain CRF; by default where they mark "
        "spans, as names are",
        advanced=True,
    )
    allow_overlap: bool = option(
        False, "go on although test rows are among the training rows", advanced=True
    )
    baselines: bool = option(
        True, "train the honest opponents on the same rows", commands=("train",), advanced=True
    )
    embedding_size: int | None = option(None, "numbers of a word's vector", advanced=True)
    max_words: int | None = option(None, "words of the vocabulary at most", advanced=True)
    dropout: float | None = option(None, "share of the head's inputs left out", advanced=True)
    word_dropout: float | None = option(
        None, "how often a word of one occurrence is hidden; its letters are read", advanced=True
    )

    def check(self) -> None:
        super().check()
        check_at_least("embedding_size", self.embedding_size, 1)
        check_at_least("max_words", self.max_words, 3)
        for name in ("dropout", "word_dropout"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise OptionError(f"{flag(name)} {value}: expected a share from 0 to below 1")


OPTIONS = TagOptions
