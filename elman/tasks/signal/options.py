"""The options of signals."""

from __future__ import annotations

from dataclasses import dataclass

from elman.errors import OptionError
from elman.tasks.options import (
    DATA,
    FILES,
    Options,
    check_at_least,
    check_probability,
    flag,
    option,
)

__all__ = ["OPTIONS", "SignalOptions"]


@dataclass(frozen=True)
class SignalOptions(Options):
    """Sounds and signals of sensors into classes."""

    file: str | None = option(
        None, "column of sound files of an index", commands=FILES, advanced=True, column=True
    )
    series: str | None = option(
        None,
        "column that tells signals apart",
        commands=FILES,
        advanced=True,
        column=True,
    )
    label: str | None = option(
        None, "label column, or several of 0 and 1", commands=DATA, column=True
    )
    split: str | None = option(
        None,
        "column that says of rows whether they are for train, validation or test; one of this name "
        "is taken",
        advanced=True,
        column=True,
    )
    group: str | None = option(
        None,
        "column of what rows belong to, as film or patient; rows of one stay in one part",
        column=True,
    )
    test: str | None = option(None, "file to judge on; by default a tenth of DATA is held out")
    rate: int | None = option(
        None,
        "samples a second that sounds are brought to; by default that of most, at most 16000. Of "
        "arrays it says that they are sounds",
        advanced=True,
    )
    frame_ms: float | None = option(
        None, "milliseconds of sound in a frame; 32 by default", advanced=True
    )
    hop_ms: float | None = option(
        None, "milliseconds from one frame to the next; 10 by default", advanced=True
    )
    bins: int | None = option(None, "numbers of a log-mel spectrum; 40 by default", advanced=True)
    every: int | None = option(
        None,
        "rows of a sensor that make a step; by default so many that most signals have at most 400 "
        "steps",
        advanced=True,
    )
    mark_missing: bool = option(
        False,
        "tell the model which values of a sensor are missing, beside carrying the last on; "
        "of use where values are missing for a reason",
        advanced=True,
    )
    features: int | None = option(
        None, "features of the convolutions inside; 2000 by default", advanced=True
    )
    augment: bool = option(
        True, "let the recurrence also learn from signals slower, louder, in noise", advanced=True
    )
    class_weight: str = option("none", "weigh rare classes up", "none", "balanced", advanced=True)
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
    dropout: float | None = option(None, "share of the head's inputs left out", advanced=True)
    members: int | None = option(None, "networks whose outputs are averaged", advanced=True)
    patience: int | None = option(
        None, "passes without a better score before stopping; 0 trains to the end", advanced=True
    )

    def check(self) -> None:
        super().check()
        for name in ("members", "every", "bins", "features"):
            check_at_least(name, getattr(self, name), 1)
        check_at_least("rate", self.rate, 100)
        check_at_least("patience", self.patience, 0)
        for name in ("frame_ms", "hop_ms"):
            value = getattr(self, name)
            if value is not None and not 1 <= value <= 1000:
                raise OptionError(f"{flag(name)} {value}: expected milliseconds from 1 to 1000")
        if (self.hop_ms or 10.0) > (self.frame_ms or 32.0):
            raise OptionError("--hop-ms is longer than --frame-ms: sound between would go unread")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise OptionError(f"--dropout {self.dropout}: expected a share from 0 to below 1")
        if self.unsure_below is not None:
            check_probability("unsure_below", self.unsure_below)


OPTIONS = SignalOptions
