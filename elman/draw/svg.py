"""A series and what may follow it as a picture of its own: SVG, no script, no request."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from elman.draw.chart import Fan
from elman.draw.html import escape

__all__ = ["SHADES", "fan_chart"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 880, 300, 70, 12, 14, 34
_TICKS = 5
_LABEL, _NARROW = 110, 5
"""Room that the label of a date takes, and half the width of an interval that stands alone."""
_MOST_DOTS = 200
"""Values beyond which dots would run into one another."""
SHADES = ("#cfe3f5", "#9dc6ea")
"""Of intervals, the widest first."""


def fan_chart(fan: Fan) -> str:
    """Return the chart: the past, the forecast, its intervals; a value shows itself under the
    pointer."""
    low, high = fan.range
    room = 0.05 * ((high - low) or abs(high) or 1.0)
    low, high = low - room, high + room
    P, N = len(fan.past), len(fan.past) + len(fan.ahead)

    def x(n: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * n / max(N - 1, 1)

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    def path(values: Sequence[float], before: int) -> str:
        said, pen = [], "M"
        for n, value in enumerate(values):
            if np.isfinite(value):
                said.append(f"{pen}{x(before + n):.1f} {y(value):.1f}")
            pen = "L" if np.isfinite(value) else "M"
        return "".join(said)

    parts = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(v):.1f}" y2="{y(v):.1f}" class="grid"/>'
        f'<text x="{_LEFT - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{fan.said(v)}</text>'
        for v in np.linspace(low + room, high - room, _TICKS).tolist()
    ]
    for shade, (name, lower, upper) in zip(SHADES[-len(fan.bands) :], fan.bands, strict=False):
        known = [
            n for n, ends in enumerate(zip(lower, upper, strict=True)) if np.isfinite(ends).all()
        ]
        wide = _NARROW if len(known) == 1 else 0.0  # one step alone has no width
        ends = [(x(P + n) + side, n) for n in known for side in ((-wide, wide) if wide else (0.0,))]
        there = "M" + "L".join(f"{at:.1f} {y(lower[n]):.1f}" for at, n in ends)
        back = "".join(f"L{at:.1f} {y(upper[n]):.1f}" for at, n in reversed(ends))
        parts.append(
            f'<path d="{there}{back}Z" fill="{shade}"><title>{escape(name)} %</title></path>'
        )
    last = np.flatnonzero(np.isfinite(fan.past))[-1:].tolist()
    parts.append(f'<path d="{path(fan.past, 0)}" class="past"/>')
    joint = "".join(f"M{x(n):.1f} {y(fan.past[n]):.1f}L" for n in last)
    ahead = path(fan.ahead, P)
    parts.append(f'<path d="{joint}{ahead[1:] if joint else ahead}" class="ahead"/>')
    values = [*fan.past, *fan.ahead]
    for n, value in enumerate(values):
        if np.isfinite(value):
            seen = N <= _MOST_DOTS
            parts.append(
                f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="{2.5 if seen else 4}" class="'
                f'{"ahead" if n >= P else "past"}{"" if seen else " hidden"}">'
                f"<title>{escape(fan.labels[n])}: {value:.6g}</title></circle>"
            )
    places = {0: "start", N - 1: "end"}
    if min(x(P - 1) - x(0), x(N - 1) - x(P - 1)) > _LABEL:
        places[P - 1] = "middle"
    for n, anchor in places.items():
        parts.append(
            f'<text x="{x(n):.1f}" y="{_HEIGHT - 10}" text-anchor="{anchor}">'
            f"{escape(fan.labels[n])}</text>"
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(fan.name)}" '
        f'class="fan">{"".join(parts)}</svg>'
    )
