"""A season is told from the dates, else from the values, and can be overruled."""

import numpy as np
import pytest

from elman.data.series.season import find_season
from elman.errors import OptionError
from tests.data.series.files import N, days, hours, months, read_series, table, write


def test_season_follows_frequency_and_can_be_overruled(tmp_path):
    path = write(tmp_path, table(months()))
    assert read_series(path).season == 12
    assert read_series(path, season=6).season == 6
    assert read_series(path, season=1).season == 1


@pytest.mark.parametrize(
    ("dates", "season"),
    [
        ([str(1960 + i) for i in range(N)], 1),
        (months(3 * N)[::3], 4),
        (months(), 12),
        (days(104, step=7), 52),
        (days(), 7),
        (hours(48), 24),
        ([f"2003-02-{1 + i // 48:02d} {i // 2 % 24:02d}:{i % 2 * 30:02d}" for i in range(96)], 48),
    ],
)
def test_each_frequency_has_its_season(tmp_path, dates, season):
    assert read_series(write(tmp_path, table(dates)), date="date").season == season


def test_the_first_lag_near_the_strongest_is_the_season():
    random = np.random.default_rng(0)
    i = np.arange(600)
    # at lag 20 the series repeats exactly, at lag 10 nearly so
    multiple = np.tile(random.normal(size=10), 200) + np.tile(random.normal(size=20), 100) / 7
    # at half the season the correlation is 0.89 of that at the season
    half = np.sin(2 * np.pi * i / 16) + 2 * np.sin(2 * np.pi * i / 8 + 0.3)
    weak = np.tile(random.normal(size=12), 100) + 0.8 * random.normal(size=1200)
    trend = 5.0 * i + random.normal(size=600)
    for values, season in ((multiple, 10), (half, 16), (weak, 12), (trend, 1)):
        assert find_season(None, None, [values], []) == season


def test_season_too_long_for_the_series_is_none_and_said(tmp_path):
    s = read_series(write(tmp_path, table(days(step=7))))
    assert s.season == 1
    assert s.notes[-1] == "season: 1, because two seasons of 52 do not fit into 40 values"
    assert read_series(write(tmp_path, table(months(23)))).season == 1
    assert read_series(write(tmp_path, table(months(24)))).season == 12


def test_season_without_dates_comes_from_autocorrelation(tmp_path):
    i = np.arange(400)
    noise = np.random.default_rng(0).normal(size=400)
    # the second wave makes a lower peak at half the season
    waves = 10 * np.sin(2 * np.pi * i / 17) + 8 * np.cos(4 * np.pi * i / 17) + 0.05 * i
    repeats = read_series(write(tmp_path, "\n".join(map(str, waves + 0.3 * noise))))
    assert (repeats.season, repeats.calendar) == (17, None)
    assert repeats.notes[-1] == "season: 17, from the autocorrelation"
    assert read_series(write(tmp_path, "\n".join(map(str, noise.cumsum())))).season == 1
    assert read_series(write(tmp_path, "5\n" * 50)).season == 1


@pytest.mark.parametrize("season", [0, -3, 21])
def test_impossible_season_is_an_option_error(tmp_path, season):
    with pytest.raises(OptionError, match=f"season is {season}; with 40 values .* 1 .* to 20"):
        read_series(write(tmp_path, table(months())), season=season)


@pytest.mark.parametrize(
    ("n", "season", "noise"),
    [(90, 7, 4), (150, 12, 5), (600, 24, 1), (600, 24, 6), (1200, 168, 3)],
)
def test_a_wave_in_noise_has_its_own_season(n, season, noise):
    """Differences of such a wave repeat best at lag 2, by chance."""
    i, found = np.arange(n), []
    for seed in range(50):
        random = np.random.default_rng(seed)
        values = 100 + 0.02 * i + 10 * np.sin(2 * np.pi * i / season) + random.normal(0, noise, n)
        found.append(find_season(None, None, [values], []))
    assert sum(abs(m - season) <= season // 20 for m in found) >= 46, found


def test_noise_and_walks_have_none():
    found = []
    for seed in range(60):
        noise = np.random.default_rng(seed).normal(size=40 + 10 * seed)
        slow = np.convolve(noise, 0.95 ** np.arange(91))[: len(noise)]
        for values in (noise, slow, noise.cumsum(), noise.cumsum().cumsum()):
            found.append(find_season(None, None, [values], []))
    assert sum(m > 1 for m in found) <= 1, found
