"""A stream can be kept, moved and fed together with others, and no bit of an answer changes."""

from __future__ import annotations

import random

import numpy as np
import pytest
import safetensors.numpy

from elman.errors import ArtifactError, ElmanError, OptionError
from elman.runtime.model import Model
from elman.runtime.streams import keeping
from elman.runtime.streams.stream import feed_all


@pytest.fixture
def model(kept):
    if "stream" not in kept.task.abilities or not kept.sample.streams:
        pytest.skip(f"models of the task {kept.name} do not stream")
    return kept.model


def items_of(kept):
    """A few dozen items: those of the sample, again and again in another order."""
    words = [kept.model.codec.parse(word) for word in kept.sample.words] * 3
    random.Random(7).shuffle(words)
    return words


def test_a_state_goes_on_elsewhere_to_the_same_bits(kept, model):
    stream, words = model.stream(), items_of(kept)
    for n, word in enumerate(words):
        if n in (0, 1, 5, len(words) - 2):
            elsewhere, twin = model.stream(stream.export({"note": "ä"})), stream.copy()
            assert elsewhere.steps == n
            if kept.name != "tag":  # what was said of a word is not kept
                assert elsewhere.prediction == twin.prediction
            for later in words[n:]:
                assert elsewhere.feed(later) == twin.feed(later)
        stream.feed(word)


def test_streams_fed_together_have_the_bits_of_each_alone(kept, model):
    words, chance = items_of(kept), random.Random(3)
    alone, together = ([model.stream() for _ in range(40)] for _ in range(2))
    for _ in range(12):
        some = chance.sample(range(40), chance.choice([1, 2, 17, 40]))
        items = [chance.choice(words) for _ in some]
        answers = feed_all([together[n] for n in some], items)
        assert answers == [alone[n].feed(item) for n, item in zip(some, items, strict=True)]
    assert [one.steps for one in alone] == [one.steps for one in together]
    for one, other in zip(alone, together, strict=True):
        assert one.prediction == other.prediction
        np.testing.assert_equal(one.kept, other.kept)


def test_a_refused_item_is_an_error_of_its_stream_alone(kept, model):
    words = items_of(kept)
    streams, twins = ([model.stream() for _ in range(3)] for _ in range(2))
    bad, (first, *_, last) = object(), words
    answers = feed_all(streams, [first, bad, last])
    assert isinstance(answers[1], ElmanError)
    assert answers[::2] == [twins[0].feed(first), twins[2].feed(last)]
    assert [stream.steps for stream in streams] == [1, 0, 1]
    assert streams[1].feed(first) == answers[0]


def test_a_state_is_bound_to_its_model(kept, model):
    stream = model.stream()
    stream.feed(items_of(kept)[0])
    state = stream.export()
    info = dict(vars(model.info), sha256="0" * 64)
    other = Model(model.task, model.network, model.codec, model.directory, type(model.info)(**info))
    with pytest.raises(ArtifactError, match="belongs to another model"):
        other.stream(state)
    info["sha256"] = ""
    unsaved = Model(
        model.task, model.network, model.codec, model.directory, type(model.info)(**info)
    )
    with pytest.raises(OptionError, match=r"not read from a directory. Use elman.load"):
        unsaved.stream().export()
    with pytest.raises(ArtifactError, match="belongs to another model"):
        unsaved.stream(state)


