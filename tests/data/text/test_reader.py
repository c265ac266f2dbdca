"""Rows reach the disk as numbers, all of them or counted as skipped."""

import json
import random
import tracemalloc

import numpy as np
import pytest

from elman.data.text.corpus import Corpus
from elman.data.text.reader import read_corpus, texts_of
from elman.data.text.words import tokenize
from elman.errors import DataError, OptionError, WorkError

# Lengths from 1 to 40 words, one row with U+0085 inside, classes 9 and 10 that sort as numbers.
_random = random.Random(1)
WORDS = ["good", "bad", "film", "don't", "!", ",", "中文", "caf\xe9", "end\x85less", "\u2028"]
TEXTS = [" ".join(_random.choices(WORDS, k=k)) for k in (1, 2, 3, 5, 8, 13, 21, 34, 40, 1)]
PAIRS = [(text, "10" if n % 3 else "9") for n, text in enumerate(TEXTS)]


def _words(corpus, row):
    return [corpus.word_types[n] for n in corpus.row(row)]


def _write(path, records):
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


@pytest.mark.parametrize("chunk", [4, 2**20])
def test_rows_come_back_word_for_word(tmp_path, monkeypatch, chunk):
    for module in ("elman.data.text.spool", "elman.data.large"):
        monkeypatch.setattr(f"{module}.CHUNK", chunk)
    corpus = read_corpus(PAIRS, tmp_path / "work")
    assert len(corpus) == 10
    assert [_words(corpus, n) for n in range(10)] == [tokenize(text) for text in TEXTS]
    assert corpus.lengths.tolist() == [len(tokenize(text)) for text in TEXTS]
    assert corpus.tokens.dtype == np.int32
    assert isinstance(corpus.tokens, np.memmap)
    assert corpus.classes == ("9", "10")
    assert corpus.class_ids.tolist() == [0 if c == "9" else 1 for _, c in PAIRS]
    assert corpus.lines.tolist() == list(range(1, 11))
    assert not corpus.multi_label


def test_classes_sort_as_words_unless_all_are_whole_numbers(tmp_path):
    corpus = read_corpus([("a", "b"), ("c", "10"), ("d", "9"), ("e", "b")], tmp_path)
    assert corpus.classes == ("10", "9", "b")
    assert corpus.class_ids.tolist() == [2, 0, 1, 2]


def test_hashes_are_equal_for_equal_words_only(tmp_path):
    texts = ["A good film", "a  good\nfilm", "a good films", "a goodfilm"]
    corpus = read_corpus(zip(texts, "abab", strict=True), tmp_path)
    codes = [bytes(row) for row in corpus.hashes]
    assert codes[0] == codes[1]
    assert len(set(codes)) == 3


def test_several_labels_a_row(tmp_path):
    path = tmp_path / "r.txt"
    path.write_text("__label__b __label__a one\n__label__b two\n__label__c __label__c three\n")
    corpus = read_corpus(path, tmp_path / "work")
    assert corpus.multi_label
    assert corpus.classes == ("a", "b", "c")
    assert corpus.indicator.tolist() == [
        [True, True, False],
        [False, True, False],
        [False, False, True],
    ]
    assert len(set(corpus.class_ids.tolist())) == 3


def test_lists_of_one_label_are_single_labels(tmp_path):
    path = _write(
        tmp_path / "r.jsonl", [{"text": "a", "label": ["x"]}, {"text": "b", "label": "y"}]
    )
    corpus = read_corpus(path, tmp_path / "work")
    assert not corpus.multi_label
    assert corpus.class_ids.tolist() == [0, 1]
    assert corpus.indicator.tolist() == [[True, False], [False, True]]


def test_every_row_left_out_is_counted(tmp_path):
    path = tmp_path / "r.csv"
    rows = ["good film,1", "x", ",0", "bad,", "<br />,1", "fine,0", *["so so,1"] * 8, "well, "]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    corpus = read_corpus(path, tmp_path / "work")
    skipped = corpus.skipped
    assert skipped.counts == {"unreadable row": 1, "empty text": 2, "missing label": 2}
    assert skipped.lines == {"unreadable row": [3], "empty text": [4, 6], "missing label": [5, 16]}
    assert skipped.examples == ["line 3: 1 fields where the header has 2"]
    assert len(corpus) + skipped.total == len(rows)
    assert corpus.lines.tolist() == [2, 7, *range(8, 16)]


def test_missing_texts_are_empty_and_what_is_no_text_is_unreadable(tmp_path):
    rows = [{"text": f"row {n}", "label": "ab"[n % 2]} for n in range(8)]
    rows += [{"text": None, "label": "a"}, {"label": "b"}, {"text": None, "label": None}]
    rows += [{"text": ["x"], "label": "a"}, {"text": "x", "label": {"k": 1}}]
    skipped = read_corpus(_write(tmp_path / "r.jsonl", rows), tmp_path / "work").skipped
    assert skipped.counts == {"empty text": 2, "missing label": 1, "unreadable row": 2}
    assert skipped.lines["empty text"] == [9, 10]
    assert skipped.examples == [
        "line 12: a list where a text belongs",
        "line 13: a dict where a label belongs",
    ]


