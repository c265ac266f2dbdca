"""minGRU, minLSTM and LRU: their equations, and the properties of every recurrent layer."""

from __future__ import annotations

import math
import re

import pytest
import torch
from torch.nn.utils.rnn import pack_sequence

from elman import native
from elman.errors import InputError, OptionError
from elman.nn import LRU, minGRU, minLSTM
from elman.ops.scan import cpu as scan_cpu
from tests.contract.compare import assert_near, assert_same_bits

LAYERS = [minGRU, minLSTM, LRU]

pytestmark = pytest.mark.parametrize("kind", LAYERS)


def make(kind, I=3, H=5, *, dtype=torch.float64, seed=0, **options):  # noqa: E741
    """A layer of random weights, none of them alike."""
    torch.manual_seed(seed)
    layer = kind(I, H, dtype=dtype, batch_first=True, **options)
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            if not name.startswith(("nu_log", "theta_log")):
                parameter.copy_(0.6 * torch.randn_like(parameter))
    return layer


def draw(layer, B, T, seed=1):
    """x, h_0, and cotangents of output and h_n."""
    random = torch.Generator().manual_seed(seed)
    dtype = next(layer.parameters()).dtype
    L, D, H = layer.num_layers, 1 + layer.bidirectional, layer.hidden_size
    held = dtype.to_complex() if isinstance(layer, LRU) else dtype

    def normal(*shape, dtype=dtype):
        return torch.randn(*shape, dtype=dtype, generator=random)

    return (
        normal(B, T, layer.input_size),
        normal(L * D, B, H, dtype=held),
        normal(B, T, D * H),
        normal(L * D, B, H, dtype=held),
    )


def results(layer, x, h_0, grad_output, grad_h_n, lengths=None):
    """Values and every gradient by name."""
    x, h_0 = x.detach().requires_grad_(), h_0.detach().requires_grad_()
    output, h_n = layer(x, h_0, lengths=lengths)
    named = {"x": x, "h_0": h_0} | dict(layer.named_parameters())
    grads = torch.autograd.grad([output, h_n], list(named.values()), [grad_output, grad_h_n])
    found = {"output": output.detach(), "h_n": h_n.detach()}
    return found | {f"gradient of {name}": grad for name, grad in zip(named, grads, strict=True)}


def real(x):
    return torch.view_as_real(x) if x.is_complex() else x


def by_the_paper(layer, x, h_0, lengths):
    """The equations of the docstrings, a number at a time; complex numbers are Python's."""
    sigma = lambda v: 1 / (1 + math.exp(-v))  # noqa: E731
    B, T, _ = x.shape
    H, D = layer.hidden_size, 1 + layer.bidirectional
    weights = {name: parameter.tolist() for name, parameter in layer.named_parameters()}
    rows, ends = x.tolist(), h_0.tolist()
    for depth in range(layer.num_layers):
        outputs = [[[0.0] * (D * H) for _ in range(T)] for _ in range(B)]
        for d in range(D):
            at = f"l{depth}" + ("_reverse" if d else "")

            def product(letter, row, v, at=at):
                return sum(w * u for w, u in zip(weights[f"{letter}_{at}"][row], v, strict=True))

            for b in range(B):
                h = ends[depth * D + d][b]
                steps = range(int(lengths[b]))
                for t in reversed(steps) if d else steps:
                    v = rows[b][t]
                    if isinstance(layer, LRU):
                        h = [
                            complex(
                                math.exp(-math.exp(weights[f"nu_log_{at}"][k]))
                                * math.cos(math.exp(weights[f"theta_log_{at}"][k])),
                                math.exp(-math.exp(weights[f"nu_log_{at}"][k]))
                                * math.sin(math.exp(weights[f"theta_log_{at}"][k])),
                            )
                            * h[k]
                            + math.exp(weights[f"gamma_log_{at}"][k])
                            * complex(product("B_re", k, v), product("B_im", k, v))
                            for k in range(H)
                        ]
                        y = [
                            product("C_re", k, [s.real for s in h])
                            - product("C_im", k, [s.imag for s in h])
                            + product("D", k, v)
                            for k in range(H)
                        ]
                    else:
                        bias = weights[f"bias_ih_{at}"]
                        pre = [product("weight_ih", k, v) + bias[k] for k in range(len(bias))]
                        if isinstance(layer, minGRU):
                            z = [sigma(p) for p in pre[:H]]
                            h = [(1 - z[k]) * h[k] + z[k] * pre[H + k] for k in range(H)]
                        else:
                            f, i = ([sigma(p) for p in pre[n * H : n * H + H]] for n in (0, 1))
                            h = [
                                (f[k] * h[k] + i[k] * pre[2 * H + k]) / (f[k] + i[k])
                                for k in range(H)
                            ]
                        y = h
                    outputs[b][t][d * H : d * H + H] = y
                ends[depth * D + d][b] = h
        rows = outputs
    return torch.tensor(rows, dtype=x.dtype), torch.tensor(ends, dtype=h_0.dtype)


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])
def test_equals_the_equations(kind, bidirectional):
    layer = make(kind, num_layers=2, bidirectional=bidirectional)
    x, h_0, *_ = draw(layer, 4, 7)
    lengths = torch.tensor([7, 0, 3, 1])
    output, h_n = layer(x, h_0, lengths=lengths)
    expected, expected_n = by_the_paper(layer, x, h_0, lengths)
    assert_near("output", output, expected, "float64 and reference")
    assert_near("h_n", real(h_n), real(expected_n), "float64 and reference")


