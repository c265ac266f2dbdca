"""A stream answers after every item as if the whole had come at once, in constant memory."""

from __future__ import annotations

import numpy as np
import pytest

from elman.errors import ArtifactError, InputError, OptionError
from elman.runtime.codec import Encoded
from elman.runtime.streams.stream import Stream
from tests.runtime import networks
from tests.tolerances import assert_close

pytestmark = pytest.mark.usefixtures("backend")

LEFT_TO_RIGHT = [spec for spec in networks.ALL + networks.FLOATS if not spec.bidirectional]


class Words:
    """Items are short sequences of ids; a prediction is its logits."""

    window = None
    carries = None

    def carried(self, context):
        return None

    def items_of(self, data):
        return data

    def parse(self, text):
        return [int(word) for word in text.split()]

    def encode(self, item, after=None):
        return Encoded(np.asarray(item, np.int64), context=f"context of {item}")

    def numbers(self, outputs, contexts):
        return outputs

    def answers(self, numbers, contexts):
        return list(zip(numbers, contexts, strict=True))

    def further(self, items, answers, answered):
        return answers


class Differences(Words):
    """Items are numbers; a step is one minus its neighbour, so a window must be kept raw."""

    window = 5
    carries = np.zeros(0)

    def encode(self, item, after=None):
        steps = np.diff(np.asarray(item, np.float32), prepend=np.float32(item[0]))[:, None]
        return Encoded(steps.astype(np.float32), context=item[-1])


@pytest.mark.parametrize("spec", LEFT_TO_RIGHT, ids=networks.name)
def test_every_prefix_streams_to_the_logits_of_the_whole(spec):
    network = networks.network(spec)
    (row,) = networks.sequences(spec, (70,))
    state = network.begin()
    for n in range(len(row) + 1):
        whole = network.forward([row[:n]])[0]
        assert_close(f"logits after {n}", network.read(state), whole, "stream and whole")
        if n < len(row):
            state = network.step(state, row[n])
    assert state.steps == 70


@pytest.mark.parametrize(
    ("backend", "steps"), [("native", 100_000), ("numpy", 30_000)], indirect=["backend"]
)
def test_very_long_rows_stay_with_the_whole(backend, steps):
    spec = networks.spec(pools=("last", "mean", "max"))
    tensors = networks.tensors(spec)
    # States near 0.9, so that a sum of tens of thousands has to be kept.
    tensors["rnn.bias_ih_l0"] = np.abs(tensors["rnn.bias_ih_l0"]) + np.float32(1.5)
    network = networks.Network(spec, tensors)
    (row,) = networks.sequences(spec, (steps,))
    state = network.advance(network.begin(), row)
    output, h_n = network.states(row)
    pooled = np.concatenate([h_n[0], output.mean(0, dtype=np.float64), output.max(0)])
    expected = tensors["fc.weight"] @ pooled + tensors["fc.bias"]
    assert_close("streamed", network.read(state), expected, "stream and whole")
    assert_close("whole", network.forward([row])[0], expected, "stream and whole")


def test_a_step_leaves_the_state_before_it_as_it_was():
    network = networks.network(networks.spec(cell="lstm", pools=("last", "mean", "max")))
    before = network.step(network.begin(), 3)
    logits = network.read(before).copy()
    after = network.read(network.step(before, 4))
    network.step(network.step(before, 4), 5)
    np.testing.assert_array_equal(network.read(before), logits)
    np.testing.assert_array_equal(network.read(network.step(before, 4)), after)


def test_a_network_that_reads_both_ways_cannot_stream():
    network = networks.network(networks.spec(bidirectional=True))
    with pytest.raises(OptionError, match=r"needs the whole sequence.*Use `predict`, or train"):
        Stream(network, Words())


def test_feeding_items_of_several_steps_equals_the_whole():
    network = networks.network(networks.spec())
    stream = Stream(network, Words())
    items = [[1, 2, 3], [], [4], [5, 6]]
    for n, item in enumerate(items, 1):
        logits, context = stream.feed(item)
        whole = network.forward([np.concatenate(items[:n]).astype(np.int64)])[0]
        assert_close("logits", logits, whole, "stream and whole")
        assert context == f"context of {item}"
        assert stream.steps == n
        assert stream.prediction[0] is logits


