"""Signals as they might also have been: each change does what it says, and no more."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from elman.tasks.signal.network.augment import Augmentation, augmented

MEAN, STD = torch.linspace(-9, -3, 6), torch.linspace(0.5, 2, 6)


def batch(seed=0, C=6):
    torch.manual_seed(seed)
    lengths = torch.tensor([13, 7, 1])
    x = torch.randn(3, 13, C)
    x[torch.arange(13) >= lengths[:, None]] = 99.0
    return x, lengths


def changed(how, *, spectra=True, C=6):
    x, lengths = batch(C=C)
    return x, lengths, *augmented(x, lengths, how, MEAN, STD, spectra=spectra)


def test_nothing_is_changed_by_nothing():
    for spectra in (True, False):
        x, lengths, found, new = changed(Augmentation(), spectra=spectra)
        assert torch.equal(found, x)
        assert torch.equal(new, lengths)


def test_speed_makes_rows_longer_or_shorter_between_their_own_steps():
    x, lengths, found, new = changed(Augmentation(speed=0.5))
    assert new.tolist() != lengths.tolist()
    assert ((new >= lengths / 1.5 - 1) & (new <= lengths * 2)).all()
    for n, length in enumerate(new.tolist()):
        row = found[n, :length]
        assert torch.equal(row[0], x[n, 0])
        assert row.max() <= x[n, : lengths[n]].max() + 1e-6  # nothing of the padding
        assert row.min() >= x[n, : lengths[n]].min() - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_a_shift_keeps_the_steps_as_they_are(seed):
    _, lengths = batch(seed)
    x = torch.arange(13.0)[None, :, None].expand(3, 13, 6).contiguous()
    found, new = augmented(x, lengths, Augmentation(shift=0.4), MEAN, STD, spectra=True)
    for n, length in enumerate(new.tolist()):
        steps = torch.diff(found[n, :length, 0])
        assert ((steps >= -1e-5) & (steps <= 1 + 1e-5)).all()
        assert found[n, :length].max() <= lengths[n] - 1


def test_a_gain_is_a_sum_of_the_logarithms():
    x, _, found, _ = changed(Augmentation(gain=2.0))
    shift = (found - x) * STD
    for row in shift:
        assert torch.allclose(row, row[0, 0].expand_as(row), atol=1e-4)
        assert 0 < row[0, 0].abs() <= 2.0


def test_noise_only_adds_power():
    x, lengths, found, _ = changed(Augmentation(noise=1.0))
    for n, length in enumerate(lengths.tolist()):
        assert ((found - x)[n, :length] >= -1e-5).all()
    assert (found - x)[0, :13].max() > 1e-3


def test_another_throat_moves_along_the_bins():
    x, _, found, _ = changed(Augmentation(tract=0.3))
    assert torch.equal(found[:, :, 0], x[:, :, 0])
    assert not torch.allclose(found[:, :, 3], x[:, :, 3])
    torch.manual_seed(1)
    ramp = torch.arange(6.0).expand(1, 4, 6).contiguous()
    moved, _ = augmented(ramp, torch.tensor([4]), Augmentation(tract=0.3), MEAN, STD, spectra=True)
    scale = moved[0, 0, 1].item()
    assert 0.7 <= scale <= 1.3
    np.testing.assert_allclose(moved[0, 0], (torch.arange(6) * scale).clamp(max=5), atol=1e-5)


def test_masks_hide_stretches_and_nothing_else():
    x, _, found, _ = changed(Augmentation(masks=1, hidden=0.4))
    hidden = found == 0
    assert 0 < hidden.float().mean() < 0.9
    assert torch.equal(found[~hidden], x[~hidden])


def test_of_sensors_what_says_that_a_value_is_missing_stays():
    how = Augmentation(scale=0.5, noise=0.5)
    x, _, found, _ = changed(how, spectra=False, C=8)
    assert torch.equal(found[:, :, 6:], x[:, :, 6:])
    assert not torch.allclose(found[:, :, :6], x[:, :, :6])


def test_all_that_is_drawn_comes_from_torchs_generator():
    how = Augmentation(speed=0.2, shift=0.1, gain=1.0, noise=0.5, tract=0.1, masks=2)
    x, lengths = batch()
    found = []
    for seed in (5, 5, 6):
        torch.manual_seed(seed)
        found.append(augmented(x, lengths, how, MEAN, STD, spectra=True))
    assert torch.equal(found[0][0], found[1][0])
    assert torch.equal(found[0][1], found[1][1])
    assert found[0][0].shape != found[2][0].shape or not torch.equal(found[0][0], found[2][0])