def test_float32_is_near_float64_in_every_gradient(kind):
    layer = make(kind, 7, 33, num_layers=2, bidirectional=True)
    drawn = draw(layer, 5, 40)
    lengths = torch.tensor([40, 0, 13, 1, 39])
    expected = results(layer, *drawn, lengths)
    single = [part.to(torch.complex64 if part.is_complex() else torch.float32) for part in drawn]
    pair = "float32 powers of λ" if kind is LRU else "float32 and reference"
    for name, tensor in results(layer.float(), *single, lengths).items():
        assert_near(name, real(tensor), real(expected[name]), pair)


@pytest.mark.parametrize("kernels", [True, False], ids=["cpu", "parallel"])
def test_first_and_second_derivatives(kind, kernels, monkeypatch):
    if not kernels:
        monkeypatch.setattr(scan_cpu, "_MISSING", "left out")
    layer = make(kind, 2, 2, bidirectional=True)
    x, h_0, *_ = draw(layer, 2, 3)
    lengths = torch.tensor([3, 1])
    names, parameters = zip(*layer.named_parameters(), strict=True)

    def run(x, h_0, *parameters):
        values = dict(zip(names, parameters, strict=True))
        return torch.func.functional_call(layer, values, (x, h_0), {"lengths": lengths})

    inputs = [part.detach().requires_grad_() for part in (x, h_0, *parameters)]
    assert torch.autograd.gradcheck(run, inputs)
    # Along random directions: every element of a second derivative takes ten times as long.
    assert torch.autograd.gradgradcheck(run, inputs, fast_mode=True)


def test_a_stream_equals_the_whole(kind):
    layer = make(kind, 4, 9, num_layers=3, dtype=torch.float32)
    x, h_0, *_ = draw(layer, 3, 50)
    output, h_n = layer(x, h_0)
    state, steps = h_0, []
    for t in range(50):
        y, state = layer.step(x[:, t], state)
        steps.append(y)
    assert_near("output", torch.stack(steps, 1), output, "stream and whole")
    assert_near("h_n", real(state), real(h_n), "stream and whole")
    first, after = layer(x[:, :20], h_0)
    second, after = layer(x[:, 20:], after)
    assert_near("in two parts", torch.cat([first, second], 1), output, "stream and whole")
    assert_near("h_n in two parts", real(after), real(h_n), "stream and whole")


def test_a_stream_begins_with_zeros_and_may_be_unbatched(kind):
    layer = make(kind, num_layers=2)
    x, *_ = draw(layer, 1, 6)
    output, h_n = layer(x)
    state = None
    for t in range(6):
        y, state = layer.step(x[0, t], state)
        assert_near(f"step {t}", y, output[0, t], "float64 and reference")
    assert_near("state", real(state), real(h_n[:, 0]), "float64 and reference")


@pytest.mark.parametrize("filling", [1e30, float("nan"), float("inf")])
def test_the_content_of_the_padding_changes_nothing(kind, filling):
    layer = make(kind, num_layers=2, bidirectional=True, dtype=torch.float32)
    x, h_0, grad_output, grad_h_n = draw(layer, 3, 8)
    lengths = torch.tensor([8, 0, 5])
    expected = results(layer, x, h_0, grad_output, grad_h_n, lengths)
    padding = (torch.arange(8) >= lengths[:, None])[..., None]
    assert (expected["output"].masked_select(padding) == 0).all()
    dirty, noise = x.masked_fill(padding, filling), grad_output.masked_fill(padding, filling)
    for name, tensor in results(layer, dirty, h_0, noise, grad_h_n, lengths).items():
        assert_same_bits(name, real(tensor), real(expected[name]))