def test_damage_is_seen(kept, model):
    stream = model.stream()
    for word in items_of(kept)[:3]:
        stream.feed(word)
    state = stream.export()
    chance = random.Random(1)
    for at in [*range(40), *chance.sample(range(len(state)), 60)]:
        broken = bytearray(state)
        broken[at] ^= 1 << chance.randrange(8)
        with pytest.raises(ArtifactError, match="the state of a stream"):
            model.stream(bytes(broken))
    for size in (0, 1, 7, 8, 9, len(state) // 2, len(state) - 1):
        with pytest.raises(ArtifactError, match="the state of a stream"):
            model.stream(state[:size])
    with pytest.raises(ArtifactError, match="the state of a stream"):
        model.stream(state + b"\0")


def test_a_forged_state_is_refused_or_answers(kept, model):
    """Whoever counts the hash anew can say what he likes; nothing of it ends the process."""
    stream, words = model.stream(), items_of(kept)
    for word in words[:3]:
        stream.feed(word)
    arrays, said = keeping.unpacked(stream.export())
    said.pop(keeping.KIND)

    def forged(change):
        found = {name: array.copy() for name, array in arrays.items()}
        change(found)
        return keeping.packed(found, said)

    names = sorted(arrays)
    changes = []
    for name in names:
        changes += [
            lambda found, name=name: found.pop(name),
            lambda found, name=name: found.update({name: np.zeros(3, np.float64)}),
            lambda found, name=name: found.update({name: found[name][None]}),
            lambda found, name=name: found.update({name: found[name].repeat(2, axis=0)}),
            lambda found, name=name: found[name].view(np.uint8).fill(255),
            lambda found, name=name: found.update({name + "x": found[name]}),
        ]
    refused = 0
    for change in changes:
        try:
            model.stream(forged(change)).feed(words[0])
        except ElmanError as error:
            refused += "does not fit the model" in str(error)
    assert refused >= 4 * len(names)

    for name in names:
        other = arrays[name].astype(np.float16 if arrays[name].dtype.kind == "f" else np.int32)
        with pytest.raises(ArtifactError, match="does not fit the model"):
            model.stream(keeping.packed({**arrays, name: other}, said))
        numbers = arrays[name].dtype.kind == "f" or name.endswith("kept")
        if not numbers or not arrays[name].size:
            continue
        if not name.startswith(
            ("context.", "items")
        ):  # what is left of a packet is read with the next

            def spoilt(found, name=name):
                found[name].view(np.uint8)[...] = 255

            with pytest.raises(ArtifactError, match="does not fit the model"):
                model.stream(forged(spoilt))
    for steps in ("0", "2", "-1", "1e3", "", "9" * 30):
        if steps == "2" and model.codec.window is None:
            continue
        with pytest.raises(ArtifactError, match="does not fit the model"):
            model.stream(keeping.packed(arrays, said | {"steps": steps}))
    assert safetensors.numpy.load(stream.export()).keys() == arrays.keys()
    for name in [name for name in names if name.endswith("linear.before")]:
        for wrong in (-1, model.network.spec.linear, 2**40):
            with pytest.raises(ArtifactError, match="has numbers beyond 0 to "):
                model.stream(forged(lambda found, n=name, x=wrong: found[n].fill(x)))


def test_a_long_text_goes_with_a_state_as_a_short_one_does(kept, model, monkeypatch):
    stream, (first, second, *_) = model.stream(), items_of(kept)
    stream.feed(first)
    note = "ä\n" * 10**6  # more than a header may have
    state = stream.export({"note": note, "short": "x"})
    assert keeping.said_of(state).keys() == {"elman", "model", "sha256", "steps", "short"}
    monkeypatch.setattr(keeping, "_LONG", 10**9)
    before = stream.export({"note": note[:9000], "short": "x"})  # as states were once written
    assert keeping.said_of(before)["note"] == note[:9000]
    expected = stream.copy().feed(second)
    for data, long in ((state, note), (before, note[:9000])):
        said = keeping.unpacked(data)[1]
        assert (said["note"], said["short"]) == (long, "x")
        assert model.stream(data).feed(second) == expected


def test_of_long_words_the_newest_are_read(kept, model):
    longest = getattr(model.codec, "longest", None)
    if longest is None:
        pytest.skip("pieces have no end")
    stream = model.stream()
    stream.feed("understanding " * (longest // 10))
    stream.feed("ab")
    assert stream.steps == longest // 10 + 1
    assert stream._recent[-2:] == ("understanding", "ab")
    assert longest - 14 < len(" ".join(stream._recent)) <= longest
    with pytest.raises(OptionError, match="are read as one sentence"):
        stream.feed("x" * (longest + 1))
    assert model.stream(stream.export()).steps == stream.steps


def test_what_was_said_of_many_steps_is_not_kept(kept, model):
    if model.codec.window is not None or not model.network.spec.per_step:
        pytest.skip("not every step is answered")
    stream, (word, *_) = model.stream(), items_of(kept)

    def held():
        return sum(array.nbytes for _, array in keeping.flat((stream._state, stream._context)))

    stream.feed(word)
    once = held()
    stream.feed(word * 200)
    assert held() <= once
    assert sum(array.nbytes for array in stream.kept.values()) <= once
