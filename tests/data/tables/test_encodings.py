"""A file that is not UTF-8 is read as told, or the message says what it looks like."""

import builtins

import pytest

from elman.data.tables.formats import open_table
from elman.errors import DataError, OptionError

CHINESE = "酒店位置很好，房间很干净，服务热情，早餐丰富，下次还会再来。"
RUSSIAN = "Очень хороший фильм; смотрели всей семьёй; всем советуем посмотреть."
FRENCH = "L'hôtel était très agréable et la chambre très propre; l'accueil chaleureux à côté."
ENGLISH = "It’s a “fine” film – really"
POLISH = "Książka była świetna i polecam każdemu; źle się czyta"
JAPANESE = "このホテルはとても良かったです。また来たいと思います。"


def _file(tmp_path, text, encoding):
    path = tmp_path / "hotel.csv"
    rows = "".join(f"{n % 2},{text}{n}\n" for n in range(30))
    path.write_bytes(f"label,text\n{rows}".encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "gb18030"), (CHINESE, "utf-16-le"), (RUSSIAN, "cp1251"), (FRENCH, "latin-1")],
)
def test_the_encoding_can_be_named(tmp_path, text, encoding):
    rows = list(open_table(_file(tmp_path, text, encoding), encoding=encoding).rows())
    assert [row.fields["text"] for row in rows] == [f"{text}{n}" for n in range(30)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_gives_itself_away(tmp_path, encoding):
    assert len(list(open_table(_file(tmp_path, FRENCH, encoding)).rows())) == 30


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((CHINESE, "gbk"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (FRENCH, "cp1252")),
        *((ENGLISH, "cp1252"), (POLISH, "cp1250"), (JAPANESE, "shift_jis")),
    ],
)
def test_the_advice_reads_as_it_was_written(tmp_path, text, encoding):
    pytest.importorskip("charset_normalizer")
    path = _file(tmp_path, text, encoding)
    with pytest.raises(DataError, match=r"line 2: byte 0x.. at position .* is not UTF-8") as told:
        list(open_table(path).rows())
    advised = str(told.value).rpartition("--encoding ")[2].split(";")[0]
    row = next(open_table(path, encoding=advised).rows())
    assert row.fields["text"] == f"{text}0"
    assert text[:4] in str(told.value)


def test_without_the_library_the_name_is_left_open(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "charset_normalizer":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataError, match="In which encoding was it saved"):
        list(open_table(_file(tmp_path, CHINESE, "gbk")).rows())


def test_a_wrong_name_is_said(tmp_path):
    path = _file(tmp_path, CHINESE, "gbk")
    with pytest.raises(OptionError, match='--encoding "gbkk" is not known'):
        open_table(path, encoding="gbkk")
    with pytest.raises(DataError, match=r"not utf-8 throughout"):
        list(open_table(path, encoding="utf-8").rows())


def test_one_file_of_another_encoding_is_one_row(tmp_path):
    for name in ("neg", "pos"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text("été")
    (tmp_path / "pos" / "2.txt").write_bytes("été".encode("latin-1"))
    rows = list(open_table(tmp_path).rows())
    assert [row.source for row in rows] == ["neg/1.txt", "pos/1.txt", "pos/2.txt"]
    assert rows[2].reason.startswith("line 1: byte 0xE9 at position 1 is not UTF-8")
    again = open_table(tmp_path, encoding="latin-1").rows()
    assert [row.fields["text"] for row in again][2] == "été"
