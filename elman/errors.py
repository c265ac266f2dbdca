"""The exceptions a user of elman can meet.

    ElmanError                      anything elman raises on purpose
    ├── InputError (ValueError)     the user's input is at fault; the command line exits with 2
    │   ├── DataError               a data file: the message names file and line
    │   ├── OptionError             an option or argument: the message names it and the choices
    │   └── ArtifactError           a model directory that is damaged, foreign or hostile
    ├── MissingExtraError (ImportError)   an optional part is not installed; the message says how
    └── WorkError (RuntimeError)    the work failed: training diverged, a disk is full; exits with 1

Every message says what was expected, what came, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice

__all__ = [
    "ArtifactError",
    "DataError",
    "ElmanError",
    "InputError",
    "MissingExtraError",
    "OptionError",
    "WorkError",
    "did_you_mean",
    "installing",
]


_MOST_CHOICES, _MOST_SHOWN, _LONGEST = 1000, 40, 80
"""Choices that are looked through, those that are listed, and letters of each."""


class ElmanError(Exception):
    """Anything elman raises on purpose. Catch this to catch them all."""

    exit_code = 1

    lines: tuple[str, ...] = ()
    """What it says, where that is more than one line; names in them may hold line breaks."""


class InputError(ElmanError, ValueError):
    """The user's own input is at fault. Mend what the message names and run again."""

    exit_code = 2


class DataError(InputError):
    """A data file cannot be read as it is. The message names file, line and remedy."""


class OptionError(InputError):
    """An option or argument has a value elman does not know. The message lists the choices."""


class ArtifactError(InputError):
    """A model directory is refused. The message names the file; train or copy it again."""


class MissingExtraError(ElmanError, ImportError):
    """An optional part is not installed. The message holds the command that installs it."""

    exit_code = 2


class WorkError(ElmanError, RuntimeError):
    """The work itself failed (divergence, full disk). The message says what is still safe."""


def installing(*extras: str) -> str:
    """Return the command that installs optional parts.

    >>> installing("train", "bench")
    'pip install "elman[train,bench]"'
    """
    return f'pip install "elman[{",".join(extras)}]"'


def did_you_mean(given: str, choices: Iterable[str]) -> str:
    """Say which choice is nearest to `given`, and list them, the first of very many.

    >>> did_you_mean("presett", ["preset", "seed"])
    'Did you mean "preset"? Choices: preset, seed.'
    """
    known = list(islice(choices, _MOST_CHOICES))
    # of a file's names either may be as long as the file
    near = difflib.get_close_matches(given[:_LONGEST], [k[:_LONGEST] for k in known], 1, 0.5)
    guess = f'Did you mean "{near[0]}"? ' if near else ""
    shown = [k if len(k) <= _LONGEST else f"{k[:_LONGEST]}…" for k in known[:_MOST_SHOWN]]
    more = ", …" if len(known) > _MOST_SHOWN else ""
    return f"{guess}Choices: {', '.join(shown)}{more}."
