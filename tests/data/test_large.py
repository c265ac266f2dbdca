"""Many rows are looked at piece by piece: the same answers as at once, and nothing left behind."""

import hashlib

import numpy as np
import pytest

from elman.data import large, split
from elman.data.large import alike, all_but, buckets, counted, drawn, drawn_words, places_of, spans
from elman.data.seen import Seen
from elman.data.split import split_by_content


def hashes_of(texts):
    digests = [hashlib.blake2b(str(text).encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Files of some thousand rows are many here."""
    monkeypatch.setattr(large, "CHUNK", 300)
    monkeypatch.setattr(large, "MANY", 1000)
    monkeypatch.setattr(split, "MANY", 1000)
    monkeypatch.setattr(split, "MOST_HELD", 120)


TEXTS = np.random.default_rng(0).integers(0, 3000, 4000)
HASHES = hashes_of(TEXTS)


def test_spans_are_the_words_of_the_rows_in_their_order():
    offsets = np.cumsum([0, 3, 0, 500, 2, 299, 1, 0])
    rows = np.array([5, 2, 0, 1, 4, 3, 6])
    found = list(spans(offsets, rows))
    assert len(found) == 3
    wanted = [np.arange(offsets[row], offsets[row + 1]) for row in rows]
    assert np.concatenate([at for at, _ in found]).tolist() == np.concatenate(wanted).tolist()
    assert np.concatenate([many for _, many in found]).tolist() == [*map(len, wanted)]


def test_values_are_counted_and_found_in_pieces():
    rows = np.arange(0, 4000, 3)
    assert counted(TEXTS).tolist() == np.bincount(TEXTS).tolist()
    assert (
        counted(TEXTS, rows, kinds=3005).tolist() == np.bincount(TEXTS[rows], None, 3005).tolist()
    )
    assert (
        places_of(TEXTS, np.array([5, 7])).tolist()
        == np.flatnonzero((TEXTS == 5) | (TEXTS == 7)).tolist()
    )


def test_rows_of_one_text_are_drawn_together():
    some = drawn(HASHES, 0.1, "salt")
    assert 0.08 < len(some) / len(HASHES) < 0.12
    assert some.tolist() == np.flatnonzero(np.isin(TEXTS, TEXTS[some])).tolist()
    assert set(some) < set(drawn(HASHES, 0.2, "salt"))
    assert drawn(HASHES, 1, "salt").tolist() == list(range(4000))
    assert {*TEXTS[drawn(HASHES, 0.1, "other")]} != {*TEXTS[some]}


def test_as_many_rows_are_drawn_as_have_the_words():
    offsets = np.arange(4001) * 2
    rows = np.arange(0, 4000, 2)
    few = drawn_words(HASHES, offsets, rows[:900], 301, "salt")
    many = drawn_words(HASHES, offsets, rows, 301, "salt")
    assert len(few) == len(many) == 150
    assert set(few) < set(rows)
    # drawn of a sample as of all at once
    order = np.argsort(large.salted(large.short(HASHES[rows]), "salt"), kind="stable")
    assert many.tolist() == sorted(rows[order[:150]])


def test_buckets_hold_every_row_once_and_texts_together():
    found = list(buckets(HASHES))
    assert len(found) > 8
    assert sorted(np.concatenate(found)) == list(range(4000))
    owner = np.concatenate([np.full(len(rows), n) for n, rows in enumerate(found)])
    texts = TEXTS[np.concatenate(found)]
    assert len({*zip(texts, owner, strict=True)}) == len({*texts})


def test_like_texts_are_found_among_some_rows():
    rows = np.arange(0, 4000, 2)
    wanted = np.flatnonzero(np.isin(TEXTS, TEXTS[:9]))
    assert alike(HASHES, HASHES[:9]).tolist() == wanted.tolist()
    assert alike(HASHES, HASHES[:9], rows).tolist() == wanted[wanted % 2 == 0].tolist()
    assert not len(alike(HASHES, HASHES[:0]))


def test_all_but_some_rows_lie_in_a_file(tmp_path):
    without = np.array([0, 299, 300, 301, 3999])
    found = all_but(4000, without, tmp_path / "rest")
    assert isinstance(found, np.memmap)
    assert found.tolist() == np.setdiff1d(np.arange(4000), without).tolist()


def test_seen_rows_are_gathered_in_pieces(monkeypatch):
    monkeypatch.setattr("elman.data.seen._MOST", 700)
    parts = np.arange(0, 1500), np.arange(2000, 4000)
    found = Seen.of(HASHES, *parts)
    wanted = np.unique(large.short(HASHES[np.concatenate(parts)]))[:700]
    assert found.hashes.tolist() == wanted.tolist()
    assert found.up_to == wanted[-1]


def test_many_rows_are_held_out_as_few_are_but_no_more_than_are_needed(tmp_path):
    classes = np.where(np.arange(4000) % 400 == 7, 2, TEXTS % 2)  # ten rows of the third
    parts = split_by_content(HASHES, classes, fraction=0.1, place=tmp_path)
    assert isinstance(parts.train, np.memmap)
    assert sorted(np.concatenate([parts.train, parts.validation, parts.test])) == list(range(4000))
    for rows in (parts.validation, parts.test):
        assert 95 <= len(rows) <= 150
        assert np.all(np.diff(rows) > 0)
        # no text on both sides, each class by its share, and a rare one all the same
        assert not {*TEXTS[rows]} & {*TEXTS[np.setdiff1d(np.arange(4000), rows)]}
        shares = np.bincount(classes[rows]) / len(rows)
        assert shares[:2] == pytest.approx([0.5, 0.5], abs=0.12)
        assert classes[rows].max() == 2
    order = np.random.default_rng(1).permutation(4000)
    again = split_by_content(HASHES[order], classes[order], fraction=0.1, place=tmp_path)
    assert sorted(order[again.test]) == parts.test.tolist()
