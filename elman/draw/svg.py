"""A series and what may follow it as a picture of its own: SVG, no script, no request."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from elman.draw.chart import Fan
from elman.draw.html import escape

__all__ = ["fan_chart"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 880, 300, 70, 12, 14, 34
_TICKS = 5
_MOST_DOTS = 200
"""Values beyond which dots would run into one another."""
_SHADES = ("#cfe3f5", "#9dc6ea")
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
        f'<text x="{_LEFT - 6}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.4g}</text>'
        for v in np.linspace(low + room, high - room, _TICKS).tolist()
    ]
    for shade, (name, lower, upper) in zip(_SHADES[-len(fan.bands) :], fan.bands, strict=False):
        known = [
            n for n, ends in enumerate(zip(lower, upper, strict=True)) if np.isfinite(ends).all()
        ]
        there = path([lower[n] for n in known], P)
        back = "".join(f"L{x(P + n):.1f} {y(upper[n]):.1f}" for n in reversed(known))
        parts.append(
            f'<path d="{there}{back}Z" fill="{shade}"><title>{escape(name)} %</title></path>'
        )
    last = [v for v in fan.past if np.isfinite(v)][-1:]
    parts.append(f'<path d="{path(fan.past, 0)}" class="past"/>')
    parts.append(f'<path d="{path([*last, *fan.ahead], P - len(last))}" class="ahead"/>')
    values = [*fan.past, *fan.ahead]
    for n, value in enumerate(values):
        if np.isfinite(value):
            seen = N <= _MOST_DOTS
            parts.append(
                f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="{2.5 if seen else 4}" class="'
                f'{"ahead" if n >= P else "past"}{"" if seen else " hidden"}">'
                f"<title>{escape(fan.labels[n])}: {value:.6g}</title></circle>"
            )
    for n, anchor in {0: "start", max(P - 1, 0): "middle", N - 1: "end"}.items():
        parts.append(
            f'<text x="{x(n):.1f}" y="{_HEIGHT - 10}" text-anchor="{anchor}">'
            f"{escape(fan.labels[n])}</text>"
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(fan.name)}" '
        f'class="fan">{"".join(parts)}</svg>'
    )
