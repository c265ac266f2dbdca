"""The clock on the wall: zones, offsets, and the two nights of a year on which it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import pairwise
from statistics import mode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["is_zone", "read_as", "zone_of"]

_DAY = 86_400
_ZONES = (
    *("Europe/Berlin", "America/New_York", "Europe/London", "America/Chicago", "Europe/Helsinki"),
    *("America/Los_Angeles", "America/Denver", "Australia/Sydney", "Pacific/Auckland"),
    *("Australia/Adelaide", "America/Sao_Paulo", "America/Halifax", "Asia/Jerusalem"),
)
"""Where clocks change, one of each habit: what a clock alone cannot say is which place it is."""


def is_zone(name: str) -> bool:
    """Say whether a zone is among those that `read_as` gives; a file may say anything."""
    return name in ("", "UTC", *_ZONES) or re.fullmatch(r"[+-]\d{1,5}", name) is not None


def read_as(dated: Sequence[datetime]) -> Iterator[tuple[str, list[datetime], list[datetime]]]:
    """Yield zones the dates may be in, with the clock on the wall and UTC."""
    offsets = {moment.utcoffset() for moment in dated}
    wall = [moment.replace(tzinfo=None) for moment in dated]
    if None in offsets:
        yield "", wall, wall
        if len(set(wall)) == len(wall) and not _skips_an_hour(wall):
            return
        for name in _ZONES:
            folded = _folded(wall)
            utc = [_utc(moment, zone_of(name)) for moment in folded]
            if len(set(utc)) == len(utc):
                yield name, wall, utc
        return
    utc = [_utc(moment, moment.tzinfo or timezone.utc) for moment in dated]
    if len(offsets) == 1:
        (offset,) = offsets
        yield f"{offset.total_seconds():+g}" if offset else "UTC", wall, utc
        return
    aware = [moment.replace(tzinfo=timezone.utc) for moment in utc]
    for name in _ZONES:
        zone = zone_of(name)
        if all(
            a.astimezone(zone).replace(tzinfo=None) == w for a, w in zip(aware, wall, strict=True)
        ):
            yield name, wall, utc
            return
    yield "UTC", utc, utc


def _skips_an_hour(wall: Sequence[datetime]) -> bool:
    """Say whether an hour of a night is missing, as where clocks go forward."""
    ordered = sorted(wall)
    gaps = [(b - a).total_seconds() for a, b in pairwise(ordered)]
    usual = mode(gaps) if gaps else _DAY
    return usual < _DAY and any(
        gap == usual + 3600 and after.hour <= 4
        for gap, after in zip(gaps, ordered[1:], strict=True)
    )


def _folded(wall: Sequence[datetime]) -> list[datetime]:
    """Mark the second of two equal times as the one after the clock went back."""
    seen: set[datetime] = set()
    folded = []
    for moment in wall:
        folded.append(moment.replace(fold=int(moment in seen)))
        seen.add(moment)
    return folded


def _utc(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)


@lru_cache
def zone_of(name: str) -> tzinfo:
    """Return a zone by the name a calendar has: one of the world's, UTC, or seconds of offset."""
    if name == "UTC":
        return timezone.utc
    if name[:1] in "+-":
        return timezone(timedelta(seconds=float(name)))
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:  # a system without a table of zones
        return timezone.utc
