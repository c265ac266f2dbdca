"""What does not fit is refused with a message that says what came, what was expected, and why."""

from __future__ import annotations

import re

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

from elman import ops
from elman.errors import InputError, OptionError
from elman.nn import GRU, LSTM, RNN
from tests.contract.table import needs_cpu

SWAPPED = "If time and batch are swapped, see batch_first=True."


def refused(error, message, layer, *args, **kwargs):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        layer(*args, **kwargs)


def test_features_that_are_not_the_input_size(engine):
    refused(
        RuntimeError,
        "input has 7 features, but RNN(input_size=3) expects 3; its shape was (2, 3, 7), read as "
        "(B, T, I). input.size(-1) must be equal to input_size.",
        RNN(3, 5, batch_first=True),
        torch.zeros(2, 3, 7),
    )
    refused(
        RuntimeError,
        "input has 7 features, but GRU(input_size=3) expects 3; its shape was (2, 3, 7), read as "
        "(T, B, I). input.size(-1) must be equal to input_size.",
        GRU(3, 5),
        torch.zeros(2, 3, 7),
    )
    refused(
        RuntimeError,
        "input has 7 features, but LSTM(input_size=3) expects 3; its shape was (2, 7), read as "
        "(T, I). input.size(-1) must be equal to input_size.",
        LSTM(3, 5),
        torch.zeros(2, 7),
    )


@pytest.mark.parametrize("shape", [(3,), (1, 2, 4, 3)])
def test_an_input_of_the_wrong_rank(engine, shape):
    refused(
        ValueError,
        f"RNN: expected input of 2 dimensions (unbatched) or 3, found shape {shape}",
        RNN(3, 5),
        torch.zeros(shape),
    )


def test_states_of_swapped_time_and_batch(engine):
    # The state is for the 4 rows that the caller means; the layer reads 6.
    refused(
        RuntimeError,
        "Expected hidden size (1, 6, 5) of h_0, (layers · directions, batch, size), got "
        "[1, 4, 5]; input was (4, 6, 3) with batch_first=False.",
        GRU(3, 5),
        torch.zeros(4, 6, 3),
        torch.zeros(1, 4, 5),
    )


def test_a_state_of_the_wrong_size(engine):
    refused(
        RuntimeError,
        "Expected hidden size (2, 4, 5) of c_0, (layers · directions, batch, size), got "
        "[2, 4, 6]; input was (4, 6, 3) with batch_first=True.",
        LSTM(3, 5, batch_first=True, bidirectional=True),
        torch.zeros(4, 6, 3),
        (torch.zeros(2, 4, 5), torch.zeros(2, 4, 6)),
    )
    refused(
        RuntimeError,
        "Expected hidden size (1, 1, 5) of h_0, (layers · directions, batch, size), got "
        "[1, 1, 6]; input was (6, 3) with batch_first=False.",
        RNN(3, 5),
        torch.zeros(6, 3),
        torch.zeros(1, 6),
    )


@pytest.mark.parametrize(
    ("lengths", "found"),
    [([6, 7, 6, 6], "found 7"), ([6, 6, -1, 6], "found -1"), ([-2, 9, 1, 1], "found -2")],
)
def test_lengths_out_of_range(engine, lengths, found):
    refused(
        InputError,
        f"lengths must be between 0 and the 6 steps of the input; {found}. {SWAPPED}",
        GRU(3, 5, batch_first=True),
        torch.zeros(4, 6, 3),
        lengths=lengths,
    )


@pytest.mark.parametrize(
    ("lengths", "found"),
    [
        ([1, 2, 3], "torch.int64 of shape (3,)"),
        ([1.0, 2.0, 3.0, 4.0], "torch.float32 of shape (4,)"),
        ([[1, 2, 3, 4]], "torch.int64 of shape (1, 4)"),
        (3, "torch.int64 of shape ()"),
    ],
)
def test_lengths_that_are_not_one_whole_number_a_row(engine, lengths, found):
    refused(
        InputError,
        f"lengths must be 4 whole numbers, one for each row of the batch; found {found}. {SWAPPED}",
        LSTM(3, 5, batch_first=True),
        torch.zeros(4, 6, 3),
        lengths=lengths,
    )


