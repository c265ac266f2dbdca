"""Every option of `train` and `compare`, once: name, default, help, and the task it belongs to.

The command line, `elman.train` and the messages are derived from these dataclasses.
"""

from __future__ import annotations

import dataclasses
import os
import re
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from elman.errors import OptionError, did_you_mean

if TYPE_CHECKING:
    from elman.training.config import LoopConfig

__all__ = [
    "OPTIONS",
    "ClassifyOptions",
    "ForecastOptions",
    "Options",
    "check_probability",
    "option",
    "resolve",
]


def option(default: Any, help: str, *choices: str) -> Any:
    """Declare one option: its default, the sentence of the help page, its choices if closed."""
    return dataclasses.field(default=default, metadata={"help": help, "choices": choices})


@dataclass(frozen=True)
class Options:
    """What every task understands."""

    cell: str | None = option(
        None, "recurrent cell; by default the preset's own", "rnn", "gru", "lstm"
    )
    seed: int = option(0, "everything random follows from it")
    threads: int = option(1, "threads of torch; small networks seldom gain; 0 takes all cores")
    time_limit: str | None = option(None, "train no longer than this, as 90s, 10m or 1h")
    resume: bool = option(False, "continue an interrupted run in --out; same data, same options")

    def seconds(self) -> float | None:
        """Return the time limit in seconds."""
        if self.time_limit is None:
            return None
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", self.time_limit.strip())
        if not found or float(found[1]) == 0:
            raise OptionError(
                f'--time-limit "{self.time_limit}" is not a duration; write 90s, 10m or 1h'
            )
        return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]

    def limits(self, config: LoopConfig) -> LoopConfig:
        """Return a recipe's loop under the threads and the time that the user allows."""
        return dataclasses.replace(config, threads=self.threads, time_limit_s=self.seconds())


@dataclass(frozen=True)
class ClassifyOptions(Options):
    """Sequences of words into classes."""

    text: str | None = option(None, "text column; several as title,description")
    label: str | None = option(None, "label column")
    test: str | None = option(None, "file to judge on; by default a tenth of DATA is held out")
    preset: str = option("fast", "how much to spend on accuracy", "chapter", "fast", "strong")
    as_printed: bool = option(
        False, "with --preset chapter: read the state off the padding, the trap"
    )
    class_weight: str = option("none", "weigh rare classes up", "none", "balanced")
    threshold: str = option(
        "default",
        "decision thresholds: 0.5, or those of the best F1 on the validation part",
        "default",
        "f1",
    )
    unsure_below: float | None = option(None, 'answer "don\'t know" below this probability')
    allow_overlap: bool = option(False, "go on although test rows are among the training rows")
    baselines: bool = option(True, "train the honest opponents on the same rows")


@dataclass(frozen=True)
class ForecastOptions(Options):
    """The next values of one numeric series."""

    date: str | None = option(None, "date column")
    value: str | None = option(None, "value column")
    horizon: int = option(1, "how many steps ahead one forecast reaches")
    window: int | None = option(None, "how many past values one forecast reads")
    season: int | None = option(None, "steps in one season; by default from the dates")
    holdout: int | None = option(None, "last values kept for the back-test; default a tenth")


OPTIONS: dict[str, type[Options]] = {"classify": ClassifyOptions, "forecast": ForecastOptions}
"""The options of each task, by the task's name."""

Kind = TypeVar("Kind", bound=Options)


def resolve(task: str, kind: type[Kind], given: dict[str, Any]) -> Kind:
    """Build the options of a task from the names given, refusing unknown names and values."""
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for name, value in given.items():
        flag = "--" + name.replace("_", "-")
        if name not in fields:
            owners = [
                t for t, k in OPTIONS.items() if name in {f.name for f in dataclasses.fields(k)}
            ]
            if owners:
                raise OptionError(
                    f"{flag} belongs to the task {' and '.join(owners)}; this is {task}. "
                    f"Leave it out, or say --task {owners[0]}."
                )
            raise OptionError(f"unknown option {flag}. {did_you_mean(name, fields)}")
        choices = fields[name].metadata["choices"]
        if choices and value is not None and value not in choices:
            raise OptionError(f'{flag} "{value}" is not known. {did_you_mean(str(value), choices)}')
    resolved = kind(**given)
    _check(resolved)
    return resolved


def check_probability(flag: str, value: float) -> None:
    """Refuse what is not strictly between 0 and 1."""
    if not 0 < value < 1:
        raise OptionError(f"{flag} {value}: expected a probability between 0 and 1")


def _check(options: Options) -> None:
    """Refuse values that no choice list catches."""
    hints = typing.get_type_hints(type(options))
    for field in dataclasses.fields(options):
        value, kinds = getattr(options, field.name), typing.get_args(hints[field.name])
        kinds = kinds or (hints[field.name],)
        wanted = (*kinds, int) if float in kinds else kinds
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in kinds):
            names = " or ".join(kind.__name__ for kind in kinds if kind is not type(None))
            flag = "--" + field.name.replace("_", "-")
            raise OptionError(f"{flag} {value!r}: expected {names}")
    options.seconds()
    most = os.cpu_count() or 1
    if options.threads > most:
        raise OptionError(f"--threads {options.threads}: this machine has {most}")
    for name in ("seed", "threads"):
        if getattr(options, name) < 0:
            raise OptionError(f"--{name} {getattr(options, name)}: expected 0 or more")
    if isinstance(options, ClassifyOptions):
        if options.as_printed and options.preset != "chapter":
            raise OptionError("--as-printed is a lesson of the chapter; add --preset chapter")
        if options.unsure_below is not None:
            check_probability("--unsure-below", options.unsure_below)
    if isinstance(options, ForecastOptions) and options.season is not None and options.season < 1:
        raise OptionError(f"--season {options.season}: expected 1 (none) or more steps")
