"""Log-mel spectra: the equations, slowly; librosa's where it is there; a stream as the whole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from elman.runtime.frontend.mel import LogMel, hz_of, mel_of
from tests.tolerances import assert_close

KINDS = [LogMel(8000, 256, 80, 40, 20.0, 1e-6), LogMel(16000, 400, 160, 23), LogMel(999, 33, 10, 7)]


def sound(samples, seed=0):
    random = np.random.default_rng(seed)
    return (random.normal(size=samples) * random.uniform(0, 1, samples)).astype(np.float32)


def slowly(kind, x):
    """One frame, one bin, one frequency after the other, by a discrete Fourier sum."""

    def mel(hz):
        return 3 * hz / 200 if hz < 1000 else 15 + 27 * math.log(hz / 1000) / math.log(6.4)

    def hz(m):
        return 200 * m / 3 if m < 15 else 1000 * 6.4 ** ((m - 15) / 27)

    low, high = mel(kind.lowest), mel(kind.rate / 2)
    edges = [hz(low + (high - low) * k / (kind.bins + 1)) for k in range(kind.bins + 2)]
    found = []
    for begin in range(0, len(x) - kind.frame + 1, kind.hop):
        n = np.arange(kind.frame)
        frame = x[begin : begin + kind.frame].astype(np.float64)
        frame = frame * (0.5 - 0.5 * np.cos(2 * np.pi * n / kind.frame))
        row = np.zeros(kind.bins)
        for f in range(kind.points // 2 + 1):
            power = abs((frame * np.exp(-2j * np.pi * f * n / kind.points)).sum()) ** 2
            at = f * kind.rate / kind.points
            for k in range(kind.bins):
                a, b, c = edges[k : k + 3]
                up, down = (at - a) / (b - a), (c - at) / (c - b)
                row[k] += max(0.0, min(up, down)) * 2 / (c - a) * power
        found.append(np.log(np.maximum(row, kind.floor)))
    return np.array(found)


@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_equations(kind):
    x = sound(kind.frame + 3 * kind.hop + 5)
    found = kind.spectra(x)
    assert found.shape == (4, kind.bins)
    assert_close("log-mel", found, slowly(kind, x), "log-mel and equations")


@pytest.mark.parametrize("kind", KINDS)
def test_equals_librosa(kind):
    librosa = pytest.importorskip("librosa")
    x = sound(5000)
    around = (kind.points - kind.frame) // 2  # librosa puts the frame in the middle
    wide = np.concatenate([np.zeros(around), x, np.zeros(kind.points)])
    power = librosa.feature.melspectrogram(
        y=wide, sr=kind.rate, n_fft=kind.points, win_length=kind.frame, hop_length=kind.hop,
        n_mels=kind.bins, fmin=kind.lowest, center=False,
    )  # fmt: skip
    found = kind.spectra(x)
    expected = np.log(np.maximum(power.T, kind.floor))[: len(found)]
    assert_close("log-mel", found, expected, "log-mel and equations")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_packets_of_any_size_give_the_frames_of_the_whole(kind, seed):
    x, random = sound(kind.frame + 17 * kind.hop + 3, seed), np.random.default_rng(seed)
    kept, parts, start = np.zeros(0, np.float32), [], 0
    while start < len(x):
        size = int(random.choice([0, 1, 7, kind.hop, kind.frame, 3 * kind.frame]))
        frames, kept = kind.advance(kept, x[start : start + size])
        assert len(kept) < kind.frame + kind.hop
        parts.append(frames)
        start += size
    found = np.concatenate(parts)
    assert found.shape == (18, kind.bins)
    assert_close("frames", found, kind.spectra(x), "stream and whole")


def test_long_sounds_are_done_piece_by_piece(monkeypatch):
    kind, x = KINDS[0], sound(9000)
    whole = kind.spectra(x)
    monkeypatch.setattr("elman.runtime.frontend.mel._FRAMES", 10)
    assert_close("frames", kind.spectra(x), whole, "stream and whole")


def test_what_is_shorter_than_a_frame_has_none():
    assert KINDS[0].spectra(sound(255)).shape == (0, 40)
    assert KINDS[0].spectra(sound(0)).shape == (0, 40)
    assert [KINDS[0].frames(n) for n in (0, 255, 256, 335, 336)] == [0, 0, 1, 1, 2]


def test_silence_is_the_floor():
    assert np.allclose(KINDS[0].spectra(np.zeros(300, np.float32)), np.log(1e-6))


def test_mel_and_hz_undo_each_other():
    hz = np.array([0, 5, 999.9, 1000, 1000.1, 7600])
    np.testing.assert_allclose(hz_of(mel_of(hz)), hz, atol=1e-9)
    assert mel_of(np.array([500.0, 6400.0])) == pytest.approx([7.5, 42])
