"""What does not fit ends in an error or on torch's own code, never in memory of others."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.autograd.forward_ad as forward_ad
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import elman.nn
from elman import native, ops
from elman.errors import InputError
from elman.ops import buffers
from elman.ops.scan import scan

needs_kernels = pytest.mark.skipif(native.missing() is not None, reason="no C++ kernels")


def test_weights_or_states_on_another_device_are_torchs_error():
    x = torch.randn(4, 2, 3)
    with pytest.raises(RuntimeError, match="device"):
        elman.nn.GRU(3, 5, device="meta")(x)
    with pytest.raises(RuntimeError):
        elman.nn.GRU(3, 5)(x, torch.zeros(1, 2, 5, device="meta"))
    with pytest.raises(RuntimeError):
        elman.nn.GRU(3, 5).to("meta")(pack_sequence([torch.randn(4, 3)]))


def test_the_default_device_is_not_where_results_go():
    layer, x = elman.nn.GRU(3, 300), torch.randn(40, 9, 3)
    expected = layer(x)[0]
    with torch.device("meta"):
        assert torch.equal(layer(x)[0], expected)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_packed_input_with_states_of_another_type_is_torchs_error(dtype):
    packed = pack_sequence([torch.randn(4, 3), torch.randn(2, 3)])
    with pytest.raises((RuntimeError, ValueError)):
        elman.nn.GRU(3, 5)(packed, torch.randn(1, 2, 5, dtype=dtype))


@pytest.mark.parametrize("count", [1, 3])
def test_an_lstm_takes_two_states(count):
    state = (torch.zeros(1, 2, 5),) * count
    for given in (torch.randn(4, 2, 3), pack_sequence([torch.randn(4, 3), torch.randn(2, 3)])):
        with pytest.raises(InputError, match=r"hx of LSTM must be the pair \(h_0, c_0\); found"):
            elman.nn.LSTM(3, 5)(given, state)


def test_a_gru_takes_one_state():
    with pytest.raises(InputError, match="hx of GRU must be one tensor h_0; found tuple of 1"):
        elman.nn.GRU(3, 5)(torch.randn(4, 2, 3), (torch.zeros(1, 2, 5),))


@needs_kernels
def test_weights_of_other_sizes_or_types_are_refused_in_every_layer():
    first = elman.nn.GRU(3, 64)
    first.weight_hh_l0 = nn.Parameter(torch.randn(6, 2))
    with pytest.raises(RuntimeError, match=r"\(6, 2\)"):
        first(torch.randn(4, 2, 3))
    second = elman.nn.GRU(3, 64, num_layers=2)
    second.weight_hh_l1 = nn.Parameter(second.weight_hh_l1.data.bfloat16())
    with pytest.raises(RuntimeError, match="of that type"):
        second(torch.randn(4, 2, 3))
    weights, h = list(nn.GRU(3, 64).parameters()), torch.zeros(1, 2, 64)
    x = torch.randn(2, 4, 3)
    with pytest.raises(RuntimeError, match="lstm with x of 3 features"):
        ops.layer("lstm", x, weights=weights, state=(h, h), twin="cpu")
    with pytest.raises(RuntimeError, match="gru with x of 9 features"):
        ops.layer("gru", torch.randn(2, 4, 9), weights=weights, state=(h,), twin="cpu")
    with pytest.raises(ValueError, match=r"lengths must be of shape \(2,\)"):
        ops.layer(
            "gru", x, weights=weights, state=(h,), lengths=torch.tensor([4]), twin="cpu"
        )  # fmt: skip


def test_an_array_of_lengths_may_be_filled_anew_before_backward():
    layer, x, lengths = elman.nn.GRU(3, 5, batch_first=True), torch.randn(2, 40, 3), [40, 3]
    grads = []
    for given in (lengths, np.array(lengths)):
        layer.zero_grad()
        output, _ = layer(x, lengths=given)
        if isinstance(given, np.ndarray):
            given[:] = [3, 1]
        output.sum().backward()
        grads.append(layer.weight_hh_l0.grad.clone())
    assert torch.equal(*grads)


def test_no_rows_and_no_lengths():
    output, _ = elman.nn.GRU(3, 5)(torch.randn(4, 0, 3), lengths=[])
    assert output.shape == (4, 0, 5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch scripts its own derivatives
def test_forward_mode_derivatives_are_torchs():
    layer, x, direction = elman.nn.GRU(3, 5), torch.randn(4, 2, 3), torch.randn(4, 2, 3)
    theirs = nn.GRU(3, 5)
    theirs.load_state_dict(layer.state_dict())
    found = []
    for each in (layer, theirs):
        with forward_ad.dual_level():
            output = each(forward_ad.make_dual(x, direction))[0]
            found.append(forward_ad.unpack_dual(output).tangent)
    torch.testing.assert_close(*found)


@pytest.mark.parametrize("twin", ["aten", "reference", "cpu"])
def test_nan_in_padding_reaches_no_derivative(twin):
    torch.manual_seed(0)
    x = torch.randn(2, 6, 3)
    x[1, 2:] = torch.nan
    weights = [weight.detach().requires_grad_() for weight in nn.GRU(3, 5).parameters()]
    state = (torch.zeros(1, 2, 5),)
    if reason := ops.TWINS[twin].supports("gru", x, weights=weights, state=state):
        pytest.skip(reason)
    output, _ = ops.layer(
        "gru", x, weights=weights, state=state, lengths=torch.tensor([6, 2]), twin=twin
    )
    for grad in torch.autograd.grad(output.sum(), weights, create_graph=True):
        assert grad.isfinite().all()


def test_a_negated_view_keeps_its_sign():
    x = torch.randn(4, 2, 1, dtype=torch.cfloat).conj().imag
    assert x.is_neg()
    layer = elman.nn.LSTM(1, 5)
    assert torch.equal(layer(x)[0], layer(x.clone())[0])


def test_one_large_block_does_not_end_the_reuse_of_small_ones():
    large = buffers.reserved(buffers.MOST_IDLE // 4 - 1000)
    del large
    small = buffers.reserved(1_000_000)
    address = small.data_ptr()
    del small
    assert buffers.reserved(1_000_000).data_ptr() == address


def test_only_a_module_is_accelerated():
    with pytest.raises(InputError, match=r"takes a torch module .* found a str"):
        elman.nn.accelerate("model")


def test_a_scan_of_two_devices_is_refused():
    a, x = torch.rand(2, 5, 4), torch.randn(2, 5, 4)
    for given in ((a.to("meta"), x), (a, x, torch.zeros(2, 4, device="meta"))):
        with pytest.raises(InputError, match="must be on one device; found a on"):
            scan(*given)


@pytest.mark.parametrize("layer", [elman.nn.GRU, elman.nn.minGRU])
def test_lengths_are_checked_alike_by_every_layer(layer):
    x = torch.randn(5, 2, 4)
    for wrong in ([True, False], [3.0, 1.0], [3], [3, 6], [-1, 3]):
        with pytest.raises(InputError, match="lengths must be"):
            layer(4, 3)(x, lengths=wrong)
    lengths = np.array([5, 2])
    output, _ = layer(4, 3)(x, lengths=lengths)
    lengths[:] = 0
    output.sum().backward()
    assert layer(4, 3)(torch.randn(5, 0, 4), lengths=[])[0].shape == (5, 0, 3)
