"""Closed schemas: what encode writes decode reads, and every deviation is named with its path."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elman.errors import ArtifactError
from elman.runtime.spec import CELLS, POOLS, NetworkSpec
from elman.schema import LARGEST, MOST_VALUES, decode, encode, parse, repeated


@dataclass(frozen=True)
class Inner:
    rate: float
    on: bool = True


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    kind: Literal["a", "b", 1]
    inner: Inner
    maybe: Inner | None = None
    words: tuple[str, ...] = ()
    pair: tuple[int, float] = (0, 0.0)
    scores: dict[str, float] = field(default_factory=dict)
    many: list[Inner] = field(default_factory=list)
    anything: Any = None


GOOD: dict[str, Any] = {"name": "x", "count": 2, "kind": "a", "inner": {"rate": 0.5}}

positive = st.integers(1, 10**6)
integers = st.integers(-LARGEST, LARGEST)
specs = st.builds(
    NetworkSpec,
    cell=st.sampled_from(CELLS),
    hidden_size=positive,
    outputs=positive,
    vocabulary=st.integers(0, 10**6),
    input_size=positive,
    num_layers=positive,
    bidirectional=st.booleans(),
    pools=st.lists(st.sampled_from(POOLS)).map(tuple),
)
inners = st.builds(Inner, rate=st.floats(allow_nan=False, allow_infinity=False), on=st.booleans())
outers = st.builds(
    Outer,
    name=st.text(),
    count=integers,
    kind=st.sampled_from(["a", "b", 1]),
    inner=inners,
    maybe=st.none() | inners,
    words=st.lists(st.text()).map(tuple),
    pair=st.tuples(integers, st.floats(-1, 1)),
    scores=st.dictionaries(st.text(), st.floats(-1, 1)),
    many=st.lists(inners),
    anything=st.none() | st.text() | st.lists(integers),
)


@given(specs | outers)
def test_decode_undoes_encode_through_json(value):
    data = json.dumps(encode(value)).encode()
    assert decode(type(value), parse(data, "file"), "file") == value


def test_schemas_cover_every_field_of_the_spec():
    assert {f.name for f in dataclasses.fields(NetworkSpec)} <= set(
        encode(NetworkSpec("rnn", 1, 1))
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nam": "x"}, 'f.json: unknown key "nam". Did you mean "name"? Choices: name, count'),
        ({"name": None}, "f.json: name: expected a string, found null."),
        ({"count": True}, "f.json: count: expected an integer, found true."),
        ({"count": 1.0}, "f.json: count: expected an integer, found 1.0."),
        ({"kind": "c"}, 'f.json: kind: "c" is not known.'),
        ({"kind": True}, "f.json: kind: true is not known."),
        ({"kind": []}, "f.json: kind: an array of 0 is not known."),
        ({"inner": {}}, 'f.json: inner: key "rate" is missing.'),
        ({"inner": []}, "f.json: inner: expected an object, found an array of 0."),
        ({"inner": {"rate": "1"}}, 'f.json: inner.rate: expected a finite number, found "1".'),
        ({"inner": {"rate": True}}, "f.json: inner.rate: expected a finite number, found true."),
        ({"inner": {"rate": 10**400}}, "f.json: inner.rate: expected a finite number, found 1000"),
        ({"inner": {"rate": 1, "on": 1}}, "f.json: inner.on: expected true or false, found 1."),
        ({"maybe": 3}, "f.json: maybe: expected an object, found 3."),
        ({"words": "abc"}, 'f.json: words: expected an array, found "abc".'),
        ({"words": ["a", 1]}, "f.json: words[1]: expected a string, found 1."),
        ({"pair": [1]}, "f.json: pair: expected an array of 2, found an array of 1."),
        ({"scores": [1]}, "f.json: scores: expected an object, found an array of 1."),
        ({"scores": {"f1": None}}, "f.json: scores.f1: expected a finite number, found null."),
        ({"many": [{"rate": 1}, {}]}, 'f.json: many[1]: key "rate" is missing.'),
    ],
    ids=str,
)
def test_a_deviation_is_named_with_its_path(change, message):
    assert decode(Outer, GOOD, "f.json").count == 2
    with pytest.raises(ArtifactError) as caught:
        decode(Outer, GOOD | change, "f.json")
    assert str(caught.value).startswith(message)


def test_a_misspelt_cell_is_named_with_the_nearest():
    with pytest.raises(ArtifactError) as caught:
        decode(NetworkSpec, {"cell": "grru", "hidden_size": 1, "outputs": 1}, "model.json: network")
    assert str(caught.value) == (
        'model.json: network.cell: "grru" is not known. '
        'Did you mean "gru"? Choices: rnn, gru, lstm, none.'
    )


@pytest.mark.parametrize("name", ["name", "count", "kind", "inner"])
def test_a_key_without_default_must_be_there(name):
    with pytest.raises(ArtifactError, match=f'key "{name}" is missing'):
        decode(Outer, {key: value for key, value in GOOD.items() if key != name}, "f.json")


def test_a_refusal_by_the_dataclass_itself_names_the_path():
    @dataclass
    class Even:
        n: int

        def __post_init__(self):
            if self.n % 2:
                raise ValueError("n must be even")

    with pytest.raises(ArtifactError, match=r"f\.json: n must be even"):
        decode(Even, {"n": 3}, "f.json")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not the JSON"),
        (b"{", "not the JSON"),
        (b'{"a": NaN}', "nan|NaN is not a finite number"),
        (b'{"a": Infinity}', "not a finite number"),
        (b'{"a": -Infinity}', "not a finite number"),
        (b'{"a": 1e999}', "1e999 is not a finite number"),
        (b'{"a": 1, "b": 2, "a": 1}', 'key "a" stands twice'),
        (b'[{"b": {"a": 1, "a": 2}}]', 'key "a" stands twice'),
        (b"[" * 65 + b"]" * 65, "nested deeper than 64"),
        (b"[" * 100_000, "nested deeper than 64"),
        (b'{"a":' * 100_000, "nested deeper than 64"),
        (b'"\xff"', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not the JSON"),
        (b"1" * 10_000, "not the JSON"),
        (b"{} {}", "not the JSON"),
        (b'{"n": 9223372036854775808}', "9223372036854775808 is beyond 9223372036854775807"),
        (b"-" + b"9" * 4299, "-9{39} is beyond"),
        (b"9" * 4999 + b".0", "9{40} is not a finite number"),
        (b'{"' + b"k" * 5000 + b'": 1, "' + b"k" * 5000 + b'": 2}', 'key "k{56}... stands twice'),
        (b"[" + b"[]," * MOST_VALUES + b"[]]", "as many as 2,097,155 values; at most 1,048,576"),
        (b"{" + b'"":0,' * MOST_VALUES + b"}", "as many as"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_json_beyond_the_plain_is_refused(data, message):
    with pytest.raises(ArtifactError, match=f"f.json: .*{message}"):
        parse(data, "f.json")


def test_what_stands_twice_is_found_in_one_walk():
    keys = [f"{n:x}" for n in range(300_000)]
    assert repeated(keys) is None
    assert repeated([*keys, "7", "5"]) == "7"
    # comparing each with each would take minutes
    data = json.dumps(dict.fromkeys(keys, 0))[:-1] + ', "5": 0}'
    with pytest.raises(ArtifactError, match='key "5" stands twice'):
        parse(data.encode(), "f.json")


def test_long_keys_are_cut_in_messages():
    with pytest.raises(ArtifactError) as caught:
        decode(Outer, GOOD | {"k" * 10**6: 1}, "f.json")
    assert len(str(caught.value)) < 300
    with pytest.raises(ArtifactError) as caught:
        decode(Outer, GOOD | {"scores": {"k" * 10**6: "x"}}, "f.json")
    assert len(str(caught.value)) < 300
