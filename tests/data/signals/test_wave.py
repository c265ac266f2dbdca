"""wav files: every kind has the same samples, and what is damaged is named."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from elman.data.signals.sounds import as_floats, is_sound, rate_of, read_sound
from elman.data.signals.wave import look, samples
from elman.errors import DataError, OptionError
from tests.data.signals.waves import GUID, riff, wav

RANDOM = np.random.default_rng(3)
MONO = RANDOM.uniform(-0.99, 0.99, 37)
STEREO = RANDOM.uniform(-0.99, 0.99, (23, 2))


def read(data, name="a.wav"):
    return read_sound(io.BytesIO(data), name)


@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize(
    ("bits", "floating"),
    [(8, False), (16, False), (24, False), (32, False), (32, True), (64, True)],
)
def test_every_kind_has_the_samples_to_its_own_step(bits, floating, extensible):
    found, rate = read(wav(MONO, bits, 11025, floating=floating, extensible=extensible))
    step = 1e-7 if floating else max(2.0 ** (1 - bits), 1e-7)
    assert (rate, found.dtype) == (11025, np.float32)
    np.testing.assert_allclose(found, MONO, atol=step / 2 + 1e-7)


def test_channels_become_their_mean():
    found, _ = read(wav(STEREO, 32, floating=True))
    np.testing.assert_allclose(found, STEREO.mean(axis=1), atol=1e-7)


def test_full_scale_and_silence():
    data = riff(
        b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data"
        + struct.pack("<I", 3) + bytes([0, 128, 255])
    )  # fmt: skip
    assert read(data)[0].tolist() == [-1.0, 0.0, 127 / 128]
    assert read(wav([-1.0, 1.0], 16))[0].tolist() == [-1.0, 32767 / 32768]


def test_other_chunks_are_passed_over_also_of_odd_length():
    before = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    np.testing.assert_allclose(read(wav(MONO, 24, before=before))[0], MONO, atol=1e-6)
    assert look(io.BytesIO(wav(STEREO, 16, before=before)), "a").frames == 23
    assert rate_of(io.BytesIO(wav(STEREO, 16, 44100)), "a.wav") == (44100, 23)


def test_a_length_nobody_knew_goes_to_the_end():
    np.testing.assert_allclose(read(wav(MONO, 16, length=0xFFFFFFFF))[0], MONO, atol=1e-4)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no wav file"),
        (b"ID3 this is no wave at all", "no wav file"),
        (b"RF64" + wav(MONO)[4:], "kind RF64"),
        (wav(MONO)[:-5], "cut short: its header promises 74 bytes of samples, and 69"),
        (wav(MONO)[:30], "cut short"),
        (wav(MONO)[:38], r"cut short: it ends before samples"),
        (wav(MONO, length=73), "73 bytes of samples are no whole number of 2 bytes"),
        (wav(MONO, length=10**9), "cut short"),
        (wav([]), "holds no samples"),
        (wav(MONO, tag=6), "A-law"),
        (wav(MONO, tag=77), "format 77"),
        (wav(MONO, block=3), "does not fit together"),
        (wav(MONO, channels=0), "does not fit together"),
        (wav(MONO, rate=0), "0 samples a second"),
        (wav(MONO, 16, floating=False, tag=3), "samples of 16 bits; expected 32, 64"),
        (wav([0.5, np.nan, 0.1], 32, floating=True), "sample 1 is NaN"),
        (wav(np.full((9, 2), np.inf), 32, floating=True), "sample 0 is NaN or infinite"),
        (riff(b"data" + struct.pack("<I", 2) + b"ab"), "before their format"),
        (riff(b"fmt " + struct.pack("<I", 4) + b"abcd"), "chunk fmt has 4 bytes"),
        (wav(MONO, extensible=True).replace(GUID, b"x" * 14), "extensible format is of no known"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_named(data, said):
    with pytest.raises(DataError, match=rf"^b\.wav: .*{said}"):
        read(data, "b.wav")


def test_any_bytes_are_read_or_refused():
    """Cut and changed files end in samples or in a DataError, never in another error."""
    whole, random = wav(STEREO, 24, extensible=True), np.random.default_rng(0)
    for _ in range(400):
        data = bytearray(whole[: random.integers(0, len(whole) + 1)])
        for place in random.integers(0, max(len(data), 1), 3):
            if data:
                data[place % len(data)] = random.integers(256)
        try:
            found, _ = samples(io.BytesIO(bytes(data)), "c.wav")
        except DataError:
            continue
        assert np.isfinite(found).all()


def test_names_of_sounds():
    assert [is_sound(n) for n in ("a.wav", "A.WAV", "b.flac", ".a.wav", "a.txt", "wav")] == [
        *(True, True, True, False, False, False)
    ]


def test_whole_numbers_of_a_sound_card_become_samples():
    assert as_floats(np.array([-32768, 0, 16384], np.int16)).tolist() == [-1, 0, 0.5]
    assert as_floats(np.array([0, 128, 192], np.uint8)).tolist() == [-1, 0, 0.5]
    assert as_floats(np.array([-(2**31), 2**30], np.int32)).tolist() == [-1, 0.5]
    for other in (np.array([0.5, -1.0]), np.float32([0.5])):
        assert as_floats(other) is other
    turned = np.array([-32768, 16384], np.int16).astype(">i2")
    assert as_floats(turned).tolist() == [-1, 0.5]
    for kind in (np.int64, np.uint16, np.int8):
        with pytest.raises(OptionError, match="expected int16, int32 or uint8"):
            as_floats(np.array([1, 2], kind))
    with pytest.raises(OptionError, match="samples are int64"):
        as_floats([1, 2])


def test_flac_without_soundfile_names_the_extra(monkeypatch):
    import sys

    from elman.errors import MissingExtraError

    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtraError, match=r'a\.flac: .*pip install "elman\[audio\]"'):
        read(b"fLaC", "a.flac")


@pytest.mark.parametrize("name", ["a.flac", "a.ogg"])
def test_soundfile_reads_what_it_wrote(name):
    soundfile = pytest.importorskip("soundfile")
    file = io.BytesIO()
    wave = 0.5 * np.sin(np.arange(4000) / 7)
    soundfile.write(file, np.stack([wave, wave], 1), 8000, format=name[2:].upper())
    file.seek(0)
    assert rate_of(file, name) == (8000, 4000)
    file.seek(0)
    found, rate = read_sound(file, name)
    assert rate == 8000
    np.testing.assert_allclose(found, wave, atol=0.05 if name == "a.ogg" else 1e-4)
