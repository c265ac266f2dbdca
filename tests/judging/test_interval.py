"""The interval of a share is Wilson's, as scipy has it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from elman.judging.interval import mean_interval, share_interval


@pytest.mark.parametrize(("right", "n"), [(0, 7), (1, 20), (13, 40), (399, 400), (50, 50)])
def test_shares_have_wilsons_interval(right, n):
    wanted = binomtest(right, n).proportion_ci(method="wilson")
    assert share_interval(right, n) == pytest.approx([wanted.low, wanted.high], abs=1e-6)
    points = np.arange(n) < right
    assert mean_interval(points.astype(float)) == pytest.approx(share_interval(right, n))