def test_texts_of_a_file_need_no_labels(tmp_path):
    rows = [{"text": "one"}, {"text": None}, {"text": ["x"]}, {"text": "", "label": "a"}]
    path = _write(tmp_path / "r.jsonl", rows)
    with open(path, "a") as file:
        file.write("no json\n")
    assert list(texts_of(path)) == ["one", ""]
    assert list(texts_of(path, text="label")) == ["a"]


def test_limit_rows_stops_at_usable_rows(tmp_path):
    pairs = [("a", "x"), ("", "x"), ("b", "y"), ("c", "z")]
    corpus = read_corpus(pairs, tmp_path, limit_rows=2)
    assert corpus.lines.tolist() == [1, 3]
    assert corpus.classes == ("x", "y")


def test_progress_counts_rows_read(tmp_path, monkeypatch):
    monkeypatch.setattr("elman.data.text.reader.PROGRESS_ROWS", 4)
    calls = []
    read_corpus(PAIRS, tmp_path, progress=calls.append)
    assert calls == [4, 8]


def test_test_file_uses_the_numbers_of_training(tmp_path):
    rows = [{"body": "a b", "kind": "x", "label": "no"}, {"body": "c", "kind": "y", "label": "no"}]
    train = read_corpus(
        _write(tmp_path / "train.jsonl", rows), tmp_path / "1", text="body", label="kind"
    )
    more = [{"label": "no", "kind": "y", "body": "c a new b"}]
    test = read_corpus(_write(tmp_path / "test.jsonl", more), tmp_path / "2", like=train)
    assert test.word_types == ["a", "b", "c", "new"]
    assert test.row(0).tolist() == [2, 0, 3, 1]
    assert test.classes == ("x", "y")
    assert test.class_ids.tolist() == [1]
    assert train.word_types == ["a", "b", "c"]
    more[0]["kind"] = "z"
    message = r'test.jsonl: no row has a class that training saw; .*line 1: class "z".*x, y'
    with pytest.raises(DataError, match=message):
        read_corpus(_write(tmp_path / "test.jsonl", more), tmp_path / "2", like=train)
    more[0]["kind"] = ["x", "y"]
    with pytest.raises(DataError, match=r"line 1: labels x, y; the training data has one"):
        read_corpus(_write(tmp_path / "test.jsonl", more), tmp_path / "2", like=train)


def test_known_classes_are_a_corpus_of_no_rows(tmp_path):
    columns = read_corpus(PAIRS, tmp_path / "1").columns
    known = Corpus.known(("z", "a"), columns, multi_label=False)
    assert len(known) == 0
    corpus = read_corpus([("b new", "a"), ("new", "a")], tmp_path / "2", like=known)
    assert corpus.row(0).tolist() == [0, 1]
    assert corpus.classes == ("z", "a")
    assert corpus.targets.tolist() == [1, 1]
    with pytest.raises(DataError, match=r'no row has a class that training saw; .* class "x"'):
        read_corpus([("b", "x")], tmp_path / "2", like=known)


def test_reading_again_into_a_directory_leaves_the_older_arrays_whole(tmp_path):
    first = read_corpus(PAIRS, tmp_path)
    before = first.tokens.tolist()
    read_corpus([("z", "1"), ("y", "2")], tmp_path)
    assert first.tokens.tolist() == before


