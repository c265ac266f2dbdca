"""A file that cannot be used ends in a DataError that names file, line and remedy."""

import contextlib
import gzip
import os
import random
import tracemalloc

import pytest

from elman.data.tables.formats import open_table
from elman.data.text.reader import read_corpus
from elman.errors import DataError, InputError

GOOD = b"text,label\n" + b"a fine film,1\na bad film,0\n" * 10

# name of the file, its bytes, what the message must say
FILES = {
    "empty": ("r.csv", b"", r"r\.csv: the file is empty"),
    "empty-gz": ("r.csv.gz", gzip.compress(b""), r"r\.csv\.gz: the file is empty"),
    "nothing-gz": ("r.csv.gz", b"", r"r\.csv\.gz: the file is empty"),
    "header-only": ("r.csv", b"text,label\n", r"r\.csv: no column looks|no usable row among 0"),
    "blank-lines": ("r.csv", b"\n\n\n", r"r\.csv, line 1: no column names"),
    "cp1252": (
        "r.csv",
        GOOD + "caf\xe9,1\n".encode("cp1252"),
        r"r\.csv, line 22: byte 0xE9 at position 4 is not UTF-8\. .*--encoding cp1252",
    ),
    "cp1252-in-text": ("r.txt", b"__label__a x\n__label__b \xe9\n", r"r\.txt, line 2: byte 0xE9"),
    "utf-16-cut": ("r.csv", "text,label\na,1\n".encode("utf-16")[:-1], r"is not UTF-16"),
    "many-ragged": (
        "r.csv",
        GOOD + b"a,b,c\n" * 6,
        r"6 of 26 rows cannot be read \(line 22: 3 fiel",
    ),
    "many-nul": (
        "r.csv",
        GOOD + b"a\0b,1\n" * 6,
        r"6 of 26 rows cannot be read \(line 22: holds a NUL",
    ),
    "bad-json": (
        "r.jsonl",
        b'{"text": "a b", "label": "x"}\n{"text": "a b"\n[1]\n',
        r"2 of 3 rows cannot be read \(line 2: not JSON: .*; line 3: list, not a JSON object",
    ),
    "json-array": (
        "r.json",
        b'[{"text": "a"}]',
        r"r\.json: no JSON object .* jq -c '\.\[\]' r\.json",
    ),
    "json-deep": ("r.jsonl", b"[" * 200_000 + b"\n", r"r\.jsonl: no JSON object"),
    "half-character": (
        "r.jsonl",
        b'{"text": "a b", "label": "x"}\n{"text": "\\ud83d", "label": "y"}\n',
        r"1 of 2 rows cannot be read \(line 2: .*surrogates not allowed",
    ),
    "gzip-cut": (
        "r.csv.gz",
        gzip.compress(GOOD * 500)[:-200],
        r"gzip data is damaged or cut short",
    ),
    "gzip-junk": ("r.csv.gz", GOOD, r"named \.gz but no gzip data"),
    "gzip-corrupt": (
        "r.csv.gz",
        (lambda z: z[:40] + b"\xff\xff\xff" + z[43:])(gzip.compress(GOOD * 9)),
        r"gzip data is damaged",
    ),
    "excel": ("r.csv", b"PK\x03\x04...", r"the zip data is damaged or cut short"),
    "no-parquet": ("r.parquet", b"PAR1 nonsense", r"r\.parquet: damaged or not parquet"),
    "open-quote": (
        "r.csv",
        GOOD + b'"never closed,1\nno row of its own\n',
        r'line 22: a quote \("\) opens',
    ),
    "two-names": ("r.csv", b"text,label,text\na,1,b\n", r'line 1: two columns are named "text"'),
    "no-name": ("r.csv", b",,\na,1,b\n", r"line 1: the columns have no names"),
    "old-mac": ("r.csv", b"text,label\ra,1\rb,0\r", r"its lines end in CR alone, as on old Macs"),
    "one-class": (
        "r.csv",
        b"text,label\n" + b"a b,1\n" * 9,
        r'column "label" has only the value "1"',
    ),
    "id-as-label": (
        "r.csv",
        b"text,label\n" + b"".join(b"a b,%d\n" % n for n in range(20)),
        r'column "label" has 20 different values in 20 rows',
    ),
    "no-labels": (
        "r.csv",
        b"text,label\n" + b"a b,\n" * 9,
        r"9 × missing label \(line 2, 3, 4, 5, 6\)",
    ),
    "no-words": ("r.csv", b"text,label\n" + b"\x01 \x02,1\n" * 9, r"9 × empty text"),
    "no-header": (
        "r.csv",
        b"".join(b"film number %c,%d\n" % (65 + n, n % 2) for n in range(20)),
        r"line 1: looks like a row",
    ),
    "plain-text": ("r.txt", b"a fine film\na bad film\n", r"one text a line and no labels"),
}