def test_rows_do_not_know_each_other(kind):
    layer = make(kind, num_layers=2, bidirectional=True)
    x, h_0, *_ = draw(layer, 4, 9)
    lengths = torch.tensor([9, 0, 4, 1])
    output, h_n = layer(x, h_0, lengths=lengths)
    order = torch.tensor([2, 0, 3, 1])
    shuffled, shuffled_n = layer(x[order], h_0[:, order], lengths=lengths[order])
    assert_near("output", shuffled, output[order], "float64 and reference")
    assert_near("h_n", real(shuffled_n), real(h_n[:, order]), "float64 and reference")
    for b, length in enumerate(lengths.tolist()):
        alone, alone_n = layer(x[b, :length], h_0[:, b])
        assert_near(f"row {b}", output[b, :length], alone, "float64 and reference")
        assert_near(f"h_n {b}", real(h_n[:, b]), real(alone_n), "float64 and reference")


def test_time_comes_first_unless_told_otherwise(kind):
    layer = make(kind, bidirectional=True)
    x, h_0, *_ = draw(layer, 2, 7)
    output, h_n = layer(x, h_0)
    layer.batch_first = kind(3, 5).batch_first
    swapped, swapped_n = layer(x.transpose(0, 1), h_0)
    assert_same_bits("output", swapped.transpose(0, 1), output)
    assert_same_bits("h_n", real(swapped_n), real(h_n))


@pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))
def test_kernels_and_torch_agree(kind, monkeypatch):
    layer = make(kind, 7, 33, bidirectional=True)
    drawn = draw(layer, 3, 70)
    found = results(layer, *drawn, torch.tensor([70, 0, 41]))
    monkeypatch.setattr(scan_cpu, "_MISSING", "left out")
    for name, tensor in results(layer, *drawn, torch.tensor([70, 0, 41])).items():
        assert_near(name, real(tensor), real(found[name]), "float64 and reference")


def test_two_thousand_steps_stay_near_float64(kind):
    layer = make(kind, 3, 8)
    x, h_0, *_ = draw(layer, 2, 2000)
    expected, expected_n = layer(x, h_0)
    h_0 = h_0.to(torch.complex64 if h_0.is_complex() else torch.float32)
    output, h_n = layer.float()(x.float(), h_0)
    assert_near("output", output, expected, "float32 scan of 2000 steps")
    assert_near("h_n", real(h_n), real(expected_n), "float32 scan of 2000 steps")


def test_compiles_whole_and_keeps_its_bits(kind):
    layer = make(kind, bidirectional=True)
    drawn = draw(layer, 3, 6)
    lengths = torch.tensor([6, 0, 2])
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    expected = results(layer, *drawn, lengths)
    x, h_0 = (part.requires_grad_() for part in drawn[:2])
    output, h_n = compiled(x, h_0, lengths=lengths)
    assert_same_bits("output", output.detach(), expected["output"])
    assert_same_bits("h_n", real(h_n.detach()), real(expected["h_n"]))
    named = {"x": x, "h_0": h_0} | dict(layer.named_parameters())
    grads = torch.autograd.grad([output, h_n], list(named.values()), list(drawn[2:]))
    for name, grad in zip(named, grads, strict=True):
        assert_near(
            name, real(grad), real(expected[f"gradient of {name}"]), "float64 and reference"
        )


def test_autocast_keeps_the_state_in_thirty_two_bits(kind):
    layer = make(kind, dtype=torch.float32)
    x, h_0, *_ = draw(layer, 2, 30)
    exact, exact_n = layer(x, h_0)
    with torch.autocast("cpu", torch.bfloat16):
        output, h_n = layer(x, h_0)
    assert output.dtype == torch.bfloat16
    assert_near("output", output, exact, "bfloat16 and reference")
    assert_near("h_n", real(h_n), real(exact_n), "bfloat16 and reference")


def test_options_act_and_the_repr_says_them(kind):
    options = {"num_layers": 2, "batch_first": True, "dropout": 0.5, "bidirectional": True}
    options |= {"r_min": 0.5, "r_max": 0.9, "max_phase": 0.3} if kind is LRU else {"bias": False}
    layer = kind(3, 5, **options)
    again = eval(repr(layer), {kind.__name__: kind})
    assert repr(again) == repr(layer)
    assert all(f"{name}={value}" in repr(layer) for name, value in options.items())
    assert repr(kind(3, 5)) == f"{kind.__name__}(3, 5)"
    again.load_state_dict(layer.state_dict())
    x, *_ = draw(layer, 2, 9)
    (output, h_n), (other, other_n) = layer(x), layer(x)
    assert not torch.equal(output, other)
    assert_same_bits("h_n before any dropout", real(h_n[:2]), real(other_n[:2]))
    layer.eval(), again.eval()
    assert_same_bits("output", layer(x)[0], again(x)[0])
    assert ("bias_ih_l0" in layer.state_dict()) == (kind is not LRU and layer.bias)
    with pytest.warns(UserWarning, match="dropout=0.5 acts between layers, and num_layers=1"):
        kind(3, 5, dropout=0.5)