def test_a_window_of_raw_items_is_encoded_anew():
    network = networks.network(networks.spec(vocabulary=0, input_size=1, bidirectional=True))
    stream = Stream(network, Differences())
    numbers = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]
    for n, number in enumerate(numbers, 1):
        logits, context = stream.feed(number)
        window = Differences().encode(numbers[max(0, n - 5) : n])
        np.testing.assert_array_equal(logits, network.forward([window.steps])[0])
        assert context == number


class Sentence(Words):
    """Items are words of numbers; the newest few are read."""

    window = 4
    carries = ()

    def encode(self, item, after=None):
        return Encoded(np.array([int(word) for word in item], np.int64), context=tuple(item))


def test_several_words_come_at_once_and_the_newest_are_kept():
    network = networks.network(networks.spec(bidirectional=True))
    stream = Stream(network, Sentence())
    words = []
    for piece in ("1", "2 3", "", " 4\n5  6 ", "7"):
        logits, context = stream.feed(piece)
        words += piece.split()
        assert context == tuple(words[-4:])
        np.testing.assert_array_equal(logits, network.forward([np.array([*map(int, context)])])[0])
    assert stream.steps == 7
    with pytest.raises(OptionError, match="5 is not a text"):
        stream.feed(5)


class Short(Sentence):
    longest = 4


def test_the_newest_words_have_so_many_characters_with_their_spaces():
    network = networks.network(networks.spec(bidirectional=True))
    stream = Stream(network, Short(), "a" * 64)
    for piece, kept in (
        ("1 2", "1 2"),
        ("3 4", "3 4"),
        ("5", "4 5"),
        ("10", "5 10"),
        ("00006", "00006"),
    ):
        assert stream.feed(piece)[1] == tuple(kept.split())
    twin = Stream(network, Short(), "a" * 64, stream.export())
    assert (twin.steps, twin.feed("7")[1]) == (7, ("7",))


def test_words_that_are_taken_up_are_answered_when_that_is_asked(monkeypatch):
    network = networks.network(networks.spec(bidirectional=True))
    stream = Stream(network, Sentence(), "a" * 64)
    stream.feed("1 2")
    asked = []
    answered = network.forward
    monkeypatch.setattr(network, "forward", lambda found: asked.append(1) or answered(found))
    twin = Stream(network, Sentence(), "a" * 64, stream.export())
    assert not asked
    np.testing.assert_array_equal(twin.prediction[0], stream.prediction[0])
    assert twin.prediction is twin.prediction
    assert len(asked) == 1
    stream._recent, stream.steps = ("1", "x"), 2
    with pytest.raises(ArtifactError, match="does not fit the model"):
        Stream(network, Sentence(), "a" * 64, stream.export())


@pytest.mark.parametrize("codec", [Words(), Differences()], ids=["state", "window"])
def test_copy_goes_its_own_way_and_reset_forgets(codec):
    carried = codec.window is None
    spec = networks.spec() if carried else networks.spec(vocabulary=0, input_size=1)
    items = [[1], [2], [3]] if carried else [1.0, 2.0, 4.0]
    stream = Stream(networks.network(spec), codec)
    assert stream.prediction is None
    first = stream.feed(items[0])[0]
    branch = stream.copy()
    second = stream.feed(items[1])[0]
    assert branch.steps == 1
    np.testing.assert_array_equal(branch.feed(items[1])[0], second)
    branch.feed(items[2])
    assert (stream.steps, branch.steps) == (2, 3)
    stream.reset()
    assert (stream.steps, stream.prediction) == (0, None)
    np.testing.assert_array_equal(stream.feed(items[0])[0], first)


def test_a_refused_item_leaves_the_stream_as_it_was():
    stream = Stream(networks.network(networks.spec()), Words())
    stream.feed([1])
    twin = stream.copy()
    with pytest.raises(InputError, match="token id 29 is outside this model's vocabulary of 29"):
        stream.feed([2, 29])
    assert stream.steps == 1
    np.testing.assert_array_equal(stream.feed([3])[0], twin.feed([3])[0])
