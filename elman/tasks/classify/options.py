"""The options of classification."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elman.data.text.columns.cells import SPLITS, Split
from elman.errors import OptionError
from elman.tasks.classify.presets import PRESETS
from elman.tasks.options import (
    DATA,
    FILES,
    Options,
    check_at_least,
    check_probability,
    flag,
    option,
)

__all__ = ["OPTIONS", "ClassifyOptions"]


@dataclass(frozen=True)
class ClassifyOptions(Options):
    """Sequences of words into classes."""

    text: str | None = option(
        None, "text column, or several as title,body", commands=FILES, column=True
    )
    label: str | None = option(
        None, "label column, or several of 0 and 1", commands=DATA, column=True
    )
    label_split: str | None = option(
        None,
        "how a cell holds several labels; by default told from the first rows",
        "none",
        *SPLITS[1:],
        commands=DATA,
        advanced=True,
    )
    group: str | None = option(
        None,
        "column of what rows belong to, as film or patient; rows of one stay in one part",
        column=True,
    )
    test: str | None = option(None, "file to judge on; by default a tenth of DATA is held out")
    preset: str = option(
        "fast",
        "how much to spend on accuracy",
        *PRESETS,
        commands=("train",),
    )
    unlabelled: str | None = option(
        None,
        "file of more texts of the kind, without labels: --preset strong learns from them first",
        commands=("train",),
    )
    pretrained: str | None = option(
        None,
        "directory where what was learnt without labels is kept, and taken from the next time",
        commands=("train",),
        advanced=True,
    )
    as_printed: bool = option(
        False,
        "with --preset chapter: read the state off the padding, the trap",
        commands=("train",),
        advanced=True,
    )
    class_weight: str = option("none", "weigh rare classes up", "none", "balanced", advanced=True)
    threshold: str = option(
        "default",
        "decision thresholds: 0.5, or those of the best F1 on the validation part",
        "default",
        "f1",
        advanced=True,
    )
    unsure_below: float | None = option(
        None,
        'answer "don\'t know" below this probability',
        commands=("train", "compare", "predict"),
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
    min_count: int | None = option(
        None, "a word that is rarer in training is unknown", advanced=True
    )
    max_length: int | None = option(None, "words of a text that training reads", advanced=True)
    dropout: float | None = option(None, "share of the head's inputs left out", advanced=True)
    word_dropout: float | None = option(None, "share of the words left out", advanced=True)
    members: int | None = option(None, "networks whose outputs are averaged", advanced=True)
    patience: int | None = option(
        None, "passes without a better score before stopping; 0 trains to the end", advanced=True
    )
    behaviour: list[Path] | None = option(  # noqa: RUF009
        None,
        "file of behavioural tests, see docs/explain.md; may be repeated",
        commands=("evaluate",),
    )
    label_names: str | None = option(
        None,
        "the behaviour file's names of the model's classes, as positive=1,negative=0",
        commands=("evaluate",),
    )

    @property
    def split(self) -> Split | None:
        """How a cell holds several labels; None where nothing is said."""
        return "" if self.label_split == "none" else self.label_split  # type: ignore[return-value]

    def check(self) -> None:
        super().check()
        for name in ("unlabelled", "pretrained"):
            if getattr(self, name) is not None and self.preset != "strong":
                raise OptionError(
                    f"{flag(name)}: only the preset strong learns from texts without labels; add "
                    "--preset strong"
                )
        if self.keep == "simple" and self.preset == "chapter":
            raise OptionError("--keep simple: the preset chapter has no linear model inside")
        if self.as_printed and self.preset != "chapter":
            raise OptionError("--as-printed is a lesson of the chapter; add --preset chapter")
        for name in ("embedding_size", "min_count", "max_length", "members"):
            check_at_least(name, getattr(self, name), 1)
        check_at_least("max_words", self.max_words, 3)
        check_at_least("patience", self.patience, 0)
        for name in ("dropout", "word_dropout"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise OptionError(f"{flag(name)} {value}: expected a share from 0 to below 1")
        if self.unsure_below is not None:
            check_probability("unsure_below", self.unsure_below)
        if self.label_names is not None and not self.behaviour:
            raise OptionError(
                "--label-names says how --behaviour FILE names the classes; add the file"
            )


OPTIONS = ClassifyOptions