def test_initial_weights_keep_a_signal(kind):
    torch.manual_seed(0)
    layer = kind(16, 200, batch_first=True)
    if kind is LRU:
        layer = kind(16, 200, batch_first=True, r_min=0.8, r_max=0.95, max_phase=1.0)
        modulus = torch.exp(-torch.exp(layer.nu_log_l0))
        assert 0.8 <= modulus.min() < 0.82
        assert 0.93 < modulus.max() <= 0.95
        assert 0.95 < torch.exp(layer.theta_log_l0).max() <= 1
        squared = torch.exp(layer.gamma_log_l0) ** 2 + modulus**2
        assert_near("γ² + |λ|²", squared, torch.ones(200), "float32 and reference")
    output, h_n = layer(torch.randn(4, 300, 16))
    # Of unit input: what is held is neither lost nor blown up.
    size = h_n.abs().square().mean().sqrt()
    assert (0.6 < size < 1.5) if kind is LRU else (0.1 < size < 1)
    assert output.isfinite().all()


def test_extreme_inputs_stay_finite(kind):
    layer = make(kind, dtype=torch.float32)
    x = torch.tensor([-1e4, 1e4, 0.0]).repeat(1, 6, 1).requires_grad_()
    output, _ = layer(x)
    output.sum().backward()
    assert output.isfinite().all()
    assert x.grad.isfinite().all()
    assert all(parameter.grad.isfinite().all() for parameter in layer.parameters())


def test_errors_name_what_does_not_fit(kind):
    layer, name = make(kind, num_layers=2), kind.__name__
    x = torch.zeros(2, 7, 3, dtype=torch.float64)
    wrong = torch.float64 if kind is LRU else torch.complex128
    held = torch.complex128 if kind is LRU else torch.float64
    for bad, message in [
        (
            lambda: layer(x[..., :2]),
            f"x has 2 features, but {name}(input_size=3) expects 3; its shape is (2, 7, 2)",
        ),
        (
            lambda: layer(x[0, 0]),
            "x must have 2 dimensions (unbatched) or 3; its shape is (3,)",
        ),
        (
            lambda: layer(x, torch.zeros(2, 3, 5, dtype=held)),
            "the state must be (2, 2, 5), (layers · directions, batch, size); it is (2, 3, 5), "
            "with batch_first=True",
        ),
        (
            lambda: layer(x, torch.zeros(2, 2, 5, dtype=wrong)),
            f"the state must be {'complex' if kind is LRU else 'real'}; it is {wrong}",
        ),
        (
            lambda: layer(x, lengths=[1, 2, 3]),
            "lengths must be 2 whole numbers, one for each row of the batch; found torch.int64 of "
            "shape (3,). If time and batch are swapped, see batch_first=True.",
        ),
        (
            lambda: layer(x, lengths=[1, 8]),
            "lengths must be between 0 and the 7 steps of the input; found 8. If time and batch "
            "are swapped, see batch_first=True.",
        ),
        (
            lambda: layer(pack_sequence([x[0], x[1]])),
            f"{name} takes padded sequences and lengths=, not a PackedSequence; "
            "torch.nn.utils.rnn.pad_packed_sequence gives both.",
        ),
    ]:
        with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
            bad()
    with pytest.raises(OptionError, match=r"step\(\) goes left to right, and this layer reads"):
        make(kind, bidirectional=True).step(x[:, 0])
    with pytest.raises(OptionError, match="hidden_size must be at least 1; it is 0"):
        kind(3, 0)
    with pytest.raises(OptionError, match="dropout is a probability, from 0 to 1"):
        kind(3, 5, dropout=1.5)
    if kind is LRU:
        with pytest.raises(OptionError, match=r"must hold; r_min=0\.9, r_max=0\.5"):
            LRU(3, 5, r_min=0.9, r_max=0.5)
        with pytest.raises(OptionError, match=r"max_phase must be in \(0, 2π\]; it is 7"):
            LRU(3, 5, max_phase=7)
