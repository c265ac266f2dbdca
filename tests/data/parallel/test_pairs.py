"""Pairs come from two files or two columns; what does not belong together is said by name."""

from __future__ import annotations

import gzip
import json
import unicodedata

import pytest

from elman.data.parallel.columns import Sides, choose_sides
from elman.data.parallel.pairs import Pair, read_files, read_table
from elman.data.parallel.sides import Languages, check_sides, wrong_way_round
from elman.data.tables.formats import open_table
from elman.data.tables.held import table_of
from elman.errors import DataError

GERMAN = ["Ein Mann schläft.", "Zwei Hunde rennen.", "Die Frau liest ein Buch.", "Er ist im Park."]
ENGLISH = ["A man sleeps.", "Two dogs run.", "The woman reads a book.", "He is in the park."]


def written(place, name, lines):
    path = place / name
    opened = gzip.open if name.endswith(".gz") else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        file.write("".join(line + "\n" for line in lines))
    return path


def test_lines_of_two_files_are_pairs_with_their_lines(tmp_path):
    source = written(
        tmp_path, "train.de.gz", [GERMAN[0], "", GERMAN[1], "  ", GERMAN[0], "Hm \u2028 so"]
    )
    target = written(
        tmp_path, "train.en", [ENGLISH[0], "Lost.", ENGLISH[1], "", ENGLISH[0] + "\r", "Hm so"]
    )
    found = read_files(source, target)
    assert found.pairs == [
        Pair(1, GERMAN[0], ENGLISH[0]),
        Pair(3, GERMAN[1], ENGLISH[1]),
        Pair(5, GERMAN[0], ENGLISH[0]),
        Pair(6, "Hm so", "Hm so"),
    ]
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (2, "empty in train.de.gz"),
        (4, "empty in train.de.gz and train.en"),
    ]
    assert found.copies == 1
    assert found.equal == [6]
    assert found.notes() == [
        "train.de.gz and train.en: 1 left out, empty in train.de.gz (line 2)",
        "train.de.gz and train.en: 1 left out, empty in train.de.gz and train.en (line 4)",
        "train.de.gz and train.en: 1 pairs stand there more than once",
        "train.de.gz and train.en: the two sides of 1 pairs are the same text (line 6)",
    ]


@pytest.mark.parametrize("short", [0, 1])
def test_files_of_unequal_length_are_refused_with_both_counts(tmp_path, short):
    lines = [GERMAN[:2], ENGLISH] if short == 0 else [GERMAN, ENGLISH[:2]]
    source, target = (written(tmp_path, name, own) for name, own in zip("ab", lines, strict=True))
    names = [source, target] if short == 0 else [target, source]
    with pytest.raises(DataError) as caught:
        read_files(source, target)
    assert f"{names[0]} has 2 lines and {names[1]} has 4" in str(caught.value)


def test_one_file_twice_and_files_without_a_pair_are_refused(tmp_path):
    source = written(tmp_path, "a", ["", "x"])
    with pytest.raises(DataError, match="are one file"):
        read_files(source, tmp_path / "." / "a")
    target = written(tmp_path, "b", ["y", " "])
    with pytest.raises(DataError, match=r"no pair of sentences is left \(1 empty in a; 1 empty"):
        read_files(source, target)
    with pytest.raises(DataError, match="missing"):
        read_files(source, tmp_path / "missing")


def test_columns_of_a_file_and_of_what_a_program_holds_are_pairs(tmp_path):
    path = written(tmp_path, "x.tsv", ["n\tde\ten", f"1\t{GERMAN[0]}\t{ENGLISH[0]}", "2\t\tLost."])
    table = open_table(path)
    found = read_table(table, choose_sides(table, "de", "en"))
    assert found.pairs == [Pair(2, GERMAN[0], ENGLISH[0])]
    assert found.rejects[0].line == 3
    assert found.rejects[0].reason == 'empty in "de"'
    held = table_of({"source": [*GERMAN, None], "target": [*ENGLISH, "x"]})
    found = read_table(held, choose_sides(held))
    assert [pair.target for pair in found.pairs] == ENGLISH
    assert found.skipped == {'empty in "source"': 1}


