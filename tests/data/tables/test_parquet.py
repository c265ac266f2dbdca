"""Parquet, batch by batch."""

import sys

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.errors import MissingExtraError


def test_parquet_goes_on_after_a_batch(tmp_path, monkeypatch):
    polars = pytest.importorskip("polars")
    polars.DataFrame({"text": [str(n) for n in range(7)]}).write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr("elman.data.tables.parquet.BATCH_ROWS", 3)
    rows = list(open_table(tmp_path / "a.parquet").rows())
    assert rows == [Row(n + 1, {"text": str(n)}) for n in range(7)]


def test_parquet_without_polars_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r'pip install "elman\[parquet\]"'):
        open_table(tmp_path / "a.parquet")
