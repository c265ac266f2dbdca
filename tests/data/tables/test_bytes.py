"""What is packed is unpacked, by its bytes; what is not read is named with its remedy."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from elman.data.tables.formats import open_table
from elman.errors import DataError

CSV = b"text,label\na fine film,1\n"


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # without the time
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv.bz2", bz2.compress(CSV)),
        ("a.csv.xz", lzma.compress(CSV)),
        ("a.csv.zip", _zip(a=CSV)),
        ("a.csv", gzip.compress(CSV, mtime=0)),  # told by its bytes
        ("a.zip", _zip(**{"inner.csv": CSV})),
        ("a.csv.zip", _zip(**{"a.csv": CSV, "__MACOSX/a.csv": b"x", ".hidden": b"y"})),
    ],
)
def test_packed_files_are_read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    table = open_table(tmp_path / name)
    assert table.format == "csv"
    assert [row.fields for row in table.rows()] == [{"text": "a fine film", "label": "1"}]


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.tar.gz", _tar(), r"a tar archive\. Unpack it \(tar -xf a\.tar\.gz\)"),
        ("a.zip", _zip(a=CSV, b=CSV), r"a zip of 2 files \(a, b\)\. Unpack it"),
        ("a.xlsx", _zip(**{"[Content_Types].xml": b""}), r"an Excel or Word file\. Save it as csv"),
        ("a.csv.zst", b"\x28\xb5\x2f\xfdxx", r"Zstandard\. Unpack it first: unzstd a\.csv\.zst"),
        ("a.bz2", CSV, r"named \.bz2 but no bzip2 data"),
        ("a.csv.bz2", bz2.compress(CSV * 999)[:40], r"the bzip2 data is damaged or cut short"),
        ("a.csv.bz2", b"BZh9" + b"no bzip2 data" * 9, r"the bzip2 data is damaged or cut short"),
        ("a.csv.xz", lzma.compress(CSV)[:30], r"the xz data is damaged or cut short"),
        ("a.csv.zip", _zip(a=CSV)[:60], r"the zip data is damaged or cut short"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=message):
        list(open_table(tmp_path / name).rows())
