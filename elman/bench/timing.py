"""Several contestants timed in turns, in one process: AB, BA, AB, BA…

Whatever drifts (clock, temperature, a neighbour on the machine) meets all of them alike, and
neither always runs after the other.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Clock", "take_turns"]

_WARM_UP_SECONDS = 0.05
_BLOCK_SECONDS = 0.005
_LEAST_ROUNDS = 5
_MOST_ROUNDS = 300


@dataclass(frozen=True)
class Clock:
    """What measures and what waits; tests bring one that stands still."""

    now: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], None] = time.sleep


def take_turns(
    calls: Mapping[str, Callable[[], object]],
    seconds: float,
    *,
    pause: float = 0.0,
    clock: Clock | None = None,
) -> dict[str, list[float]]:
    """Time every call in every round, in an order that turns round each time.

    A call's turn is a block of as many calls as take 5 ms, at least one, after one that is not
    timed and brings its data back into the caches. Garbage is not collected meanwhile.

    Args:
        calls: by name.
        seconds: when rounds stop; there are 5 at least and 300 at most.
        pause: seconds of rest before each turn: idle threads of the one before spin for a while,
            and must not do so on a core that the next one needs.
        clock: another clock.

    Returns:
        Seconds a call by name, one for each round.
    """
    clock = clock or Clock()
    collecting = gc.isenabled()
    gc.disable()
    try:
        repeats = {name: _warm_up(call, clock) for name, call in calls.items()}
        samples: dict[str, list[float]] = {name: [] for name in calls}
        order = list(calls)
        begun, done = clock.now(), 0
        while done < _LEAST_ROUNDS or (clock.now() - begun < seconds and done < _MOST_ROUNDS):
            for name in reversed(order) if done % 2 else order:
                if pause:
                    clock.sleep(pause)
                calls[name]()
                samples[name].append(_block(calls[name], repeats[name], clock))
            done += 1
        return samples
    finally:
        if collecting:
            gc.enable()


def _warm_up(call: Callable[[], object], clock: Clock) -> int:
    """Run it for a while, twice at least, and return how many calls make a block."""
    fastest, begun, done = math.inf, clock.now(), 0
    while done < 2 or clock.now() - begun < _WARM_UP_SECONDS:
        fastest = min(fastest, _block(call, 1, clock))
        done += 1
    return max(1, math.ceil(_BLOCK_SECONDS / max(fastest, 1e-9)))


def _block(call: Callable[[], object], repeats: int, clock: Clock) -> float:
    begun = clock.now()
    for _ in range(repeats):
        call()
    return (clock.now() - begun) / repeats