def test_labels_that_are_no_classes_are_refused_early(tmp_path):
    def endless():
        for n in range(10**9):
            yield f"text {n}", str(n)

    with pytest.raises(DataError, match="more than 1,000 different values"):
        read_corpus(endless(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_wrong_column_names_the_others(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("id,text,mood,label\n" + "".join(f"{n},a b,m,{n}\n" for n in range(20)))
    with pytest.raises(DataError, match=r'"label" has 20 .* Name it with --label: id, mood\.'):
        read_corpus(path, tmp_path / "work")


def test_what_is_no_pair_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"row 2: 'text' is not a pair of text and label"):
        read_corpus([("a", "b"), "text"], tmp_path)


def test_unwritable_directory_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match=r"tokens\.i32: could not be written .*choose a directory"):
        read_corpus(PAIRS, tmp_path / "file" / "work")


def test_memory_grows_with_the_dictionary_not_with_the_rows(tmp_path, monkeypatch):
    for module in ("elman.data.text.spool", "elman.data.large"):
        monkeypatch.setattr(f"{module}.CHUNK", 2**10)
    pairs = ((f"{'word ' * 100}{n % 7}", str(n % 2)) for n in range(2500))
    tracemalloc.start()
    corpus = read_corpus(pairs, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert corpus.tokens.nbytes + corpus.hashes.nbytes > 1_000_000
    assert peak < 300_000


def test_a_fifth_of_unreadable_rows_is_the_most(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("text,label\n" + "a b,1\nc d,0\n" * 4 + "x\n" * 2)
    assert read_corpus(path, tmp_path / "work").skipped.total == 2
    path.write_text("text,label\n" + "a b,1\nc d,0\n" * 15 + "x\n" * 8)
    with pytest.raises(DataError, match="8 of 38 rows cannot be read"):
        read_corpus(path, tmp_path / "work")


def test_labels_that_hardly_repeat_are_refused_from_eight_rows_on(tmp_path):
    pairs = [("a text", str(min(n, 4))) for n in range(8)]
    assert len(read_corpus(pairs[:7], tmp_path).classes) == 5
    with pytest.raises(DataError, match="5 different values in 8 rows"):
        read_corpus(pairs, tmp_path)


def test_rows_of_one_label_stay_sets_where_training_had_several(tmp_path):
    train = read_corpus([("a", ["x", "y"]), ("b", ["y"]), ("c", ["x"])], tmp_path / "1")
    test = read_corpus([("b", "y"), ("a", "x")], tmp_path / "2", like=train)
    assert test.multi_label
    assert train.targets.tolist() == [[1, 1], [0, 1], [1, 0]]
    assert test.targets.tolist() == [[0, 1], [1, 0]]


def test_a_row_of_a_new_class_is_counted_and_the_rest_is_read(tmp_path):
    known = Corpus.known(
        ("neg", "pos"), read_corpus(PAIRS, tmp_path / "1").columns, multi_label=False
    )
    pairs = [("a", "Pos"), ("b", "neutral"), ("c", "neg"), ("d", "other")]
    corpus = read_corpus(pairs, tmp_path / "2", like=known)
    assert corpus.targets.tolist() == [1, 0]
    assert corpus.skipped.counts == {"class that training never saw": 2}
    assert corpus.skipped.examples == ['line 2: class "neutral"', 'line 4: class "other"']


@pytest.mark.parametrize(
    ("labels", "classes", "numbers"),
    [
        (["Pos", "neg", "pos", "pos", "NEG", "neg"], ("neg", "pos"), [1, 0, 1, 1, 0, 0]),
        (["1", "0", "1.0", 1.0, 0, "0"], ("0", "1"), [1, 0, 1, 1, 0, 0]),
        (["1", "0", "True", "false", True, False], ("0", "1"), [1, 0, 1, 0, 1, 0]),
        (
            ["True", "false", "true", "False", "TRUE", "false"],
            ("True", "false"),
            [0, 1, 0, 1, 0, 1],
        ),
        (["true", "1", "2", "true", "1", "2"], ("1", "2", "true"), [2, 0, 1, 2, 0, 1]),
    ],
)
def test_spellings_of_one_label_are_one_class(tmp_path, labels, classes, numbers):
    corpus = read_corpus([("a b", label) for label in labels], tmp_path)
    assert corpus.classes == classes
    assert corpus.class_ids.tolist() == numbers
    spelt = len({str(name) for name in labels}) > len(classes) and "1.0" not in labels
    assert bool(corpus.notes) == spelt


@pytest.mark.parametrize(
    ("known", "given", "numbers"),
    [
        (("0", "1"), ["true", "False", "1.0", "0"], [1, 0, 1, 0]),
        (("False", "True"), [1, "0", "true", "FALSE"], [1, 0, 1, 0]),
        (("A", "a"), ["A", "a"], [0, 1]),  # a model that keeps them apart goes on to
        (("neg", "pos"), ["Pos", " NEG "], [1, 0]),
    ],
)
def test_known_classes_are_met_in_other_spellings(tmp_path, known, given, numbers):
    columns = read_corpus(PAIRS, tmp_path / "1").columns
    like = Corpus.known(known, columns, multi_label=False)
    corpus = read_corpus([("a b", label) for label in given], tmp_path / "2", like=like)
    assert corpus.targets.tolist() == numbers


def test_rows_without_any_of_several_labels_are_rows(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("text,toxic,rude\n" + "one two,1,0\nthree four,0,0\nfive six,1,1\n" * 5)
    corpus = read_corpus(path, tmp_path / "work", label="toxic,rude")
    assert corpus.multi_label
    assert corpus.indicator[:3].tolist() == [[False, True], [False, False], [True, True]]
    assert corpus.classes == ("rude", "toxic")


def test_one_label_or_none_is_several(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("text,toxic,rude\n" + "one two,1,0\nthree four,0,0\nfive six,0,1\n" * 5)
    corpus = read_corpus(path, tmp_path / "work", label="toxic,rude")
    assert corpus.multi_label
    assert corpus.indicator[1].tolist() == [False, False]


def test_a_lost_label_column_is_not_replaced_by_any_other(tmp_path):
    columns = read_corpus(PAIRS, tmp_path / "1").columns
    known = Corpus.known(("neg", "pos"), columns, multi_label=False)
    rows = [{"text": f"word {n}", "country": ["fr", "de"][n % 2]} for n in range(20)]
    path = _write(tmp_path / "r.jsonl", rows)
    with pytest.raises(OptionError, match=r'label column "label" .* no other holds its classes'):
        read_corpus(path, tmp_path / "2", like=known)
    for row in rows:
        row["mood"] = "pos" if row["country"] == "fr" else "Neg"
    _write(path, rows)
    corpus = read_corpus(path, tmp_path / "2", like=known)
    assert corpus.columns.labels == ("mood",)
