"""Rows that are read many at a time are those that are read one by one, faults and all."""

from __future__ import annotations

import pytest

from elman.data.tables import lines, records
from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row, Rows
from elman.data.text.reader import read_corpus
from elman.errors import ElmanError
from tests.data.tables.dirty import dirty

SEEDS = range(300)


def rows_of(path, header=None):
    """What a table yields up to the end, or to the error that ends it."""
    found = []
    try:
        found.extend(open_table(path, header=header).rows())
    except ElmanError as error:
        found.append(str(error))
    return found


def carefully(number, lines, dialect, usual):
    return records.Stretch((), ()), 0


@pytest.mark.parametrize("block", [1, 50, 2**16])
def test_records_of_a_block_are_those_read_one_by_one(tmp_path, monkeypatch, block):
    path = tmp_path / "r.csv"
    kinds = set()
    for seed in SEEDS:
        path.write_bytes(dirty(seed))
        with monkeypatch.context() as patched:
            patched.setattr(records, "_at_once", carefully)
            header = (None, False)[seed % 2]
            wanted = rows_of(path, header)
        with monkeypatch.context() as patched:
            patched.setattr(lines, "_BLOCK_BYTES", block)
            assert rows_of(path, header) == wanted, seed
        kinds |= {type(one) for one in wanted}
    assert kinds == {Row, Reject, str}


def test_clean_records_come_together(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("text,label\n" + 'a,x\n"b\nc",y\n' * 50)
    (found,) = open_table(path).read()
    assert isinstance(found, Rows)
    assert len(found) == 100
    assert list(found.lines[:4]) == [2, 3, 5, 6]
    assert list(found.each(slice(1, 2))) == [Row(3, {"text": "b\nc", "label": "y"})]


def test_after_a_fault_records_come_together_again(tmp_path):
    path = tmp_path / "r.csv"
    row = "some words,x\n"
    path.write_text("text,label\n" + row * 50 + 'a "b",x\n"a"b,x\n' + row * 20_000)
    found = list(open_table(path).read())
    assert [one.line for one in found if isinstance(one, Reject)] == [53]
    assert sum(len(one) for one in found if isinstance(one, Rows)) == 20_051
    # the rest of the block with the fault is read with care; the others are not
    assert len([one for one in found if isinstance(one, Rows) and len(one) > 4000]) >= 3


def corpus_of(path, place, how):
    try:
        found = read_corpus(path, place, text="text", label="label", **how)
    except ElmanError as error:
        return str(error)
    arrays = (found.tokens, found.offsets, found.labels, found.label_offsets, found.lines)
    groups = found.groups and (found.groups.keys.tolist(), found.groups.names)
    return (
        [array.tolist() for array in (*arrays, found.hashes)],
        (found.word_types, found.classes, found.multi_label, found.notes),
        (found.skipped, found.belonging, groups),
    )


@pytest.mark.parametrize("group", [None, "film"])
def test_a_corpus_is_the_one_read_row_by_row(tmp_path, group):
    path, known = tmp_path / "r.csv", tmp_path / "known.csv"
    known.write_text("text,label,film\n" + "good,pos,a\nbad,neg,b\n" * 6)
    like = read_corpus(known, tmp_path / "known", text="text", label="label")
    read = 0
    for seed in SEEDS[:90]:
        path.write_bytes(dirty(seed))
        how = {"group": group, "like": like if seed % 3 == 0 else None}
        how["split"] = (None, "|")[seed % 2] if how["like"] is None else None
        wanted = corpus_of(path, tmp_path / "a", how | {"limit_rows": 10**9})
        assert corpus_of(path, tmp_path / "b", how) == wanted, seed
        read += not isinstance(wanted, str)
    assert read > 40
