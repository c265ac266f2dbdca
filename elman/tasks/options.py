"""What an option is, and those that every task understands.

Each task declares its own in a dataclass of its own; command line, Python calls, messages and help
are derived from them. Nothing here or there imports numpy: `elman --help` reads them.
"""

from __future__ import annotations

import dataclasses
import math
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elman.errors import OptionError
from elman.runtime.spec import CELLS

if TYPE_CHECKING:
    from elman.training.config import LoopConfig

__all__ = [
    "DATA",
    "FILES",
    "OPENING",
    "TRAINING",
    "Options",
    "check_at_least",
    "check_probability",
    "flag",
    "option",
]

TRAINING = ("train", "compare")
DATA = ("train", "compare", "evaluate", "memory", "report")
"""Commands that read a labelled file take the options that say how."""

OPENING = ("encoding", "header")
"""Options that say how a file is opened."""

_LARGEST = 10**6

FILES = (*DATA, "predict", "drift", "update")
"""Commands that read any file."""

_LARGEST_SEED = 2**63 - 1


def option(
    default: Any,
    help: str,
    *choices: str,
    commands: tuple[str, ...] = TRAINING,
    advanced: bool = False,
    column: bool = False,
) -> Any:
    """Declare one option.

    Args:
        default: in Python and on the command line.
        help: the sentence of the help page.
        choices: all values there are, if closed.
        commands: those that take it; `elman.train` and its like in Python take the same.
        advanced: few need it: `--help-all` shows it, `--help` does not.
        column: names columns of the data, which a shell can complete.
    """
    metadata = {"help": help, "choices": choices, "commands": commands}
    return dataclasses.field(
        default=default, metadata=metadata | {"advanced": advanced, "column": column}
    )


def flag(name: str, value: Any = None) -> str:
    """Return an option's name as it is typed, where it has this value."""
    return ("--no-" if value is False else "--") + name.replace("_", "-")


@dataclass(frozen=True)
class Options:
    """What every task understands."""

    cell: str | None = option(
        None,
        "recurrent cell; by default the preset's own",
        *CELLS,
        commands=("train",),
    )
    keep: str = option(
        "best",
        "what is saved: recurrence beside the linear model that stands inside, or that alone",
        "best",
        "recurrent",
        "simple",
        commands=("train",),
    )
    seed: int = option(
        0, "everything random follows from it", commands=("train", "memory", "report")
    )
    threads: int = option(
        1, "threads of torch; small networks seldom gain; 0 takes all cores", advanced=True
    )
    force: bool = option(
        False,
        "replace the model in --out even if it is better, or cannot be judged on the same rows",
        commands=("train",),
    )
    encoding: str | None = option(
        None,
        "how the file's letters are saved, as cp1252 or gb18030; by default UTF-8 or UTF-16",
        commands=FILES,
        advanced=True,
    )
    header: bool | None = option(
        None,
        "whether the first line of a csv file has the names of the columns; by default it is told "
        "from what stands in it",
        commands=FILES,
        advanced=True,
    )
    time_limit: str | None = option(
        None,
        "train no longer than this, as 90s, 10m or 1h",
        commands=("train", "compare", "memory", "report"),
    )
    resume: bool = option(
        False,
        "continue an interrupted run in --out; same data, same options",
        commands=("train",),
    )

    epochs: int | None = option(
        None, "passes over the training rows; by default the recipe's own", advanced=True
    )
    batch_size: int | None = option(None, "rows of one optimizer step", advanced=True)
    learning_rate: float | None = option(None, "largest step of Adam", advanced=True)
    weight_decay: float | None = option(
        None, "share by which weights shrink a step, in units of the rate", advanced=True
    )
    clip_norm: float | None = option(
        None, "gradients of a larger norm are scaled to it", advanced=True
    )
    hidden_size: int | None = option(None, "units of the recurrent state", advanced=True)
    num_layers: int | None = option(None, "recurrent layers on top of each other", advanced=True)
    device: str = option("cpu", "where training runs: the CPU", advanced=True)

    def check(self) -> None:
        """Refuse values that neither type nor choices catch.

        Raises:
            OptionError: a value is out of range.
        """
        self.seconds()
        most = os.cpu_count() or 1
        if self.threads > most:
            raise OptionError(f"--threads {self.threads}: this machine has {most}")
        if self.seed > _LARGEST_SEED:
            raise OptionError(f"--seed: expected at most {_LARGEST_SEED}")
        for name in ("seed", "threads"):
            if getattr(self, name) < 0:
                raise OptionError(f"--{name} {getattr(self, name)}: expected 0 or more")

        if self.device != "cpu":
            raise OptionError(
                f"--device {self.device}: training runs on the CPU, where small recurrent networks "
                "are fast. On a GPU use the layers of elman.nn in a loop of your own."
            )
        for name in ("epochs", "batch_size", "hidden_size", "num_layers"):
            check_at_least(name, getattr(self, name), 1)
        for name in ("learning_rate", "clip_norm"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise OptionError(f"{flag(name)} {value}: expected a number above 0")
        if self.weight_decay is not None and not 0 <= self.weight_decay < 1:
            raise OptionError(f"--weight-decay {self.weight_decay}: expected 0 or more, below 1")

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

    @property
    def opening(self) -> dict[str, Any]:
        """Return what was said of how files are opened, as `open_table` takes it."""
        said = {name: getattr(self, name) for name in OPENING}
        return {name: value for name, value in said.items() if value is not None}

    def trained(self, config: LoopConfig) -> LoopConfig:
        """Return a recipe's loop with what the user set of it; the passes are the recipe's."""
        names = ("batch_size", "learning_rate", "weight_decay", "clip_norm")
        said = {name: getattr(self, name) for name in names}
        return dataclasses.replace(config, **{n: v for n, v in said.items() if v is not None})

    def limits(self, config: LoopConfig) -> LoopConfig:
        """Return a recipe's loop under the threads and the time that the user allows."""
        return dataclasses.replace(config, threads=self.threads, time_limit_s=self.seconds())


def check_at_least(name: str, value: int | None, least: int) -> None:
    """Refuse a number below the least."""
    if value is not None and not least <= value <= _LARGEST:
        raise OptionError(f"{flag(name)} {value}: expected a whole number from {least} on")


def check_probability(name: str, value: float) -> None:
    """Refuse what is not strictly between 0 and 1."""
    if not 0 < value < 1:
        raise OptionError(f"{flag(name)} {value}: expected a probability between 0 and 1")
