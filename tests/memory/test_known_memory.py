"""Every measure on nets whose memory is known."""

from __future__ import annotations

import math

import pytest
import torch

from elman.memory.measures.delay import delay_probe
from elman.memory.measures.gradient import gradient_flow
from elman.memory.measures.horizon import truncation_horizon
from elman.memory.measures.influence import influence_by_lag
from elman.memory.measures.lyapunov import lyapunov_exponents
from elman.memory.measures.timescales import gate_times
from elman.memory.measures.walk import walking
from elman.memory.rows.read import examples_of
from elman.nn import LRU, minGRU, minLSTM
from tests.memory import nets
from tests.tolerances import TOLERANCES

TAUS = [2.5, 9.0, 40.0]
WITHIN = TOLERANCES["known memory"]


def flow_of(net, data, max_lag=60):
    return gradient_flow(net, examples_of(data, net), max_lag=max_lag, seed=0)


def tracks_of(net, data):
    examples = examples_of(data, net)
    found = []
    with torch.no_grad():
        for _, x, lengths in examples.batches():
            with walking(net, lengths) as walk:
                examples.ask(net, x, lengths)
            found += walk.tracks
    return found


@pytest.mark.parametrize("tau", TAUS)
def test_gradient_of_a_linear_cell_gives_its_time_constant(tau):
    net = nets.decaying_rnn(tau)
    data = nets.labelled(net, nets.rows(40, 30, 61, positive=True))
    flow = flow_of(net, [(x, y + 1) for x, y in data]).alone
    assert flow.half_life.value == pytest.approx(tau * math.log(2), rel=WITHIN)
    assert flow.half_life.low <= flow.half_life.value * 1.0001
    assert flow.rate.value == pytest.approx(math.exp(-1 / tau), rel=WITHIN)


@pytest.mark.parametrize("tau", TAUS)
def test_exponents_of_a_linear_cell_give_its_time_constant(tau):
    net = nets.decaying_rnn(tau)
    (track,) = tracks_of(net, nets.rows(20, 61, 61, positive=True))
    found = lyapunov_exponents([track], length=61, seed=0)
    assert found.slowest.value == pytest.approx(tau, rel=WITHIN)
    assert [e.value for e in found.exponents] == pytest.approx([-1 / tau] * 5, rel=WITHIN)
    assert found.dimensions.value == (5 if tau > 61 else 0)


@pytest.mark.parametrize("tau", TAUS)
def test_gates_of_an_lstm_give_its_time_constant(tau):
    net = nets.decaying_lstm(tau)
    data = nets.rows(30, 3, 41)
    times = gate_times(tracks_of(net, data), seed=0)
    for figure in (times.shortest, times.median, times.longest):
        assert figure.value == pytest.approx(tau, rel=WITHIN)
    flow = flow_of(net, [(x, float(n % 3)) for n, x in enumerate(nets.rows(60, 61, 61))]).alone
    assert flow.half_life.value == pytest.approx(tau * math.log(2), rel=WITHIN)


@pytest.mark.parametrize("kind", [LRU, minGRU, minLSTM])
@pytest.mark.parametrize("tau", TAUS)
def test_linear_layers_give_their_time_constant_in_every_measure(kind, tau):
    torch.manual_seed(0)
    layer, keep = kind(1, 4, batch_first=True), math.exp(-1 / tau)
    with torch.no_grad():
        if kind is LRU:
            layer.nu_log_l0.fill_(math.log(1 / tau))
            layer.D_l0.zero_()
        else:
            layer.weight_ih_l0[:-4] = 0
            layer.bias_ih_l0[:-4] = 0
            if kind is minGRU:
                layer.bias_ih_l0[:4] = -math.log(keep / (1 - keep))
            else:  # f / (f + i) with σ(0) = ½ = i
                f = 0.5 * keep / (1 - keep)
                wanted = [f, 0.5] if f < 0.9 else [0.9, 0.9 * (1 - keep) / keep]
                layer.bias_ih_l0[:4] = math.log(wanted[0] / (1 - wanted[0]))
                layer.bias_ih_l0[4:8] = math.log(wanted[1] / (1 - wanted[1]))
    data = nets.rows(30, 61, 61)
    tracks = tracks_of(layer, data)
    assert gate_times(tracks, seed=0).median.value == pytest.approx(tau, rel=WITHIN)
    assert lyapunov_exponents(tracks, length=61, seed=0).slowest.value == pytest.approx(
        tau, rel=WITHIN
    )
    flow = flow_of(layer, data).alone
    assert flow.half_life.value == pytest.approx(tau * math.log(2), rel=WITHIN)


