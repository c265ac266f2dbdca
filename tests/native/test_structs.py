"""The structs in Python have the fields of those in C, in their order, eight bytes each."""

from __future__ import annotations

import ctypes
import re

import pytest

from elman import native
from elman.cells import GATES
from elman.runtime.compiled import POOLING

CSRC = native.PATH.with_name("csrc")

STRUCTS = {
    native.Layer: "elman.h",
    native.Scan: "scan.h",
    native.Pool: "pool.h",
    native.Step: "step.h",
    native.Lexicon: "text.h",
    native.Text: "text.h",
    native.Answer: "answer.h",
    native.Logistic: "logistic.h",
    native.Sum: "sum.h",
}


def declared(name, header):
    """The names of a struct's fields; a field of two is two, the second with `_reverse`."""
    text = re.sub(r"//.*", "", (CSRC / header).read_text(encoding="utf-8"))
    [body] = re.findall(rf"struct {name} {{(.*?)\n}};", text, re.S)
    found = []
    for kind, names in re.findall(r"((?:const )?\w+\*?(?: const\*)?)\s+([^;]+);", body):
        assert kind.endswith("*") or kind == "int64_t", "not eight bytes"
        for field in names.split(","):
            stem, two = re.fullmatch(r"\s*(\w+)(\[2\])?", field).groups()
            found += [stem, f"{stem}_reverse"] if two else [stem]
    return found


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_fields_are_those_of_the_header(struct):
    found = [name for name, _ in struct._fields_]
    assert found == declared(struct.__name__, STRUCTS[struct])
    assert ctypes.sizeof(struct) == 8 * len(found)


def test_a_field_that_is_not_there_is_an_error():
    layer = native.Layer(B=3)
    assert (layer.B, layer.T) == (3, 0)
    with pytest.raises(AttributeError):
        native.Layer(b=3)
    with pytest.raises(AttributeError):
        layer.lenghts = 0


def test_what_characters_are_and_pools_have_the_numbers_of_the_header():
    text = (CSRC / "text.h").read_text(encoding="utf-8")
    bits = {name: 1 << int(bit) for name, bit in re.findall(r"(\w+) = 1u << (\d+),", text)}
    assert bits == {
        name: getattr(native, name) for name in ("WORD", "DIGIT", "SIGN", "SPACE", "APART")
    }
    text = (CSRC / "answer.h").read_text(encoding="utf-8")
    [body] = re.findall(r"enum Pooling : int64_t {(.*?)}", text)
    assert {name.lower(): int(n) for name, n in re.findall(r"(\w+) = (\d)", body)} == POOLING
    assert f"constexpr int64_t SAID = {native.SAID};" in text


def test_numbers_of_cells_are_those_of_the_header():
    text = (CSRC / "elman.h").read_text(encoding="utf-8")
    [body] = re.findall(r"enum Cell : int64_t {(.*?)}", text)
    numbers = {name.lower(): int(n) for name, n in re.findall(r"(\w+) = (\d)", body)}
    torchs = {"rnn": "rnn", "rnn_relu": "relu", "gru": "gru", "lstm": "lstm"}
    assert {cell: numbers[name] for cell, name in torchs.items()} == native.CELLS
    assert native.CELLS.keys() == GATES.keys()
