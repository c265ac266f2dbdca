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


@pytest.mark.parametrize(("at_end", "lag"), [(0.95, 0), (0.85, 4)])
def test_nine_tenths_of_the_influence_decide_the_lag(at_end, lag):
    net = nets.copying(4, 6)
    # the answer is √p of the last step and √(1 − p) of the one 4 before: the shares of all change
    with torch.no_grad():
        net.fc.weight[:, 0], net.fc.weight[:, 4] = at_end**0.5, (1 - at_end) ** 0.5
    x = nets.rows(400, 12, 12, positive=True)
    found = influence_by_lag(net, examples_of(nets.labelled(net, x), net), max_lag=9, seed=0)
    assert found.mass_90 == (lag, lag, lag)
    assert found.curve.value[0] / sum(found.curve.value) == pytest.approx(at_end, abs=0.03)


@pytest.mark.parametrize(
    ("left", "fate"),
    [(0.9e-3, "vanishes"), (1.1e-3, "arrives"), (900, "arrives"), (1100, "explodes")],
)
def test_a_thousandth_has_vanished_and_a_thousandfold_has_exploded(left, fate):
    net = nets.decaying_rnn(-20 / math.log(left))  # λ^20 = left
    data = nets.labelled(net, nets.rows(20, 21, 21, positive=True))
    flow = flow_of(net, [(x, y + 1) for x, y in data])
    assert flow.alone.at_length.value == pytest.approx(left, rel=0.01)
    assert flow.fate == fate


def test_gates_that_differ_are_counted_and_ordered():
    layer = torch.nn.LSTM(1, 20, batch_first=True)
    keeps = torch.tensor([0.95] * 10 + [0.5] * 6 + [0.05] * 4)
    with torch.no_grad():
        layer.weight_ih_l0.zero_()
        layer.weight_hh_l0.zero_()
        layer.bias_hh_l0.zero_()
        layer.bias_ih_l0[20:40] = torch.logit(keeps)
    times = gate_times(tracks_of(layer, nets.rows(9, 3, 7)), seed=0)
    assert times.open == pytest.approx((0.5, 0.5, 0.5))
    assert times.shut == pytest.approx((0.2, 0.2, 0.2))
    assert times.shortest.value == pytest.approx(-1 / math.log(0.05), rel=1e-3)
    assert times.median.value == pytest.approx(-2 / (math.log(0.95) + math.log(0.5)), rel=1e-3)
    assert times.longest.value == pytest.approx(-1 / math.log(0.95), rel=1e-3)


def test_words_are_read_back_from_a_register_of_them_and_named_above_the_commonest():
    V, places = 5, 4

    class Register(torch.nn.Module):
        """One word a place, all moved on by each step."""

        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(V, V)
            nets.set_to(self.embedding.weight, torch.eye(V))
            self.rnn = torch.nn.RNN(
                V, V * places, nonlinearity="relu", bias=False, batch_first=True
            )
            nets.set_to(self.rnn.weight_ih_l0, torch.eye(V * places)[:, :V])
            nets.set_to(self.rnn.weight_hh_l0, torch.diag(torch.ones(V * (places - 1)), -V))

        def forward(self, x):
            return self.rnn(self.embedding(x))[0][:, -1]

    # word 0 is every other one, and named by whoever knows nothing
    words = torch.tensor([0, 1, 0, 2, 0, 3, 0, 4] * 3)
    net = Register()
    examples = examples_of([words] * 40, net)
    probe = delay_probe(net, examples, max_lag=9, seed=0)
    assert probe.figure == "words named, of the 5 most frequent"
    assert probe.reach.value == places - 1
    assert probe.curve.value[:places] == pytest.approx([0.5] * places, abs=0.05)
    assert max(probe.curve.value[places:]) < 0.05
    assert probe.capacity.value == pytest.approx(0.5 * places, rel=0.1)