@pytest.mark.parametrize("tau", [4.0, 12.0])
def test_horizon_of_a_linear_cell_is_where_a_hundredth_of_the_variance_is_left(tau):
    net = nets.decaying_rnn(tau, H=1)
    data = nets.labelled(net, nets.rows(300, 90, 97, positive=True))
    found = truncation_horizon(net, examples_of(data, net), seed=0)
    # x ≥ 0 has a mean μ, which a missing step takes away as well as its spread σ:
    # E(y − y_n)² / Var y = e^(−2n/τ) (1 + μ²/σ² · (1 − λ²) / (1 − λ)²)
    lam, mean2 = math.exp(-1 / tau), (2 / math.pi) / (1 - 2 / math.pi)
    for share, horizon in ((0.01, found.within_1), (0.05, found.within_5)):
        exact = tau / 2 * math.log((1 + mean2 * (1 + lam) / (1 - lam)) / share)
        assert horizon.low <= math.ceil(exact) <= horizon.high
        assert horizon.value == pytest.approx(exact, rel=WITHIN, abs=1)
        assert {horizon.value, horizon.value - 1} <= set(found.curve.at)


@pytest.mark.parametrize("d", [0, 3, 8])
def test_a_copying_net_uses_one_step_and_keeps_all(d):
    net = nets.copying(d, 11)
    x = nets.rows(200, 14, 37, positive=True)
    examples = examples_of(nets.labelled(net, x), net)
    horizon = truncation_horizon(net, examples, seed=0)
    assert horizon.within_1 == horizon.within_5 == (d + 1, d + 1, d + 1)
    assert horizon.full.value == pytest.approx(0, abs=1e-10)
    influence = influence_by_lag(net, examples, max_lag=30, seed=0)
    assert influence.mass_90 == (d, d, d)
    assert all((v > 0) == (k == d) for k, v in zip(*influence.curve[:2], strict=True))
    probe = delay_probe(net, examples, max_lag=30, seed=0)
    assert probe.reach.value == 10
    assert probe.capacity.value == pytest.approx(11, rel=0.02)


@pytest.mark.parametrize(("d", "steps"), [(4, 40), (16, 40), (21, 60), (83, 101)])
def test_a_shift_register_is_found_at_every_lag(d, steps):
    net = nets.copying(d, d + 2)
    data = nets.rows(64, steps - 3, steps, positive=True)
    examples = examples_of(data, net)
    influence = influence_by_lag(net, examples, max_lag=99, seed=0)
    assert influence.mass_90 == (d, d, d)
    horizon = truncation_horizon(net, examples, seed=0)
    assert horizon.within_1 == horizon.within_5 == (d + 1, d + 1, d + 1)


def test_a_net_without_memory_has_none_in_any_measure():
    net = nets.forgetting()
    examples = examples_of(nets.labelled(net, nets.rows(150, 5, 23)), net)
    horizon = truncation_horizon(net, examples, seed=0)
    assert (horizon.within_1.value, horizon.within_5.high) == (1, 1)
    flow = gradient_flow(net, examples_of([(x, y + 1) for x, y in zip(
        examples.x, examples.y, strict=True)], net), max_lag=20, seed=0)  # fmt: skip
    assert (flow.all.half_life.value, flow.all.rate.value, flow.fate) == (0, 0, "vanishes")
    assert influence_by_lag(net, examples, max_lag=20, seed=0).mass_90.value == 0
    probe = delay_probe(net, examples, max_lag=20, seed=0)
    assert probe.reach.value == 0
    assert probe.capacity.value == pytest.approx(1, rel=0.05)
    found = lyapunov_exponents(tracks_of(net, examples.x)[:1], length=20, seed=0)
    assert found.slowest.value < 0.05


def test_an_orthogonal_net_never_forgets():
    net = nets.turning()
    x = nets.rows(40, 40, 40)
    flow = flow_of(net, [(row, 1.0) for row in x])
    assert flow.alone.rate.value == pytest.approx(1, abs=1e-6)
    assert flow.alone.half_life.value == math.inf
    assert (flow.fate, flow.alone.at_length.value) == ("arrives", pytest.approx(1, abs=1e-4))
    found = lyapunov_exponents(tracks_of(net, x)[:1], length=40, seed=0)
    assert [e.value for e in found.exponents] == pytest.approx([0] * 6, abs=1e-6)
    assert found.slowest.value == math.inf or found.slowest.value > 1e6
    assert found.dimensions.value == 6


def test_a_growing_net_explodes():
    net = nets.decaying_rnn(-3.0)  # λ = e^(1/3)
    flow = flow_of(net, [(x, 0.0) for x in nets.rows(20, 30, 41, positive=True)])
    assert flow.fate == "explodes"
    assert flow.alone.rate.value == pytest.approx(math.exp(1 / 3), rel=WITHIN)


def test_a_mean_over_steps_brings_the_gradient_where_the_recurrence_does_not():
    class Mean(nets.Last):
        def forward(self, x, lengths):
            output, _ = self.rnn(x)
            real = torch.arange(x.shape[1]) < lengths[:, None]
            return self.fc((output * real[:, :, None]).sum(1) / lengths[:, None])

    short = nets.decaying_rnn(1.0)
    net = Mean(short.rnn, 5)
    flow = flow_of(net, [(x, 1.0) for x in nets.rows(40, 20, 31, positive=True)])
    assert flow.alone.half_life.value == pytest.approx(math.log(2), rel=WITHIN)
    assert flow.all.half_life.value > 20
    assert flow.fate == "vanishes"