@pytest.mark.parametrize("case", FILES)
def test_bad_file_is_refused_with_place_and_reason(tmp_path, case):
    name, data, message = FILES[case]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError, match=message) as caught:
        read_corpus(path, tmp_path / "work")
    assert name in str(caught.value)
    assert not list(tmp_path.rglob("*.part"))


def test_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "reviews.csv").write_bytes(GOOD)
    with pytest.raises(
        DataError, match=r'revews\.csv: no such file.* Did you mean ".*reviews\.csv"'
    ):
        open_table(tmp_path / "revews.csv")
    with pytest.raises(DataError, match=r"no such file"):
        open_table(tmp_path / "no" / "where.csv")
    with pytest.raises(DataError, match=r"cannot be read: File name too long"):
        open_table("a text in place of a file " * 50)


def test_what_is_not_a_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="not a regular file"):
        open_table(tmp_path / "pipe.csv")


@pytest.mark.parametrize(
    "name", ["r.csv", "r.tsv", "r.jsonl", "r.txt", "r.parquet", "r.csv.gz", "r"]
)
def test_noise_never_gives_a_traceback(tmp_path, name):
    noise = random.Random(name)
    for trial in range(30):
        data = bytearray(
            GOOD if trial % 2 else b'{"text": "a b", "label": "x"}\n__label__a b\n' * 9
        )
        for _ in range(trial):
            data[noise.randrange(len(data))] = noise.randrange(256)
        data = gzip.compress(bytes(data)) if name.endswith("gz") else bytes(data)
        (tmp_path / name).write_bytes(data[: noise.randrange(len(data) + 1)])
        with contextlib.suppress(InputError):
            read_corpus(tmp_path / name, tmp_path / "work")


TABLES = {
    "r.csv": b"text,label\n" + b'"a fine, ""fine"" film",1\na bad film,0\n"two\nlines",1\n' * 9,
    "r.tsv": b"text\tlabel\n" + b"a fine film\t1\na bad film\t0\n" * 9,
    "r.jsonl": b'{"text": "a b", "label": "x"}\n{"text": "c \\u00e9", "label": "y"}\n' * 9,
    "r.txt": b"__label__a a fine film\n__label__b a bad film\n" * 9,
}
MARKS = b'",;\t\n\r\0\\{}[]:_ \xff\xc3\xa9\xef\xbb\xbf\xe2\x80\xa8'


def mutated(data, pick):
    data = bytearray(data)
    for _ in range(pick.choice((1, 2, 5))):
        place = pick.randrange(len(data))
        other = sorted((place, pick.randrange(len(data))))
        piece = data[slice(*other)]
        match pick.randrange(5):
            case 0:
                data[place] = pick.choice(MARKS)
            case 1:
                data[place:place] = bytes([pick.choice(MARKS)]) * pick.choice((1, 3))
            case 2:
                del data[place : place + pick.choice((1, 7))]
            case 3:
                data[place:place] = piece[:40]
            case _:
                data[place] = pick.randrange(256)
    return bytes(data)


def test_every_row_of_a_mutated_file_is_used_or_counted(tmp_path):
    read = 0
    for n in range(500):
        pick = random.Random(n)
        name = pick.choice(list(TABLES))
        (tmp_path / name).write_bytes(mutated(TABLES[name], pick))
        try:
            corpus = read_corpus(tmp_path / name, tmp_path / "work")
        except InputError:
            continue
        rows = sum(1 for _ in open_table(tmp_path / name).rows())
        assert len(corpus) + corpus.skipped.total == rows, n
        read += 1
    assert read > 150


MIB = 2**20
WIDE = {
    "wide header": ("r.csv", b"," * (20 * MIB) + b"\na,b\n", "more than 1,048,576 times"),
    "wide row": ("r.csv", GOOD + b"," * (20 * MIB) + b"\n", "more than 1,048,576 times"),
    "long lines": ("r.csv", (b"a" * (2 * MIB) + b",1\n") * 20, "text|label|column"),
    "deep record": (
        "r.jsonl",
        b'{"text": "a", "label": [' + b"[]," * (8 * MIB) + b"0]}\n",
        "no JSON object in the first lines",
    ),
    "many deep records": (
        "r.jsonl",
        (b'{"text": "a", "label": [' + b"[]," * 200_000 + b"0]}\n") * 20,
        "no JSON object in the first lines",
    ),
}


@pytest.mark.parametrize("case", WIDE)
def test_a_file_takes_little_memory_whatever_is_in_it(tmp_path, case):
    name, data, message = WIDE[case]
    (tmp_path / name).write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=message):
            read_corpus(tmp_path / name, tmp_path / "work")
        assert tracemalloc.get_traced_memory()[1] < 200 * MIB
    finally:
        tracemalloc.stop()
