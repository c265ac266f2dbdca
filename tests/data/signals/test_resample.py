"""Another rate: scipy's polyphase filter with the same kernel, and tones that stay themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import resample_poly

from elman.data.signals.resample import resample
from tests.tolerances import assert_close

RATES = [(44100, 16000), (8000, 16000), (16000, 8000), (11025, 16000), (48000, 8000), (7, 5)]


@pytest.mark.parametrize(("rate", "wanted"), RATES)
@pytest.mark.parametrize("length", [1, 2, 997])
def test_equals_scipys_polyphase_filter(rate, wanted, length):
    x = np.random.default_rng(length).normal(size=length).astype(np.float32)
    common = math.gcd(rate, wanted)
    up, down = wanted // common, rate // common
    n = np.arange(-16 * max(up, down), 16 * max(up, down) + 1)
    kernel = np.sinc(n / max(up, down)) * np.kaiser(len(n), 8.0)
    expected = resample_poly(x.astype(np.float64), up, down, window=kernel / kernel.sum())
    assert_close("samples", resample(x, rate, wanted), expected, "resampled and scipy")


def test_long_signals_are_done_piece_by_piece(monkeypatch):
    x = np.random.default_rng(0).normal(size=3001).astype(np.float32)
    whole = resample(x, 44100, 16000)
    monkeypatch.setattr("elman.data.signals.resample._SAMPLES", 100)
    assert np.array_equal(resample(x, 44100, 16000), whole)


@pytest.mark.parametrize(("rate", "wanted"), RATES[:5])
def test_a_tone_that_both_rates_hold_stays_and_one_beyond_goes(rate, wanted):
    def tone(hz, per_second):
        return np.sin(2 * np.pi * hz * np.arange(per_second) / per_second).astype(np.float32)

    held, inner = 0.4 * min(rate, wanted), slice(200, wanted - 200)
    found = resample(tone(held, rate), rate, wanted)[inner]
    np.testing.assert_allclose(found, tone(held, wanted)[inner], atol=2e-3)
    if rate > wanted:
        beyond = resample(tone(0.6 * wanted, rate), rate, wanted)[inner]
        assert np.abs(beyond).max() < 2e-3


def test_of_one_rate_nothing_is_changed():
    x = np.arange(5, dtype=np.float32)
    assert resample(x, 8000, 8000) is x
    assert len(resample(x[:0], 8000, 16000)) == 0