def test_lengths_that_are_truth_values(engine):
    refused(
        InputError,
        "lengths must be 4 whole numbers, one for each row of the batch; found torch.bool of "
        f"shape (4,). {SWAPPED}",
        RNN(3, 5, batch_first=True),
        torch.zeros(4, 6, 3),
        lengths=torch.ones(4, dtype=torch.bool),
    )


def test_lengths_of_a_packed_sequence(engine):
    refused(
        InputError,
        "A PackedSequence has its lengths in it; leave out lengths=.",
        RNN(3, 5),
        pack_padded_sequence(torch.zeros(4, 2, 3), [4, 2]),
        lengths=[4, 2],
    )


@pytest.mark.parametrize("layer", [RNN, GRU, LSTM])
def test_a_packed_sequence_that_does_not_fit_is_torchs_error(engine, layer):
    packed = pack_padded_sequence(torch.zeros(4, 2, 7), [4, 2])
    with pytest.raises(RuntimeError, match=r"input\.size\(-1\) must be equal|cannot be multiplied"):
        layer(3, 5)(packed)
    packed = pack_padded_sequence(torch.zeros(4, 2, 3), [4, 2])
    state = torch.zeros(1, 3, 5)
    with pytest.raises(RuntimeError, match=r"got \[1, 3, 5\]|tensor a \(3\) must match"):
        layer(3, 5)(packed, (state, state) if layer is LSTM else state)


@pytest.mark.parametrize("layer", [RNN, GRU, LSTM])
def test_weights_and_input_of_different_dtypes_are_an_error_as_in_torch(engine, layer):
    with pytest.raises((RuntimeError, ValueError)):
        layer(3, 5)(torch.zeros(4, 2, 3, dtype=torch.float64))


def test_unknown_names_list_the_choices():
    arguments = {
        "weights": [torch.zeros(5, 3), torch.zeros(5, 5)],
        "state": (torch.zeros(1, 2, 5),),
    }
    with pytest.raises(OptionError, match=r'^There is no cell "gry"\. Did you mean "gru"\? '
                                          r"Choices: rnn, rnn_relu, gru, lstm\.$"):  # fmt: skip
        ops.layer("gry", torch.zeros(2, 4, 3), **arguments)
    with pytest.raises(OptionError, match=r'^There is no twin "cpux"\. Did you mean "cpu"\? Choices'
                                          r": gpu, half, cpu, aten, reference\.$"):  # fmt: skip
        ops.layer("rnn", torch.zeros(2, 4, 3), **arguments, twin="cpux")
    with pytest.raises(OptionError, match=r'^Twin "gpu" does not compute this rnn: .+\.$'):
        ops.layer("rnn", torch.zeros(2, 4, 3), **arguments, twin="gpu")


def test_weights_that_are_no_layer():
    with pytest.raises(ValueError, match=r"^a layer has 2 weights a direction, and one or two "
                                         r"directions; found 3 weights$"):  # fmt: skip
        ops.directions_of([torch.zeros(5, 5)] * 3)


@needs_cpu
@pytest.mark.parametrize("lengths", [[5, 4], [0, -1]])
@pytest.mark.parametrize("keep", [False, True])
def test_the_kernels_themselves_refuse_lengths_that_do_not_fit(lengths, keep):
    weights = [torch.zeros(5, 3, requires_grad=keep), torch.zeros(5, 5)]
    with pytest.raises(ValueError, match=r"^lengths must be between 0 and the steps of the input$"):
        ops.layer(
            "rnn",
            torch.zeros(2, 4, 3),
            weights=weights,
            state=(torch.zeros(1, 2, 5),),
            lengths=torch.tensor(lengths),
            twin="cpu",
        )


@needs_cpu
def test_lengths_changed_in_place_before_backward_are_an_error():
    lengths = torch.tensor([4, 2])
    weights = [torch.randn(5, 3, requires_grad=True), torch.randn(5, 5)]
    output, _ = ops.layer(
        "rnn",
        torch.randn(2, 4, 3),
        weights=weights,
        state=(torch.zeros(1, 2, 5),),
        lengths=lengths,
        twin="cpu",
    )
    lengths[0] = 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()
