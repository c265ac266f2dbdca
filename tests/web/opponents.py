"""What Python's opponents say of made-up series, for the lab's opponents."""

from __future__ import annotations

from typing import Any

import numpy as np

from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.judging.values.naive import carried, naive_scale
from elman.tasks.forecast.laid import Origins
from elman.tasks.forecast.opponents import naive_opponents

__all__ = ["opponent_cases"]


def opponent_cases() -> list[dict[str, Any]]:
    """Return series with gaps, trends and negative values; their opponents at some origins."""
    pick = np.random.default_rng(17)
    shapes = [(1, 3, 20.0), (4, 5, 30.0), (7, 9, 0.0), (12, 12, 200.0), (20, 3, 50.0), (40, 2, 9.0)]
    cases = []
    for season, horizon, level in shapes:
        n = np.arange(67.0)
        values = level + n / 3 + 5 * np.sin(n * 2 * np.pi / season) + pick.normal(size=len(n))
        values[pick.choice(len(n), 9, replace=False)] = np.nan
        values[:2] = np.nan
        origins = np.array([31, 32, 40, 58])
        series = Series("made up", values, season, None)
        at = Origins(np.zeros(len(origins), dtype=np.int64), origins)
        opponents = naive_opponents(Panel((series,)), at, horizon)
        cases.append(
            {
                "values": [None if np.isnan(value) else value for value in values.tolist()],
                "origins": origins.tolist(),
                "horizon": horizon,
                "season": season,
                "said": {one.name: np.asarray(one.numbers()).tolist() for one in opponents},
                "carried": carried(values, season).tolist(),
                "scale": naive_scale(values, season),
            }
        )
    return cases
