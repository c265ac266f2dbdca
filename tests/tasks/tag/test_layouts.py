"""Files as other tools write them: read, tagged, and given back with all that they hold."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import unicodedata

import numpy as np
import pytest

import elman
from elman.data.tagged.columns import read_columns
from elman.data.tagged.split import split_words
from elman.data.tagged.tables import listed_in, parted
from elman.errors import DataError, OptionError
from elman.judging.tags.schemes import scheme_of, spans_of
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.read import read
from elman.training.listener import Listener
from elman.workflow.predict import predict_file
from tests.tasks.tag.sample import sentences, write
from tests.tasks.tag.test_files import FAST, columns, names


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tag")
    return elman.train(write(folder), folder / "m", **FAST)


@pytest.fixture(scope="module")
def namer(tmp_path_factory):
    """A model of names, which are spans."""
    folder = tmp_path_factory.mktemp("names")
    return elman.train(columns(folder, names(), "names.txt"), folder / "m", **FAST)


def save(folder, text, name):
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_what_holds_no_word_and_what_cannot_be_read_come_back(namer, tmp_path):
    rows = ["-DOCSTART- O", "", "he O", "is O", "", "one two three", "he O", "", "in O", ""]
    source = save(tmp_path, "\r\n".join(rows) + "\r\n", "in.conll")
    target = tmp_path / "out.conll"
    report = predict_file(namer, source, {}, output=target)
    assert (report["answered"], report["rejected"]) == (2, 1)
    found = target.read_bytes().decode().split("\r\n")
    assert found[:2] == rows[:2]
    assert found[5:8] == rows[5:8]
    assert [line.split()[0] for line in found if line] == [r.split()[0] for r in rows if r]
    assert "\n" not in "".join(found)


def test_spans_in_a_csv_file_are_a_column_of_json(namer, tmp_path):
    source = columns(tmp_path, [(["he", "is"], ["O", "O"]), *names(4)], "in.txt")
    target = tmp_path / "out.csv"
    predict_file(namer, source, {}, output=target)
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert [json.loads(row["spans"] or "[]") for row in rows][:2] == [
        [],
        [{"kind": "LOC", "begin": 3, "end": 4, "text": "Bur0"}],
    ]
    assert all(None not in row for row in rows)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('["a", ",", "b"]', ["a", ",", "b"]),
        ("['a', ',', 'b']", ["a", ",", "b"]),
        ("['1,000', \"don't\"]", ["1,000", "don't"]),
        ("['a' 'b'\n ',' \"it's\"]", ["a", "b", ",", "it's"]),
        ("['don\\'t']", ["don't"]),
        ("[DET, NOUN]", ["DET", "NOUN"]),
        ("[DET NOUN]", ["DET", "NOUN"]),
        ("[1, 2]", ["1", "2"]),
        ("['a', None]", ["a", ""]),
        ("[]", []),
        ("[laughs] the dog [end]", None),
        ("[UNK] is a word", None),
        ("a b", None),
    ],
)
def test_lists_are_read_as_json_python_and_numpy_write_them(cell, expected):
    assert listed_in(cell) == expected
    assert parted(cell) == (cell.split() if expected is None else expected)


def test_text_in_brackets_is_text(model):
    (said,) = model.predict({"text": ["[laughs] the run [end]"], "id": [1]})
    assert said.words == ("[", "laughs", "]", "the", "run", "[", "end", "]")


@pytest.mark.parametrize(
    ("text", "words", "tags", "options"),
    [
        ("# http://x y\n1\tHe\tO\tO\n2\tis\tB\tO\n", ("He", "is"), ("O", "B"), {"column": "3"}),
        ("1 He _ _ PRP PRP\n2 is _ _ VB VB\n", ("He", "is"), ("PRP", "VB"), {}),
        (
            "# global.columns = ID FORM NER\n1\tHe\tO\n2-3\tisin\t_\n2\tis\tO\n3\tin\tB\n",
            ("He", "is", "in"),
            ("O", "O", "B"),
            {"column": "NER"},
        ),
        ("# id 7\tx\nHe\tO\n#\tSYM\n", ("He", "#"), ("O", "SYM"), {}),
        ("# id 7 domain=en\nHe _ _ O\nis _ _ O\n", ("He", "is"), ("O", "O"), {}),
    ],
)
def test_numbers_and_comments_are_no_words(text, words, tags, options, tmp_path):
    found = read_columns(save(tmp_path, "\n".join([text] * 3), "a.conll"), **options)
    assert [(of.words, of.tags) for of in found.sentences] == [(words, tags)] * 3
    assert not found.rejects


def test_comments_alone_are_no_words(tmp_path):
    with pytest.raises(DataError, match="no word in it"):
        read_columns(save(tmp_path, "# a\n# b\n\n# c\n", "a.conllu"))


@pytest.mark.parametrize("name", ["one.conll", "one.bio", "one.iob"])
def test_one_sentence_is_a_file(model, name, tmp_path):
    target = tmp_path / "out.conll"
    report = predict_file(model, save(tmp_path, "the\tX\nrun\tX\n", name), {}, output=target)
    assert report["answered"] == 1
    (said,) = model.predict([["the", "run"]])
    lines = [f"{word}\tX\t{tag}" for word, tag in zip(said.words, said.tags, strict=True)]
    assert target.read_text().splitlines() == [*lines, ""]


def test_words_and_tags_come_by_standard_input_too(model):
    done = subprocess.run(
        [sys.executable, "-m", "elman", "predict", str(model.directory), "--input", "-"],
        input="the\tX\nrun\tX\n\nthe\tX\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said = [json.loads(line)["words"] for line in done.stdout.splitlines()]
    assert said == [["the", "run"], ["the"]]


def test_a_named_column_that_conllu_lacks_is_asked_for(tmp_path):
    four = columns(tmp_path, names(), "four.conll", " ", ("NN", "I-NP"))
    model = elman.train(four, tmp_path / "m", **FAST)
    source = write(tmp_path, rows=sentences(3))
    with pytest.raises(OptionError, match='--column "ner": the file has 10 columns'):
        predict_file(model, source, {}, output=tmp_path / "o.conllu")
    predict_file(model, source, {"column": "MISC"}, output=tmp_path / "o.conllu")
    lines = (tmp_path / "o.conllu").read_text().splitlines()
    assert {len(line.split("\t")) for line in lines if line and line[0] != "#"} == {10}


def test_letters_without_a_kind_mark_spans_of_one():
    assert scheme_of([["S", "B", "E"], ["B", "M", "E"]]) == "BIOES"
    assert spans_of(["S", "B", "M", "E"]) == [("", 0, 1), ("", 1, 4)]
    assert scheme_of([["B", "NOUN"]]) is None


def test_strict_means_as_the_scheme_says():
    """IOB1 begins a span by B only right after another one of its kind."""
    assert spans_of(["O", "B-A", "I-A"], "IOB1") == []
    assert spans_of(["I-A", "B-A", "I-A"], "IOB1") == [("A", 0, 1), ("A", 1, 3)]
    assert spans_of(["I-B", "B-A"], "IOB1") == [("B", 0, 1)]


def test_accents_are_the_same_however_they_are_written(tmp_path):
    plain = sentences(60)
    rows = [([word.replace("o", "ö") for word in words], tags) for words, tags in plain]
    apart = [([unicodedata.normalize("NFD", word) for word in words], tags) for words, tags in rows]
    model = elman.train(write(tmp_path, rows=rows), tmp_path / "m", **FAST)
    for (one, _), (other, _) in zip(rows[:9], apart, strict=False):
        assert model.predict([one])[0].tags == model.predict([other])[0].tags
        assert model.codec.encode(one).steps.tolist() == model.codec.encode(other).steps.tolist()


def test_a_missing_word_is_not_the_word_none():
    X, y = map(list, zip(*sentences(60), strict=True))
    X[5] = [*X[5][:-1], None]
    y[6] = [float("nan"), *y[6][1:]]
    rows = read((X, y), TagOptions(), Listener())
    assert rows.facts["rejected"] == 2


def test_a_long_chain_of_signs_is_split():
    known = {"a", "/"}
    assert split_words("a/" * 1500 + "a", known.__contains__) == ["a", "/"] * 1500 + ["a"]


def test_one_word_a_line_without_a_gap_are_texts(model, tmp_path):
    target = tmp_path / "out.jsonl"
    predict_file(model, save(tmp_path, "yes\nrun!\n", "words.txt"), {}, output=target)
    words = [json.loads(line)["words"] for line in target.read_text().splitlines()]
    assert words == [["yes"], ["run", "!"]]


def test_a_turkish_file_is_read_with_its_own_capitals(tmp_path):
    """At the beginning of a sentence a word is known as within it, and so it is when loaded."""
    small = [("ışık", "NOUN"), ("için", "ADP"), ("iyi", "ADJ"), ("kapı", "NOUN"), ("ılık", "ADJ")]
    random, rows = np.random.default_rng(6), []
    for _ in range(120):
        picked = [small[k] for k in random.integers(0, 5, 6)]
        rows.append(([word for word, _ in picked], [tag for _, tag in picked]))
    data = columns(tmp_path, rows, "turkish.txt")
    elman.train(data, tmp_path / "m", **FAST)
    model = elman.load(tmp_path / "m")
    assert model.codec.input.dotless
    assert all(map(model.codec.knows, ["IŞIK", "Işık", "İÇİN", "İyi", "Ilık", "KAPI"]))
    assert not model.codec.knows("Işik")
    (said,) = model.predict([["İyi", "ışık", "için"]])
    assert said.tags == ("ADJ", "NOUN", "ADP")


def test_other_files_keep_the_usual_capitals(model):
    assert not model.codec.input.dotless
    assert model.codec.knows("RUN")
