"""Parquet, batch by batch."""

import random
import signal
import subprocess
import sys
from collections import Counter

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.errors import DataError, MissingExtraError


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


@pytest.mark.parametrize("name", ["data[1].parquet", "*.parquet", "dat?1.parquet", "{a,b}.pq"])
def test_a_name_is_no_pattern(tmp_path, name):
    polars = pytest.importorskip("polars")
    for other in ("data1.parquet", "data2.parquet", "a.pq", "b.pq"):
        polars.DataFrame({"other": ["wrong"]}).write_parquet(tmp_path / other)
    with open(tmp_path / name, "wb") as file:
        polars.DataFrame({"text": ["right", "too"]}).write_parquet(file)
    table = open_table(tmp_path / name)
    assert table.columns == ["text"]
    assert [row.fields["text"] for row in table.rows()] == ["right", "too"]


READING = """
import sys
from elman.data.tables.formats import open_table
from elman.errors import DataError
for path in sys.argv[1:]:
    print(path, end=" ", flush=True)
    try:
        list(open_table(path).rows())
        print("read", flush=True)
    except DataError as error:
        assert "\\n" not in str(error)
        print("refused", flush=True)
"""


def test_whatever_damage_makes_of_it_is_a_data_error(tmp_path):
    """In a process of its own: polars ends it where damage asks for more memory than there is."""
    polars = pytest.importorskip("polars")
    path, pick = tmp_path / "a.parquet", random.Random(3)
    frame = polars.DataFrame({"text": ["a fine film", "é"] * 40, "label": [1, 2] * 40})
    frame.write_parquet(path)
    good, left, ends = path.read_bytes(), [], Counter()
    for n in range(300):
        data = bytearray(good)
        for _ in range(pick.choice((1, 2, 8))):
            data[pick.randrange(len(data))] = pick.randrange(256)
        left.append(str(tmp_path / f"{n}.parquet"))
        (tmp_path / left[-1]).write_bytes(data)
    while left:
        done = subprocess.run(
            [sys.executable, "-c", READING, *left], capture_output=True, text=True, timeout=120
        )
        said = done.stdout.split()
        assert done.returncode in (0, -signal.SIGABRT), done.stderr[-2000:]
        ends.update(said[1::2], aborted=len(said) % 2)
        left = left[len(said[::2]) :]
    assert ends.total() == 300
    assert min(ends["read"], ends["refused"]) > 20
    assert ends["aborted"] <= 5


def test_a_panic_is_a_data_error(tmp_path, monkeypatch):
    polars = pytest.importorskip("polars")
    polars.DataFrame({"text": ["a"]}).write_parquet(tmp_path / "a.parquet")

    def panic(*_, **__):
        raise polars.exceptions.PanicException("called unwrap on\n nothing")

    table = open_table(tmp_path / "a.parquet")
    monkeypatch.setattr(polars, "scan_parquet", panic)
    with pytest.raises(DataError, match=r"damaged or not parquet \(called unwrap on nothing\)"):
        list(table.rows())
    with pytest.raises(DataError, match="damaged or not parquet"):
        open_table(tmp_path / "a.parquet")
