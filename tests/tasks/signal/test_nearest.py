"""Dynamic time warping: the definition, row by row."""

from __future__ import annotations

import numpy as np

from elman.tasks.signal.opponents.nearest import warped


def slowly(x, y):
    """The cheapest way through all pairs, within the window."""
    T, S = len(x), len(y)
    slope = S / max(T, 1)
    reach = max(0.2 * max(T, S), 1 + slope)
    cost = np.full((T + 1, S + 1), np.inf)
    cost[0, 0] = 0
    for t in range(T):
        for s in range(S):
            if abs(s - t * slope) <= reach:
                least = min(cost[t, s], cost[t, s + 1], cost[t + 1, s])
                cost[t + 1, s + 1] = least + ((x[t] - y[s]) ** 2).sum()
    return cost[T, S]


def test_equals_the_definition_on_rows_of_any_length():
    random = np.random.default_rng(0)
    x = random.normal(size=(9, 2))
    others = [random.normal(size=(n, 2)) for n in (1, 4, 9, 17)]
    expected = [slowly(x, other) for other in others]
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(warped(x, others), expected, rtol=1e-9)


def test_a_row_said_more_slowly_is_near():
    t = np.linspace(0, 6, 20)[:, None]
    x, slow, other = np.sin(t), np.sin(np.linspace(0, 6, 23))[:, None], np.cos(t)
    near, far = warped(x, [slow, other])
    assert near < 0.2 * far
    assert warped(x, [x])[0] < 1e-12
