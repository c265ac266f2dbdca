"""One function, several implementations: which runs a call, and why no faster one.

A table has them by name, fastest first, each a module with the function itself and `supports`,
which says what it lacks for a call. It may have `advises_against`: why it is not chosen where
nobody named it, though it could compute the call. The last of a table computes everything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import torch

from elman.errors import OptionError, did_you_mean

__all__ = ["Choice", "Twins", "choose", "explain", "named"]

Twins = Mapping[str, ModuleType]

_log = logging.getLogger("elman.ops")


@dataclass(frozen=True)
class Choice:
    """Which twin runs a call, and why none before it in the table does."""

    twin: str
    reasons: dict[str, str]
    """What each faster twin lacks for this call."""

    def __str__(self) -> str:
        return "; ".join([self.twin, *(f"not {name}: {why}" for name, why in self.reasons.items())])


def explain(twins: Twins, *call: Any, **options: Any) -> Choice:
    """Say which twin `choose` names for the same arguments, and why not a faster one."""
    reasons: dict[str, str] = {}
    for name, twin in twins.items():
        reason = _why_not(twin, call, options)
        if reason is None:
            return Choice(name, reasons)
        reasons[name] = reason
    raise AssertionError("the last twin computes everything")


def choose(twins: Twins, what: str, *call: Any, **options: Any) -> str:
    """Return the name of the first twin that computes a call, and log each reason once.

    Args:
        twins: the table.
        what: is computed, for the log.
        call: what each twin's `supports` is asked, as are `options`.
    """
    for name, twin in twins.items():
        reason = _why_not(twin, call, options)
        if reason is None:
            return name
        if not torch.compiler.is_compiling():
            _say_once(what, name, reason)
    raise AssertionError("the last twin computes everything")


def named(twins: Twins, twin: str, what: str, *call: Any, **options: Any) -> str:
    """Return the name of a twin that was asked for.

    Raises:
        OptionError: there is none of that name, or it does not compute this call.
    """
    if twin not in twins:
        raise OptionError(f'There is no twin "{twin}". {did_you_mean(twin, twins)}')
    if reason := twins[twin].supports(*call, **options):
        raise OptionError(f'Twin "{twin}" does not compute this {what}: {reason}.')
    return twin


def _why_not(twin: ModuleType, call: tuple[Any, ...], options: dict[str, Any]) -> str | None:
    reason: str | None = twin.supports(*call, **options)
    if reason is None and "advises_against" in twin.__dict__:
        reason = twin.advises_against(*call, **options)
    return reason


@cache
def _say_once(what: str, twin: str, reason: str) -> None:
    _log.info("%s does not run on %s: %s", what, twin, reason)
