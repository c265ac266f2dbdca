"""Signals as they might also have been: slower, louder, in noise, from another throat.

Everything is done on the steps, not on the samples, so it costs little: of log-mel spectra a gain
is a sum, noise a sum of powers, another length of the vocal tract a scaling along the bins (Jaitly
& Hinton 2013); masks are those of SpecAugment (Park et al. 2019, arXiv 1904.08779).

All that is drawn comes from torch's own generator.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["SENSOR", "SOUND", "Augmentation", "augmented"]


@dataclass(frozen=True)
class Augmentation:
    """How far a signal may be changed at most; 0 is not at all."""

    speed: float = 0.0
    """Share by which it is faster or slower."""
    shift: float = 0.0
    """Share of its steps that are cut off, or stand still, at its beginning and at its end."""
    gain: float = 0.0
    """Of log spectra: what is added to all of them, up or down."""
    noise: float = 0.0
    """Of log spectra: chance of noise, 10 to 40 dB below. Else: its spread beside that of a
    channel."""
    tract: float = 0.0
    """Of log spectra: share by which frequencies are scaled."""
    scale: float = 0.0
    """Else: share by which each channel is larger or smaller."""
    masks: int = 0
    """Stretches of time, and as many of neighbouring bins, that are hidden."""
    hidden: float = 0.1
    """Share of the time, or of the bins, that one mask hides."""


SOUND = Augmentation(speed=0.15, shift=0.1, gain=1.5, noise=0.5, tract=0.06)
SENSOR = Augmentation(speed=0.15, shift=0.05, noise=0.1, scale=0.1, masks=1)


def augmented(
    x: Tensor, lengths: Tensor, how: Augmentation, mean: Tensor, std: Tensor, *, spectra: bool
) -> tuple[Tensor, Tensor]:
    """Return other steps and lengths.

    Args:
        x: `(B, T, C)` standardised, padded at the end; what is beyond the channels that have a
            mean says how much of them is missing.
        lengths: `(B,)`, at least 1.
        how: how far.
        mean, std: by which the channels were standardised.
        spectra: channels are neighbouring bins of log spectra.
    """
    x, lengths = _in_time(x, lengths, how)
    B, T, C = x.shape
    if spectra:
        x = _in_frequency(x, how)
        x = _louder_in_noise(x, lengths, how, mean, std)
    else:
        values, marks = x[:, :, : len(mean)], x[:, :, len(mean) :]
        values = values * (1 + how.scale * _sided(B, 1, len(mean)))
        values = values + how.noise * torch.rand(B, 1, 1) * torch.randn(B, T, len(mean))
        x = torch.cat([values, marks], dim=2)
    for _ in range(how.masks):
        width = how.hidden * torch.rand(B, 1) * lengths[:, None]
        begin = torch.rand(B, 1) * (lengths[:, None] - width)
        t = torch.arange(T)
        x = x.masked_fill(((t >= begin) & (t < begin + width))[:, :, None], 0.0)
        if spectra:
            width = 2 * how.hidden * torch.rand(B, 1) * C
            begin = torch.rand(B, 1) * (C - width)
            c = torch.arange(C)
            x = x.masked_fill(((c >= begin) & (c < begin + width))[:, None, :], 0.0)
    return x, lengths


def _sided(*shape: int) -> Tensor:
    return 2 * torch.rand(*shape) - 1


def _in_time(x: Tensor, lengths: Tensor, how: Augmentation) -> tuple[Tensor, Tensor]:
    """Read each row at another speed, from a little before or after its beginning to its end."""
    if not how.speed and not how.shift:
        return x, lengths
    B = len(x)
    speed = 1 + how.speed * _sided(B)
    first = how.shift * _sided(B) * lengths
    last = lengths - 1 + how.shift * _sided(B) * lengths
    new = (((last - first) / speed).floor().long() + 1).clamp(min=1)
    places = first[:, None] + speed[:, None] * torch.arange(int(new.max()))
    places = places.clamp(min=torch.zeros(1), max=(lengths - 1)[:, None].to(places.dtype))
    low = places.floor().long()
    high = torch.minimum(low + 1, (lengths - 1)[:, None])
    part = (places - low)[:, :, None]
    rows = torch.arange(B)[:, None]
    return x[rows, low] * (1 - part) + x[rows, high] * part, new


def _in_frequency(x: Tensor, how: Augmentation) -> Tensor:
    if not how.tract:
        return x
    B, _, C = x.shape
    places = torch.arange(C) * (1 + how.tract * _sided(B, 1))
    places = places.clamp(max=C - 1)  # (B, C)
    low = places.floor().long()
    high = (low + 1).clamp(max=C - 1)
    part = (places - low)[:, None, :]
    at = [k[:, None, :].expand_as(x) for k in (low, high)]
    return x.gather(2, at[0]) * (1 - part) + x.gather(2, at[1]) * part


def _louder_in_noise(
    x: Tensor, lengths: Tensor, how: Augmentation, mean: Tensor, std: Tensor
) -> Tensor:
    if not how.gain and not how.noise:
        return x
    B, T, C = x.shape
    spectra = x * std + mean
    if how.noise:
        real = torch.arange(T) < lengths[:, None]
        loud = (spectra.mean(2) * real).sum(1) / lengths  # (B,)
        below = 2.3 + 6.9 * torch.rand(B)
        below = torch.where(torch.rand(B) < how.noise, below, 30.0)
        noise = (loud - below)[:, None, None] + torch.randn(B, 1, C) + 0.5 * torch.randn(B, T, C)
        spectra = torch.logaddexp(spectra, noise)
    spectra = spectra + how.gain * _sided(B, 1, 1)
    return (spectra - mean) / std