def test_what_is_no_text_is_left_out_and_counted():
    rows = {
        "source": ["Ein \ud83d Hund.", "Ein 🐕.", "Eine\0 Katze.", "\udc00", "Zwei."],
        "target": ["A dog.", "A 🐕.", "A cat.", "\0", "Two \udfff."],
    }
    table = table_of(rows)
    found = read_table(table, choose_sides(table))
    assert found.pairs == [Pair(2, "Ein 🐕.", "A 🐕.")]
    half, nul = "holds half a character, a lone surrogate", "holds a NUL byte"
    assert [(one.line, one.reason) for one in found.rejects] == [
        (1, half),
        (3, nul),
        (4, nul),
        (5, half),
    ]
    assert found.skipped == {half: 2, nul: 2}


def test_letters_and_their_marks_are_one_text_however_they_are_written():
    parts = [unicodedata.normalize(form, "Größe für Ärzte") for form in ("NFC", "NFD")]
    assert parts[0] != parts[1]
    table = table_of({"source": parts, "target": ["café", "cafe\u0301"]})
    found = read_table(table, choose_sides(table))
    assert found.pairs == [Pair(n, "Größe für Ärzte", "café") for n in (1, 2)]
    assert found.copies == 1


@pytest.mark.parametrize(
    ("columns", "named", "wanted"),
    [
        ("id de en", ("de", "en"), ("de", "en")),
        ("de en", (None, None), ("de", "en")),
        ("de en", ("en", None), ("en", "de")),
        ("de en", (None, "de"), ("en", "de")),
        ("id Target SOURCE", (None, None), ("SOURCE", "Target")),
        ("id text translation x", (None, None), ("text", "translation")),
    ],
)
def test_columns_are_those_named_or_those_that_say_so(columns, named, wanted):
    table = table_of({name: ["x"] for name in columns.split()})
    assert choose_sides(table, *named) == Sides(*wanted)


@pytest.mark.parametrize(
    ("columns", "named", "said"),
    [
        ("id de en", (None, None), "Name them: --text COLUMN --target COLUMN"),
        ("id de en", ("de", None), "Name them"),
        ("source target", ("sorce", None), 'Did you mean "source"'),
        ("source target", (None, "tarjet"), '--target "tarjet" is no column'),
        ("de en", ("de", "de"), "both name"),
    ],
)
def test_columns_that_nothing_tells_are_asked_for(columns, named, said):
    table = table_of({name: ["x"] for name in columns.split()})
    with pytest.raises(DataError, match=said):
        choose_sides(table, *named)


def pairs(sources, targets):
    return [Pair(n, *both) for n, both in enumerate(zip(sources, targets, strict=True), start=2)]


LANGUAGES = Languages.of(pairs(GERMAN * 8, ENGLISH * 8))


def test_words_speak_for_the_side_they_stand_on():
    assert LANGUAGES.words["ein"] > 1.5
    assert LANGUAGES.words["the"] < -1.5
    assert "." not in LANGUAGES.words
    assert LANGUAGES.lean("Ein Hund ist im Haus") > 1
    assert LANGUAGES.lean("The dogs sleeps") < -1
    assert LANGUAGES.lean("12 xyz!") == 0


def test_languages_come_back_from_json_and_nothing_else_is_taken():
    assert Languages.from_json(json.loads(json.dumps(LANGUAGES.to_json()))) == LANGUAGES
    for wrong in ([], {"words": []}, {"words": {"a": "b"}}, {"words": {"a": 5}}, {"w": {}}):
        with pytest.raises(ValueError, match=r"sides are|speaks by"):
            Languages.from_json(wrong)


def test_pairs_on_the_wrong_side_are_found_among_right_ones():
    mixed = pairs([*GERMAN, ENGLISH[0], "xyz", ENGLISH[1]], [*ENGLISH, GERMAN[0], "abc", "Two"])
    assert wrong_way_round(LANGUAGES, mixed) == [6]
    said = check_sides(LANGUAGES, mixed, "x.tsv", ["de", "en"])
    assert said == "x.tsv: 1 pairs look as if their sides were changed over (line 6)"
    assert check_sides(LANGUAGES, pairs(GERMAN, ENGLISH), "x.tsv", ["de", "en"]) == ""


def test_sides_that_are_changed_over_are_refused_by_name():
    with pytest.raises(
        DataError, match=r"train\.en has the words of the language that is translated"
    ):
        check_sides(LANGUAGES, pairs(ENGLISH, GERMAN), "both", ["train.en", "train.de"])


def test_nothing_is_said_where_both_sides_are_one_language():
    same = Languages.of(pairs(ENGLISH * 8, ENGLISH[::-1] * 8))
    assert same.words == {}
    assert wrong_way_round(same, pairs(ENGLISH, GERMAN)) == []
