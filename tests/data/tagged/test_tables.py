"""Tables of sentences that are words already."""

from __future__ import annotations

import json

import polars
import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.data.tagged.tables import read_table, token_columns
from elman.errors import DataError, OptionError

ROWS = [
    {"id": 1, "tokens": ["New", "York", "is", "big"], "ner_tags": ["B-LOC", "I-LOC", "O", "O"]},
    {"id": 2, "tokens": ["so", "it", "is"], "ner_tags": ["O", "O", "O"]},
]


def jsonl(folder, rows):
    path = folder / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return open_table(path)


def test_lists_of_json_lines_and_of_parquet_are_sentences(tmp_path):
    found = read_table(jsonl(tmp_path, ROWS))
    assert found.sentences[0].words == ("New", "York", "is", "big")
    assert found.sentences[0].tags == ("B-LOC", "I-LOC", "O", "O")
    assert [s.line for s in found.sentences] == [1, 2]
    assert found.said == 'words: "tokens", tags: "ner_tags"'
    polars.DataFrame(ROWS).write_parquet(tmp_path / "a.parquet")
    packed = read_table(open_table(tmp_path / "a.parquet"))
    assert [s.words for s in packed.sentences] == [s.words for s in found.sentences]


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("New York is big", "B-LOC I-LOC O O"),
        ('["New", "York", "is", "big"]', '["B-LOC", "I-LOC", "O", "O"]'),
        ("['New', 'York', 'is', 'big']", "['B-LOC', 'I-LOC', 'O', 'O']"),
        ("['New' 'York' 'is'\n 'big']", "['B-LOC' 'I-LOC' 'O' 'O']"),
    ],
)
def test_cells_of_text_are_parted_however_they_were_written(tmp_path, words, tags):
    path = tmp_path / "a.csv"
    quoted = (cell.replace('"', '""') for cell in (words, tags))
    path.write_text('Sentence,POS\n"{}","{}"\n'.format(*quoted), encoding="utf-8")
    (sentence,) = read_table(open_table(path)).sentences
    assert sentence.words == ("New", "York", "is", "big")
    assert sentence.tags == ("B-LOC", "I-LOC", "O", "O")


def test_unequal_counts_and_empty_words_are_rejects_with_their_line(tmp_path):
    rows = [
        *ROWS,
        {"id": 3, "tokens": ["a", "b"], "ner_tags": ["O"]},
        {"id": 4, "tokens": [], "ner_tags": []},
        {"id": 5, "tokens": ["a", ""], "ner_tags": ["O", "O"]},
        {"id": 6, "tokens": ["a"], "ner_tags": [None]},
    ]
    found = read_table(jsonl(tmp_path, rows))
    assert len(found.sentences) == 2
    assert [(r.line, r.reason) for r in found.rejects] == [
        (3, "2 words and 1 tags"), (4, "no word"), (5, "an empty word"), (6, "an empty tag"),
    ]  # fmt: skip
    with pytest.raises(
        DataError, match=r'line 1: 2 words and 1 tags; .* list of words in "tokens"'
    ):
        read_table(jsonl(tmp_path, rows[2:3]))


def test_columns_are_named_or_found(tmp_path):
    table = jsonl(tmp_path, [row | {"other": ["x"] * len(row["tokens"])} for row in ROWS])
    assert read_table(table, tags="other").sentences[1].tags == ("x",) * 3
    with pytest.raises(OptionError, match=r'--column: no column "ner_tag".*ner_tags'):
        read_table(table, tags="ner_tag")
    with pytest.raises(DataError, match="no column of tags, --column NAME; the columns"):
        read_table(jsonl(tmp_path, [{"a": 1, "words": ["b"]}]))


def test_a_row_shows_whether_it_is_of_words_and_tags():
    assert token_columns(Row(1, ROWS[0])) == ("tokens", "ner_tags")
    assert token_columns(Row(1, {"Text": "a b", "pos": "X Y"})) == ("Text", "pos")
    assert token_columns(Row(1, {"text": "good", "label": "1"})) is None
    assert token_columns(Row(1, {"text": "a good film", "label": "pos"})) is None
    assert token_columns(Row(1, {"tokens": ["a"], "other": ["X"]})) is None
